"""What the keepers of the system read: the log of facts, the trail of changes, what did not get through, what ran.

None of it shows business texts: an entry says who did what to which row, when, and which columns changed.
"""

from django.db.models import Q, QuerySet

from kit import policies
from kit.models import AuditEvent, DeliveryFailure, Fact, JobRun, OutboxMessage
from kit.models.outbox import MessageState
from kit.scoping import standing_of

READ_LOGS = "audit.read"
SEND_AGAIN = "outbox.send_again"


def _districts(person, verb: str) -> list[str]:
    """The districts where the person holds a role for this verb; ``d511902`` as facts store them."""
    return sorted({post.path.split("/", 1)[0] for _, post in policies.grounds(person, verb)}) if _known(person) else []


def _known(person) -> bool:
    return bool(standing_of(person).posts)


def recorded_facts(person) -> QuerySet[Fact]:
    """Facts of the person's districts, and those of the system that belong to none."""
    districts = _districts(person, READ_LOGS)
    return Fact.objects.filter(Q(district__in=districts) | Q(district="")) if districts else Fact.objects.none()


def recorded_changes(person) -> QuerySet[AuditEvent]:
    """Changed rows. They carry no district: the audit of a server is one."""
    return AuditEvent.objects.all() if _districts(person, READ_LOGS) else AuditEvent.objects.none()


def undelivered(person) -> QuerySet[DeliveryFailure]:
    """Facts that a subscriber failed on, waiting or given up."""
    rows = DeliveryFailure.objects.select_related("fact")
    return rows if _districts(person, SEND_AGAIN) else rows.none()


def unsent(person) -> QuerySet[OutboxMessage]:
    """Messages that are not sent: waiting, under way, failed or stale."""
    rows = OutboxMessage.objects.exclude(state__in=[MessageState.SENT, MessageState.CANCELLED])
    return rows if _districts(person, SEND_AGAIN) else rows.none()


def job_runs(person) -> QuerySet[JobRun]:
    return JobRun.objects.all() if _districts(person, SEND_AGAIN) else JobRun.objects.none()
