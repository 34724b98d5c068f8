"""Lists, scoped: absent and out of reach look the same."""

from collections.abc import Callable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from deliberation.choices import OPEN_OBJECTION
from deliberation.models import (
    AgendaItem,
    Attendance,
    Checklist,
    ChecklistTemplate,
    Meeting,
    Motion,
    Objection,
    Poll,
    Presence,
    PublicNotice,
    Resolution,
    ResolutionTask,
    Statement,
    VotingRule,
)
from deliberation.querysets import NoticeQuerySet
from deliberation.selectors.minutes import minutes
from kit import policies, scoping

# Who reads what was said against a notice.
READ_BY = ("objection.answer", "objection.review")


def motions(person) -> QuerySet[Motion]:
    return Motion.objects.visible_to(person)


def meetings(person) -> QuerySet[Meeting]:
    return Meeting.objects.visible_to(person)


def agenda_items(person) -> QuerySet[AgendaItem]:
    """The agendas of meetings in reach."""
    return AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(person))


def attendances(person) -> QuerySet[Attendance]:
    """Who is invited to the meetings in reach."""
    return Attendance.objects.filter(meeting__in=Meeting.objects.visible_to(person))


def statements(person) -> QuerySet[Statement]:
    """What was said, for those who attended, the chair, and whoever may note it."""
    me = getattr(person, "pk", None)
    attended = Presence.objects.filter(attendance__meeting=OuterRef("item__meeting"), attendance__person=me)
    named = Q(item__meeting__chair=me) | Q(item__meeting__clerk=me)
    desk = policies.where_held(person, "meeting.clerk", path="item__meeting__body__path", body="item__meeting__body_id")
    return Statement.objects.filter(Exists(attended) | named | desk) if me else Statement.objects.none()


def polls(person) -> QuerySet[Poll]:
    """The votes of meetings in reach."""
    return Poll.objects.filter(item__meeting__in=Meeting.objects.visible_to(person))


def resolutions(person) -> QuerySet[Resolution]:
    return Resolution.objects.visible_to(person)


def tasks(person) -> QuerySet[ResolutionTask]:
    return ResolutionTask.objects.visible_to(person)


def checklists(person) -> QuerySet[Checklist]:
    return Checklist.objects.visible_to(person)


def notices(person) -> NoticeQuerySet:
    """Live notices: the public ones for everybody, the others in reach of their body."""
    reach = scoping.within(scoping.standing_of(person), path="resolution__body__path", body="resolution__body_id")
    return PublicNotice.objects.live().filter(Q(scope="public") | reach & ~Q(scope="none"))


def published(person) -> QuerySet[PublicNotice]:
    """Every notice of the resolutions in reach, also those taken down: the register of what was published."""
    return PublicNotice.objects.filter(resolution__in=Resolution.objects.visible_to(person))


def objections(person) -> QuerySet[Objection]:
    """Objections that this person answers, or whose answer they review; for anybody else they are not there."""
    at = {"path": "notice__resolution__body__path", "body": "notice__resolution__body_id"}
    answers, reviews = (policies.where_held(person, verb, **at) for verb in READ_BY)
    return Objection.objects.filter(answers | reviews)


def reads_objections(person, resolution: Resolution) -> bool:
    """The same for those of one resolution. No query."""
    return any(policies.allows(person, verb, resolution) for verb in READ_BY)


def notice_register(person) -> QuerySet[PublicNotice]:
    """Live notices as above, and in reach of their body also those that were taken down or are for nobody outside."""
    reach = scoping.within(scoping.standing_of(person), path="resolution__body__path", body="resolution__body_id")
    return PublicNotice.objects.filter(Q(scope="public", taken_down_at=None) | reach)


def subjects() -> dict[str, Callable[..., QuerySet]]:
    """Subjects of facts, by label, with the list that says who may see them."""
    return {
        "deliberation.motion": motions,
        "deliberation.meeting": meetings,
        "deliberation.minutes": minutes,
        "deliberation.poll": polls,
        "deliberation.resolution": resolutions,
        "deliberation.checklist": checklists,
        "deliberation.resolutiontask": tasks,
        "deliberation.checklisttemplate": lambda person: ChecklistTemplate.objects.all(),
        "deliberation.votingrule": lambda person: voting_rules(),
    }


def voting_rules() -> QuerySet[VotingRule]:
    """Rules are the same for everyone."""
    return VotingRule.objects.order_by("code", "-version", "pk")


def ended_notices(*, on: date) -> list[Resolution]:
    """Resolutions whose notice ended before this day without an open objection."""
    ended = PublicNotice.objects.live().filter(to_on__lt=on, resolution__state="in_notice")
    ended = ended.exclude(objections__state__in=OPEN_OBJECTION)
    return list(Resolution.objects.filter(pk__in=ended.values("resolution_id")).order_by("pk"))


def motions_about(label) -> QuerySet[Motion]:
    """Motions about a subject, the newest first, for the app of the subject; ``label`` may be an expression.

    That it is not empty is said as well: only then is the partial index taken for an expression.
    """
    return Motion.objects.filter(about=label).exclude(about="").order_by("-created_at", "-pk")


def motion_about(label: str) -> Motion:
    """The newest motion about a subject. Raises Motion.DoesNotExist."""
    return Motion.objects.filter(about=label).latest("created_at")
