"""四议两公开: one checklist with everything its page shows, what a resolution still waits for, the steps in force."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from deliberation.choices import ChecklistState, ResolutionState
from deliberation.models import Checklist, ChecklistEntry, ChecklistTemplate, Resolution, ResolutionTask
from deliberation.selectors import line
from deliberation.selectors.lists import checklists
from kit import facts, policies
from kit.components import TrailEntry
from kit.errors import Hidden
from kit.lights import Light
from orgs import selectors as orgs
from orgs.choices import OrganizationKind

if TYPE_CHECKING:
    from orgs.models import Organization

# So many steps of a checklist are entered.
STEPS_DONE = Coalesce(
    Subquery(
        ChecklistEntry.objects.filter(checklist=OuterRef("pk")).order_by("-position", "pk").values("position")[:1],
        output_field=IntegerField(),
    ),
    Value(0),
)
_OPEN_TASKS = ResolutionTask.objects.open()


@dataclass(frozen=True)
class ChecklistLine:
    """One step: what was entered for it, in order; the last entry counts."""

    position: int
    name: str
    rounds: tuple[ChecklistEntry, ...]

    @property
    def entry(self) -> ChecklistEntry | None:
        return self.rounds[-1] if self.rounds else None


@dataclass(frozen=True)
class ChecklistHome:
    """A checklist, its light, its steps, the step that is next (``now``), and who has it."""

    checklist: Checklist
    light: Light | None
    lines: tuple[ChecklistLine, ...]
    now: ChecklistLine | None
    held_by: str
    trail: tuple[TrailEntry, ...]


@dataclass(frozen=True)
class ListedChecklist:
    """A checklist as its resolution lists it: the step that is next, or how it ended."""

    checklist: Checklist
    step: str
    light: Light | None


def villages_of(body, *, on: date) -> "list[Organization]":
    """The member villages of a body, whose assets, money or land a resolution may touch."""
    return list(orgs.units_of(body, on=on).filter(kind=OrganizationKind.VILLAGE_BRANCH))


def replaceable(body) -> list[Resolution]:
    """Resolutions of a body in force that no other one is changing or ending already; the newest first."""
    going_on = Resolution.objects.exclude(state__in=[ResolutionState.SENT_BACK, ResolutionState.TERMINATED])
    rows = Resolution.objects.filter(body=body, state=ResolutionState.EFFECTIVE)
    return list(rows.exclude(Exists(going_on.filter(replaces=OuterRef("pk")))).order_by("-formed_at", "-pk")[:50])


def checklist_templates() -> QuerySet[ChecklistTemplate]:
    """The steps are the same for everyone."""
    return ChecklistTemplate.objects.order_by("-version", "pk")


def checklist_template(*, on: date) -> ChecklistTemplate:
    """The steps in force on a day. Raises ChecklistTemplate.DoesNotExist."""
    return ChecklistTemplate.objects.filter(effective_on__lte=on).latest("version")


def checklist_lines(checklist: Checklist) -> tuple[ChecklistLine, ...]:
    """The steps of a checklist with what was entered. One query."""
    entries = list(checklist.entries.select_related("person").order_by("position", "round", "pk"))
    return tuple(
        ChecklistLine(number, name, tuple(each for each in entries if each.position == number))
        for number, name in enumerate(checklist.template.steps, 1)
    )


def checklist_home(person, pk, *, on: date) -> ChecklistHome:
    """One checklist in reach. Raises Hidden (404) when absent or out of reach."""
    rows = checklists(person).select_related("village", "template", "resolution__body", "resolution__motion__unit")
    checklist = rows.filter(pk=pk).first()
    if checklist is None:
        raise Hidden
    lines = checklist_lines(checklist)
    now = next((each for each in lines if each.entry is None), None)
    running = checklist.state == ChecklistState.RUNNING
    may_close = checklist.state == ChecklistState.DECIDED and result_is_due(checklist)
    return ChecklistHome(
        checklist=checklist,
        light=line.checklist_light(checklist, on=on),
        lines=lines,
        now=now if running or may_close else None,
        held_by=checklist.village.name if running or may_close else "",
        trail=orgs.trail_entries(facts.trail(checklist)),
    )


def checklist_steps(person, home: ChecklistHome) -> list[str]:
    """Names of the steps this person may take on a checklist now, the main one first. No query."""
    row, found = home.checklist, []
    if home.now is not None and policies.allows(person, "checklist.mark", row):
        found.append("mark")
    decides = home.now is not None and home.now.position == row.template.decides_at
    if decides and policies.allows(person, "checklist.refuse", row):
        found.append("refuse")
    is_over = row.state in (ChecklistState.REFUSED, ChecklistState.DROPPED)
    if home.lines[0].entry and not is_over and policies.allows(person, "checklist.correct", row):
        found.append("correct")
    return found


def result_is_due(checklist: Checklist) -> bool:
    """The resolution is in force and every task of it is accepted: the village may publish what came of it."""
    resolution = checklist.resolution
    return resolution.state == ResolutionState.EFFECTIVE and not resolution.tasks.open().exists()


def result_due() -> Q:
    """The same as a condition on checklists."""
    waiting = Q(state=ChecklistState.DECIDED, resolution__state=ResolutionState.EFFECTIVE)
    return waiting & ~Q(Exists(_OPEN_TASKS.filter(resolution=OuterRef("resolution"))))


def has_refused(resolution: Resolution) -> bool:
    """A village decided against it."""
    return resolution.checklists.refused().exists()


def is_carried_out(resolution: Resolution) -> bool:
    """No task and no village is left. One query."""
    villages = Checklist.objects.unfinished().filter(resolution=OuterRef("pk"))
    rest = ~Exists(_OPEN_TASKS.filter(resolution=OuterRef("pk"))) & ~Exists(villages)
    return Resolution.objects.filter(rest, pk=resolution.pk).exists()


def listed_checklists(resolution: Resolution, *, on: date) -> tuple[ListedChecklist, ...]:
    """The villages of a resolution, in the order of the tree. One query."""
    rows = resolution.checklists.select_related("village", "template").annotate(steps_done=STEPS_DONE)
    return tuple(
        ListedChecklist(row, _step(row), line.checklist_light(row, on=on)) for row in rows.order_by("village__path")
    )


def _step(row) -> str:
    if row.state in (ChecklistState.RUNNING, ChecklistState.DECIDED):
        return str(row.template.steps[row.steps_done])
    return ""


def outstanding(resolution: Resolution) -> list[str]:
    """What each village has still to do before the resolution may be published or take effect. One query."""
    waiting = [ChecklistState.RUNNING, ChecklistState.REFUSED]
    rows = resolution.checklists.filter(state__in=waiting).select_related("village", "template")
    return [
        f"{row.village.name}的“{row.template.steps[row.steps_done]}”还没有办"
        if row.state == ChecklistState.RUNNING
        else f"{row.village.name}的“{row.template.steps[row.template.decides_at - 1]}”没有通过"
        for row in rows.annotate(steps_done=STEPS_DONE).order_by("village__path")
    ]
