"""Lists, scoped: absent and out of reach look the same."""

from datetime import date

from django.db.models import Q, QuerySet

from deliberation.models import (
    AgendaItem,
    Attendance,
    Meeting,
    Motion,
    Objection,
    Poll,
    PublicNotice,
    Resolution,
    ResolutionTask,
    VotingRule,
)
from kit import policies, scoping


def motions(person) -> QuerySet[Motion]:
    return Motion.objects.visible_to(person)


def meetings(person) -> QuerySet[Meeting]:
    return Meeting.objects.visible_to(person)


def resolutions(person) -> QuerySet[Resolution]:
    return Resolution.objects.visible_to(person)


def tasks(person) -> QuerySet[ResolutionTask]:
    return ResolutionTask.objects.visible_to(person)


def notices(person) -> QuerySet[PublicNotice]:
    """Live notices: the public ones for everybody, the others in reach of their body."""
    reach = scoping.within(scoping.standing_of(person), path="resolution__body__path", body="resolution__body_id")
    return PublicNotice.objects.live().filter(Q(scope="public") | reach & ~Q(scope="none"))


def published(person) -> QuerySet[PublicNotice]:
    """Every notice of the resolutions in reach, also those taken down: the register of what was published."""
    return PublicNotice.objects.filter(resolution__in=Resolution.objects.visible_to(person))


def objections(person) -> QuerySet[Objection]:
    """Objections that this person answers; for anybody else they are not there."""
    answers = policies.where_held(
        person,
        "objection.answer",
        path="notice__resolution__body__path",
        body="notice__resolution__body_id",
    )
    return Objection.objects.filter(answers)


def agenda_items(person) -> QuerySet[AgendaItem]:
    return AgendaItem.objects.filter(meeting__in=Meeting.objects.visible_to(person))


def attendances(person) -> QuerySet[Attendance]:
    return Attendance.objects.filter(meeting__in=Meeting.objects.visible_to(person))


def polls(person) -> QuerySet[Poll]:
    return Poll.objects.filter(item__meeting__in=Meeting.objects.visible_to(person))


def voting_rules() -> QuerySet[VotingRule]:
    """Rules are the same for everyone."""
    return VotingRule.objects.order_by("code", "-version", "pk")


def ended_notices(*, on: date) -> list[Resolution]:
    """Resolutions whose notice ended before this day without an open objection."""
    ended = PublicNotice.objects.live().filter(to_on__lt=on, resolution__state="in_notice")
    ended = ended.exclude(objections__state="received")
    return list(Resolution.objects.filter(pk__in=ended.values("resolution_id")).order_by("pk"))


def motions_about(label) -> QuerySet[Motion]:
    """Motions about a subject, the newest first, for the app of the subject; ``label`` may be an expression."""
    return Motion.objects.filter(about=label).order_by("-created_at", "-pk")


def motion_about(label: str) -> Motion:
    """The newest motion about a subject. Raises Motion.DoesNotExist."""
    return Motion.objects.filter(about=label).latest("created_at")
