"""The order of the quarter (§3.2.2): 议题 → 通知 → 会前准备 → 讨论 → 表决 → 决议 → 落实."""

from datetime import date

from deliberation.choices import ChecklistState, ItemState, MeetingState, MotionState, ResolutionState, TaskState
from deliberation.models import Checklist, ResolutionTask
from kit.components import Step
from kit.holidays import working_days
from kit.lights import Light, light

STEPS = ("议题", "通知", "会前准备", "讨论", "表决", "决议", "落实")
MOTION, NOTICE, PREPARATION, DISCUSSION, VOTE, RESOLUTION, TASKS, DONE = range(8)

_BY_MEETING = {
    MeetingState.PLANNED: NOTICE,
    MeetingState.AGENDA_FROZEN: NOTICE,
    MeetingState.POSTPONED: NOTICE,
    MeetingState.CONVENED: PREPARATION,
    MeetingState.IN_SESSION: DISCUSSION,
    MeetingState.ADJOURNED: DISCUSSION,
    MeetingState.ENDED: RESOLUTION,
    MeetingState.MINUTES_CONFIRMED: RESOLUTION,
    MeetingState.ARCHIVED: RESOLUTION,
}
_BY_RESOLUTION = {ResolutionState.EFFECTIVE: TASKS, ResolutionState.COMPLETED: DONE}


def line(at: int) -> tuple[Step, ...]:
    """The seven steps with everything before ``at`` done and ``at`` as the present one; 7 is all done."""
    return tuple(
        Step(label, "done" if number < at else "now" if number == at else "next") for number, label in enumerate(STEPS)
    )


def of_meeting(state: str) -> int:
    return _BY_MEETING.get(MeetingState(state), MOTION)


def of_resolution(state: str) -> int:
    return _BY_RESOLUTION.get(ResolutionState(state), RESOLUTION)


def of_motion(state: str, meeting_state: str = "", item_state: str = "", resolution_state: str = "") -> int:
    """Where a motion stands, from its own state and that of its slot and its resolution."""
    if state == MotionState.SCHEDULED:
        return of_meeting(meeting_state) if meeting_state else NOTICE
    if state == MotionState.DISCUSSING:
        return VOTE if item_state == ItemState.DISCUSSED else DISCUSSION
    if state == MotionState.REJECTED:
        return VOTE
    if state == MotionState.ADOPTED:
        return of_resolution(resolution_state) if resolution_state else RESOLUTION
    return MOTION


def task_light(task: ResolutionTask, *, on: date) -> Light | None:
    """The one light of a task."""
    return light_of_task(task.due_on, task.finished_on, task.state, on=on)


def light_of_task(due_on: date, finished_on: date | None, state: str, *, on: date) -> Light | None:
    """The same from the columns of a row."""
    waits = state == TaskState.WAITING
    return light(due_on=due_on, on=on, calendar=working_days(), finished_on=finished_on, is_waiting=waits)


def light_of_objection(answer_due_on: date, answered_on: date | None, *, on: date) -> Light | None:
    """The light of an objection: by the day until which it is answered."""
    return light(due_on=answer_due_on, on=on, calendar=working_days(), finished_on=answered_on)


def checklist_light(checklist: Checklist, *, on: date) -> Light | None:
    """The light of 四议两公开: by the day until which the village decides; none where it decided against."""
    return light_of_checklist(checklist.due_on, checklist.decided_on, checklist.state, on=on)


def light_of_checklist(due_on: date, decided_on: date | None, state: str, *, on: date) -> Light | None:
    """The same from the columns of a row."""
    if state in (ChecklistState.REFUSED, ChecklistState.DROPPED):
        return None
    return light(due_on=due_on, on=on, calendar=working_days(), finished_on=decided_on)
