"""One resolution and one task with everything their pages show."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from deliberation.choices import ChecklistState, ObjectionState, ResolutionState, Scope, TaskState
from deliberation.models import RESOLUTION, TASK, Objection, PublicNotice, Resolution, ResolutionTask
from deliberation.querysets import ObjectionQuerySet
from deliberation.selectors import line
from deliberation.selectors.checklists import ListedChecklist, listed_checklists
from deliberation.selectors.lists import objections as objections_read_by
from deliberation.selectors.lists import reads_objections
from kit import facts, policies
from kit.components import Step, TrailEntry
from kit.errors import Hidden
from kit.lights import Light
from orgs import selectors as orgs

if TYPE_CHECKING:
    from orgs.models import Organization


@dataclass(frozen=True)
class LitTask:
    """A task with its light."""

    task: ResolutionTask
    light: Light | None


@dataclass(frozen=True)
class ListedObjection:
    """An objection and the steps that this person may take on it."""

    objection: Objection
    steps: list[str]


@dataclass(frozen=True)
class ResolutionHome:
    """A resolution, its live notice, the objections (only for who answers or reviews them), its villages, its tasks."""

    resolution: Resolution
    notice: PublicNotice | None
    objections: tuple[ListedObjection, ...]
    open_objections: int
    checklists: tuple[ListedChecklist, ...]
    tasks: tuple[LitTask, ...]
    line: tuple[Step, ...]
    trail: tuple[TrailEntry, ...]


def resolution_home(person, pk, *, on: date) -> ResolutionHome:
    """One resolution in reach. Raises Hidden (404) when absent or out of reach."""
    rows = Resolution.objects.visible_to(person)
    rows = rows.select_related("body", "motion__unit", "poll__item__meeting", "replaces")
    resolution = rows.filter(pk=pk).first()
    if resolution is None:
        raise Hidden
    objections = Objection.objects.filter(notice__resolution=resolution)
    tasks = list(resolution.tasks.select_related("owner").order_by("due_on", "pk"))
    return ResolutionHome(
        resolution=resolution,
        notice=resolution.notices.live().select_related("publisher").first(),
        objections=_listed(person, objections) if reads_objections(person, resolution) else (),
        open_objections=objections.open().count(),
        checklists=listed_checklists(resolution, on=on),
        tasks=tuple(LitTask(task, line.task_light(task, on=on)) for task in tasks),
        line=line.line(line.of_resolution(resolution.state)),
        trail=orgs.trail_entries(facts.trail(resolution)),
    )


def _listed(person, objections: ObjectionQuerySet) -> tuple[ListedObjection, ...]:
    rows = objections.select_related("notice__resolution__body").order_by("received_at", "pk")
    return tuple(ListedObjection(each, objection_steps(person, each)) for each in rows)


_RESOLUTION_OFFERED: dict[str, tuple[str, ...]] = {
    ResolutionState.FORMED: ("publish", "take_effect", "assign", "terminate"),
    ResolutionState.CONDITIONAL: ("return", "assign", "terminate"),
    ResolutionState.IN_NOTICE: ("take_effect", "assign", "object", "take_down", "terminate"),
    ResolutionState.OBJECTED: ("object", "take_down"),
    ResolutionState.EFFECTIVE: ("assign",),
}


def resolution_steps(person, home: ResolutionHome, *, on: date) -> list[str]:
    """Names of the steps this person may take on a resolution now, the main one first. No query."""
    resolution, notice, found = home.resolution, home.notice, []
    is_published = resolution.scope != Scope.NONE
    for name in _RESOLUTION_OFFERED.get(ResolutionState(resolution.state), ()):
        if name == "object":
            offered = notice is not None and notice.from_on <= on <= notice.to_on
        elif name == "assign":
            offered = policies.allows(person, "task.assign", resolution)
        else:
            offered = policies.allows(person, RESOLUTION.moves[name].verb, resolution)
        if name == "return":
            offered = offered and any(each.checklist.state == ChecklistState.REFUSED for each in home.checklists)
        if name == "publish":
            offered = offered and is_published
        if name == "take_effect":
            ended = notice is not None and on > notice.to_on
            offered = offered and (ended if is_published else True)
        if offered:
            found.append(name)
    return found


def objection_in_reach(person, pk) -> Objection:
    """An objection for whoever answers it or reviews the answer; for anybody else it is not there."""
    rows = objections_read_by(person).select_related("notice__resolution__body", "notice__resolution__motion")
    objection = rows.select_related("answered_by", "reviewed_by").filter(pk=pk).first()
    if objection is None:
        raise Hidden
    return objection


_OBJECTION_OFFERED: dict[str, tuple[str, ...]] = {
    ObjectionState.RECEIVED: ("answer",),
    ObjectionState.IN_REVIEW: ("confirm", "return"),
}


def objection_steps(person, objection: Objection) -> list[str]:
    """Names of the steps this person may take on an objection now, the main one first. No query."""
    offered = _OBJECTION_OFFERED.get(ObjectionState(objection.state), ())
    verb = "objection.answer" if "answer" in offered else "objection.review"
    may = policies.allows(person, verb, objection) and not is_own_draft(person, objection)
    return [*offered] if may else []


def is_own_draft(person, objection: Objection) -> bool:
    """Whoever drafted the answer that waits does not review it."""
    return objection.state == ObjectionState.IN_REVIEW and objection.answered_by_id == person.pk


@dataclass(frozen=True)
class TaskHome:
    """A task, its light, who has it now, and whose confirmation it ends with."""

    task: ResolutionTask
    light: Light | None
    held_by: str
    line: tuple[Step, ...]
    trail: tuple[TrailEntry, ...]


def task_home(person, pk, *, on: date) -> TaskHome:
    """One task in reach. Raises Hidden (404) when absent or out of reach."""
    rows = ResolutionTask.objects.visible_to(person)
    rows = rows.select_related("owner", "resolution__body", "resolution__motion__unit")
    task = rows.filter(pk=pk).first()
    if task is None:
        raise Hidden
    owner = task.owner.name if task.owner else task.outside_body
    held_by = {
        TaskState.ASSIGNED: owner,
        TaskState.WAITING: "外部单位",
        TaskState.REPORTED: "联村书记或副书记",
        TaskState.ACCEPTED: task.resolution.motion.unit.name,
    }
    return TaskHome(
        task=task,
        light=line.task_light(task, on=on),
        held_by=held_by.get(TaskState(task.state), ""),
        line=line.line(line.DONE if task.state in (TaskState.ACCEPTED, TaskState.CONFIRMED) else line.TASKS),
        trail=orgs.trail_entries(facts.trail(task)),
    )


_TASK_OFFERED: dict[str, tuple[str, ...]] = {
    TaskState.ASSIGNED: ("report", "wait", "extend"),
    TaskState.WAITING: ("report", "go_on", "extend"),
    TaskState.REPORTED: ("accept", "return"),
    TaskState.ACCEPTED: ("confirm",),
}


def task_steps(person, home: TaskHome) -> list[str]:
    """Names of the steps this person may take on a task now, the main one first. No query."""
    task, found = home.task, []
    for name in _TASK_OFFERED.get(TaskState(task.state), ()):
        if name == "confirm":
            offered = policies.allows(person, "task.confirm", task.resolution.motion)
        else:
            verb = "task.accept" if name == "extend" else TASK.moves[name].verb
            if verb == "task.report" and task.owner_id is None:
                verb = "task.accept"
            offered = policies.allows(person, verb, task)
        if offered:
            found.append(name)
    return found


def task_owners(resolution: Resolution, *, on: date) -> "list[Organization]":
    """The units that may be given a task: the members of the body."""
    return list(orgs.units_of(resolution.body, on=on))
