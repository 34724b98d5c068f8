"""What the clerk's lists ask beside their rows: bodies for a drop-down, rules in force, lights, who may do it."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from deliberation.choices import OPEN_OBJECTION, ChecklistState
from deliberation.models import (
    Attendance,
    Checklist,
    Meeting,
    Motion,
    Objection,
    Poll,
    PollBoardEntry,
    Presence,
    PublicNotice,
    Resolution,
    ResolutionTask,
    RollEntry,
    Seconding,
    TallyEntry,
    VotingRule,
)
from deliberation.querysets import ChecklistQuerySet, TaskQuerySet
from deliberation.selectors.bodies import RULES_OF_OTHERS
from deliberation.selectors.checklists import checklist_lines, result_is_due
from kit import facts, policies
from kit.calendar import day_of
from kit.components import TrailEntry
from kit.holidays import working_days
from kit.lights import Light, light
from kit.scoping import standing_of
from orgs import selectors as orgs
from orgs.choices import OrganizationKind, Role

if TYPE_CHECKING:
    from orgs.models import Organization


def bodies(person) -> "QuerySet[Organization]":
    """Bodies in reach, joint organizations and area committees."""
    kinds = [OrganizationKind.JOINT_ORG, OrganizationKind.AREA_COMMITTEE]
    return orgs.organizations(person).filter(kind__in=kinds).order_by("path", "pk")


def with_seconders(rows: QuerySet[Motion]) -> QuerySet[Motion]:
    """Motions with ``seconder_count``; part of the one query for the list."""
    each = Seconding.objects.filter(motion=OuterRef("pk")).order_by().values("motion")
    return rows.annotate(seconder_count=Coalesce(Subquery(each.annotate(n=Count("pk")).values("n")), Value(0)))


def may_second(person, motion: Motion, *, on: date) -> "list[Organization]":
    """The person's own units that may still second a motion."""
    led = {post.org_id for post in standing_of(person).posts if post.role == Role.UNIT_SECRETARY}
    if not led:
        return []
    taken = set(motion.secondings.values_list("unit_id", flat=True)) | {motion.unit_id}
    return [unit for unit in orgs.units_of(motion.body, on=on) if unit.pk in led - taken]


def rules_in_force(*, on: date) -> list[VotingRule]:
    """The newest version in force of every rule that a body of ours may vote by."""
    rows = VotingRule.objects.filter(effective_on__lte=on).exclude(code__in=RULES_OF_OTHERS)
    return list(rows.order_by("code", "-version", "pk").distinct("code"))


def newest_versions() -> list[VotingRule]:
    """The newest version of every rule, in force or still to come."""
    return list(VotingRule.objects.order_by("code", "-version", "pk").distinct("code"))


def keeps_attendance(meeting: Meeting, person) -> bool:
    """The named clerk, or whoever does the desk work of the body."""
    return meeting.clerk_id == person.pk or policies.allows(person, "meeting.plan", meeting)


def kept_attendances(person) -> QuerySet[Attendance]:
    """One's own invitations, and those of the meetings whose list this person keeps or whose chair they are.

    Why somebody asked for leave is for these alone.
    """
    desk = policies.where_held(person, "meeting.plan", path="meeting__body__path", body="meeting__body_id")
    pk = getattr(person, "pk", None)
    return Attendance.objects.filter(desk | Q(person=pk) | Q(meeting__clerk=pk) | Q(meeting__chair=pk))


def not_here(meeting: Meeting) -> list[Attendance]:
    """The invited who are not in the room now, in the order of the sheet."""
    here = meeting.attendances.here().values("pk")
    rows = meeting.attendances.exclude(pk__in=here).select_related("person", "unit")
    return list(rows.order_by("-capacity", "unit__path", "pk"))


def lit_tasks(rows: "TaskQuerySet[ResolutionTask]", colour: str, *, on: date) -> "TaskQuerySet[ResolutionTask]":
    """Those of the tasks whose light is this colour on a day; the twin of ``task_light``."""
    return rows.lit(colour, on=on, calendar=working_days())


def lit_checklists(rows: "ChecklistQuerySet[Checklist]", colour: str, *, on: date) -> "ChecklistQuerySet[Checklist]":
    """The same for the checklists of villages; the twin of ``checklist_light``."""
    return rows.lit(colour, on=on, calendar=working_days())


def may_be_marked(checklist: Checklist) -> bool:
    """A step of it is next: before the resolution takes effect, or after it was carried out."""
    if checklist.state == ChecklistState.RUNNING:
        return True
    return checklist.state == ChecklistState.DECIDED and result_is_due(checklist)


def may_be_refused(checklist: Checklist) -> bool:
    """The vote of the village is next."""
    done = len({line.position for line in checklist_lines(checklist) if line.rounds})
    return checklist.state == ChecklistState.RUNNING and done + 1 == checklist.template.decides_at


def may_be_corrected(checklist: Checklist) -> bool:
    """Something stands there that may be wrong."""
    over = (ChecklistState.REFUSED, ChecklistState.DROPPED)
    return checklist.state not in over and checklist.entries.exists()


def confirms(task: ResolutionTask, person) -> bool:
    """The person speaks for the unit that proposed the motion."""
    return policies.allows(person, "task.confirm", task.resolution.motion)


def units_at(meeting: Meeting) -> "list[Organization]":
    """Who may report to a meeting: the units of its body, and the body itself."""
    return [meeting.body, *orgs.units_of(meeting.body, on=day_of(meeting.starts_at))]


def is_here(attendance: Attendance) -> bool:
    """The person is in the room now."""
    return attendance.presences.filter(left_at=None).exists()


def stays(attendance: Attendance) -> list[Presence]:
    """When the person came and left, in order."""
    return list(attendance.presences.select_related("signed_by").order_by("arrived_at", "pk"))


def roll(poll: Poll) -> list[RollEntry]:
    """Who could vote, without what anybody chose."""
    return list(poll.roll.select_related("person", "unit").order_by("unit__path", "pk"))


def counts(poll: Poll) -> list[TallyEntry]:
    """The tellers' counts in order; for a closed vote (V7)."""
    return list(poll.tallies.select_related("teller").order_by("round", "pk"))


def board_of(poll: Poll) -> list[PollBoardEntry]:
    """The lines of the vote's own chain (表决板), in order."""
    return list(poll.board.order_by("serial"))


def trail_of(row) -> tuple[TrailEntry, ...]:
    """What was done to a row, with names and units."""
    return orgs.trail_entries(facts.trail(row))


def notices_of(resolution: Resolution) -> list[PublicNotice]:
    """Every notice of a resolution, the newest first, also those taken down."""
    return list(resolution.notices.order_by("-published_at", "-pk"))


def objection_light(objection: Objection, *, on: date) -> Light | None:
    """The light of an objection until its answer is reviewed and given."""
    if objection.state not in OPEN_OBJECTION:
        return None
    return light(due_on=objection.answer_due_on, on=on, calendar=working_days())
