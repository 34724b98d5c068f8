"""Verbs on resolution tasks: assign, report, wait for an outside answer, accept, return, confirm, extend."""

from datetime import date, datetime

from deliberation import events
from deliberation.choices import ResolutionState, TaskState
from deliberation.models import TASK, Resolution, ResolutionTask
from deliberation.services.conditions import complete_when_done
from deliberation.services.locks import locked_resolution
from kit import facts, policies
from kit.calendar import day_of
from kit.errors import DomainError, Forbidden, RuleBroken
from kit.services import service
from kit.validation import check_fields, refuse_blank
from orgs import selectors as orgs


@service
def assign_task(
    *, actor, resolution: Resolution, title: str, due_on: date, owner=None, outside_body: str = "", now: datetime
) -> ResolutionTask:
    """Give a named unit, or a named outside body, something to do by a day. Exactly one of the two."""
    row = locked_resolution(resolution)
    policies.require(actor, "task.assign", row)
    if row.state in (ResolutionState.TERMINATED, ResolutionState.COMPLETED, ResolutionState.SENT_BACK):
        raise DomainError("resolution_over", f"决议{row.get_state_display()}，不能再布置任务。")
    if (owner is None) == (not outside_body.strip()):
        raise RuleBroken("task_for_nobody", "任务须有且只有一个牵头单位，或一个外部单位。", field="owner")
    if owner is not None and not orgs.may_bring_before(owner, row.body, on=day_of(now)):
        raise RuleBroken(
            "owner_not_member", f"{owner.name}不是{row.body.name}的成员单位，请写在“外部单位”。", field="owner"
        )
    if due_on < day_of(now):
        raise RuleBroken("date_in_past", "完成时限不能早于今天。", field="due_on")
    task = ResolutionTask(
        resolution=row,
        title=(title or "").strip(),
        owner=owner,
        outside_body=outside_body.strip(),
        due_on=due_on,
        assigned_at=now,
    )
    check_fields(task, only=["title", "outside_body"])
    task.save(force_insert=True)
    _record(events.TASK_ASSIGNED, actor, task, now)
    return task


@service
def report_task(*, actor, task: ResolutionTask, progress: str, now: datetime) -> ResolutionTask:
    """Report a task as done, with what shows it. An outside body's task is reported by the joint secretary."""
    row = _for_owner(actor, task)
    progress = refuse_blank(progress, field="progress", label="完成情况和佐证", most=2000)
    row.progress = progress
    check_fields(row, only=["progress"])
    TASK.advance(row, "report", progress=progress, reported_at=now, reason="")
    _record(events.TASK_REPORTED, actor, row, now)
    return row


@service
def wait_task(*, actor, task: ResolutionTask, reason: str, now: datetime) -> ResolutionTask:
    """等外部答复: the light turns blue, with the reason beside it."""
    row = _for_owner(actor, task)
    reason = refuse_blank(reason, field="reason", label="等谁答复什么", most=300)
    TASK.advance(row, "wait", reason=reason)
    _record(events.TASK_WAITING, actor, row, now, reason=reason)
    return row


@service
def go_on_task(*, actor, task: ResolutionTask, now: datetime) -> ResolutionTask:
    """The outside answer came: the task goes on."""
    row = _for_owner(actor, task)
    TASK.advance(row, "go_on", reason="")
    return row


@service
def return_task(*, actor, task: ResolutionTask, reason: str, now: datetime) -> ResolutionTask:
    """Not done yet: back to the owner, with the reason."""
    row = _locked(task)
    policies.require(actor, "task.accept", row)
    reason = refuse_blank(reason, field="reason", label="退回原因", most=300)
    TASK.advance(row, "return", reason=reason)
    _record(events.TASK_RETURNED, actor, row, now, reason=reason)
    return row


@service
def accept_task(*, actor, task: ResolutionTask, now: datetime) -> ResolutionTask:
    """Done: it counts as finished on the day it was reported. The last one completes the resolution,
    unless a village has still to publish the result.
    """
    row = _locked(task)
    policies.require(actor, "task.accept", row)
    resolution = locked_resolution(row.resolution)
    TASK.advance(row, "accept", finished_on=day_of(row.reported_at or now), reason="")
    _record(events.TASK_ACCEPTED, actor, row, now)
    complete_when_done(resolution, by=actor, now=now)
    return row


@service
def confirm_task(*, actor, task: ResolutionTask, now: datetime) -> ResolutionTask:
    """The unit that proposed the motion confirms the result."""
    row = _locked(task)
    if not policies.allows(actor, "task.confirm", row.resolution.motion):
        raise Forbidden("由提出议题的单位确认结果。", code="not_the_proposer")
    TASK.advance(row, "confirm")
    _record(events.TASK_CONFIRMED, actor, row, now)
    return row


@service
def extend_task(*, actor, task: ResolutionTask, due_on: date, reason: str, now: datetime) -> ResolutionTask:
    """Give more time, with the reason; the old date stays in the trail."""
    row = _locked(task)
    policies.require(actor, "task.accept", row)
    reason = refuse_blank(reason, field="reason", label="延期原因")
    if row.state not in (TaskState.ASSIGNED, TaskState.WAITING):
        raise DomainError("illegal_move", f"任务{row.get_state_display()}，不用延期。")
    if due_on <= row.due_on or due_on < day_of(now):
        raise RuleBroken("not_later", "新的时限须晚于原时限，且不早于今天。", field="due_on")
    old, row.due_on = row.due_on, due_on
    row.save(update_fields=["due_on"])
    _record(events.TASK_EXTENDED, actor, row, now, old=old.isoformat(), new=due_on.isoformat(), reason=reason)
    return row


def _for_owner(actor, task: ResolutionTask) -> ResolutionTask:
    row = _locked(task)
    policies.require(actor, "task.report" if row.owner_id else "task.accept", row)
    return row


def _locked(task: ResolutionTask) -> ResolutionTask:
    rows = ResolutionTask.objects.select_related("resolution__body", "resolution__motion__unit", "owner")
    return rows.locked().get(pk=task.pk)


def _record(event: str, actor, row: ResolutionTask, now: datetime, **details) -> None:
    facts.record(
        event,
        actor=actor,
        org=row.resolution.body,
        subject=row,
        at=now,
        about=row.resolution.motion.about,
        resolution=str(row.resolution_id),
        **details,
    )
