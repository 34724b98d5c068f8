"""What the keepers of the system read and put right: logs, trails, what did not get through, what ran.

None of it shows business texts: an entry says who did what to which row, when, and which columns changed.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kit import events, facts, outbox, policies
from kit.errors import Forbidden, IllegalMove
from kit.models import AuditEvent, DeliveryFailure, Fact, JobRun, OutboxMessage
from kit.models.outbox import MessageState
from kit.scoping import Place, standing_of
from kit.services import service

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


@dataclass(frozen=True)
class Seat:
    """The organization at which a keeper acts; rows of the machinery belong to none themselves."""

    pk: UUID
    path: str

    @property
    def place(self) -> Place:
        return Place(self.path, administered=True)


def seat(person, verb: str) -> Seat:
    """Where the person's role for this verb sits. Raises Forbidden without one."""
    for _, post in policies.grounds(person, verb):
        return Seat(post.org_id, post.path)
    raise Forbidden


@service
def send_again(*, actor, message: OutboxMessage, now: datetime) -> OutboxMessage:
    """Put a failed or stale message back under its key. IllegalMove (409) for any other."""
    return outbox.send_again(message=message, org=seat(actor, SEND_AGAIN), actor=actor, now=now)


@service
def deliver_again(*, actor, letter: DeliveryFailure, now: datetime) -> DeliveryFailure:
    """Put a fact that was given up for a subscriber back in line. IllegalMove (409) while it is still retried."""
    org = seat(actor, SEND_AGAIN)
    if not facts.retry([letter], now=now):
        raise IllegalMove("只有已放弃的才能重新办理，其他的会自动重试。")
    facts.record(events.DELIVERY_RETRIED, actor=actor, org=org, subject=letter, at=now, subscriber=letter.subscriber)
    letter.refresh_from_db()
    return letter
