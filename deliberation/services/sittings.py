"""Verbs of the chair while the meeting sits: open, adjourn, end, take up an item, confirm the discussion, recuse."""

from datetime import datetime
from uuid import UUID

from django.db.models import DateTimeField, F, Max, Value
from django.db.models.functions import Greatest

from deliberation import events
from deliberation.choices import RUNNING_POLL, ItemState, MeetingState, PollState
from deliberation.models import (
    AGENDA_ITEM,
    MEETING,
    MOTION,
    AgendaItem,
    Attendance,
    Meeting,
    Minutes,
    Poll,
    Presence,
    Recusal,
    Statement,
)
from deliberation.services.attendance import require_chair
from kit import facts, policies
from kit.errors import DomainError, RuleBroken
from kit.services import service
from kit.validation import check_fields, refuse_blank


@service
def open_meeting(*, actor, meeting: Meeting, now: datetime) -> Meeting:
    """Declare the meeting open; its minutes begin. Somebody must have signed in."""
    row = _locked(meeting.pk)
    require_chair(actor, row)
    if not row.attendances.here().exists():
        raise DomainError("nobody_here", "还没有人签到，不能宣布开会。")
    MEETING.advance(row, "open", opened_at=now)
    Minutes(meeting=row, body=row.body).save(force_insert=True)
    _record(events.MEETING_OPENED, actor, row, now)
    return row


@service
def adjourn(*, actor, meeting: Meeting, reason: str, now: datetime) -> Meeting:
    """Interrupt the sitting; it goes on later with the items that are left."""
    row = _locked(meeting.pk)
    require_chair(actor, row)
    reason = refuse_blank(reason, field="reason", label="休会原因")
    _refuse_open_poll(row)
    MEETING.advance(row, "adjourn", reason=reason)
    _record(events.MEETING_ADJOURNED, actor, row, now, reason=reason)
    return row


@service
def resume(*, actor, meeting: Meeting, now: datetime) -> Meeting:
    """Go on after an adjournment."""
    row = _locked(meeting.pk)
    require_chair(actor, row)
    MEETING.advance(row, "resume", reason="")
    _record(events.MEETING_RESUMED, actor, row, now)
    return row


@service
def end_meeting(*, actor, meeting: Meeting, now: datetime) -> Meeting:
    """Declare the meeting closed. Items not reached are deferred, not lost: their motions wait as accepted."""
    row = _locked(meeting.pk)
    require_chair(actor, row)
    _refuse_open_poll(row)
    left = [ItemState.PENDING, ItemState.DISCUSSING, ItemState.DISCUSSED]
    for item in row.items.filter(state__in=left).select_related("motion").order_by("position", "pk"):
        _defer(item, "会议结束时未审议", actor, row, now)
    MEETING.advance(row, "end", ended_at=now)
    # No stay ends before it began, also where the clock went back meanwhile.
    left_at = Greatest(F("arrived_at"), Value(now, output_field=DateTimeField()))
    Presence.objects.filter(attendance__meeting=row, left_at=None).update(left_at=left_at)
    _record(events.MEETING_ENDED, actor, row, now)
    return row


@service
def open_item(*, actor, item: AgendaItem, now: datetime) -> AgendaItem:
    """Take up the next item; only one is on the table at a time."""
    meeting, row = _in_session(actor, item)
    other = meeting.items.filter(state__in=[ItemState.DISCUSSING, ItemState.DISCUSSED]).exclude(pk=row.pk).first()
    if other is not None:
        raise DomainError("item_on_the_table", f"“{other.title}”还没有结束，一次只审议一个议题。")
    AGENDA_ITEM.advance(row, "open", opened_at=now)
    if row.motion is not None:
        MOTION.advance(row.motion, "discuss")
    _record(events.ITEM_OPENED, actor, meeting, now, item=str(row.pk))
    return row


@service
def confirm_discussed(*, actor, item: AgendaItem, now: datetime) -> AgendaItem:
    """已充分讨论: the chair confirms it before any vote (F-24)."""
    meeting, row = _in_session(actor, item)
    AGENDA_ITEM.advance(row, "discussed", discussed_at=now)
    _record(events.ITEM_DISCUSSED, actor, meeting, now, item=str(row.pk))
    return row


@service
def finish_item(*, actor, item: AgendaItem, outcome: str, now: datetime) -> AgendaItem:
    """End an item that is not voted on, with its outcome in a sentence."""
    _, row = _in_session(actor, item)
    outcome = refuse_blank(outcome, field="outcome", label="结果")
    if row.kind == "vote":
        raise DomainError("vote_first", "表决事项以表决结束；不表决的请顺延并写明原因。")
    AGENDA_ITEM.advance(row, "finish", outcome=outcome)
    if row.motion is not None:
        MOTION.advance(row.motion, "unschedule")
    return row


@service
def defer_item(*, actor, item: AgendaItem, reason: str, now: datetime) -> AgendaItem:
    """Put an item off to a later meeting, with the reason shown to all."""
    meeting, row = _in_session(actor, item)
    reason = refuse_blank(reason, field="reason", label="顺延原因")
    if row.polls.filter(state__in=RUNNING_POLL).exists():
        raise DomainError("poll_open", "正在表决，先结束或作废表决。")
    _defer(row, reason, actor, meeting, now)
    return row


def _defer(item: AgendaItem, reason: str, actor, meeting: Meeting, now: datetime) -> None:
    AGENDA_ITEM.advance(item, "defer", outcome=reason)
    if item.motion is not None:
        MOTION.advance(item.motion, "unschedule")
    _record(events.ITEM_DEFERRED, actor, meeting, now, item=str(item.pk), reason=reason)


@service
def recuse_unit(*, actor, item: AgendaItem, unit, reason: str, now: datetime) -> AgendaItem:
    """The interested unit takes no part in this item; quorum and base follow (V9). Not once a poll is open."""
    meeting, row = _in_session(actor, item)
    reason = refuse_blank(reason, field="reason", label="回避原因", most=200)
    if row.state in (ItemState.DONE, ItemState.DEFERRED):
        raise DomainError("item_over", f"这个议题{row.get_state_display()}，不用再登记回避。")
    if row.polls.filter(state__in=[PollState.OPEN, PollState.CLOSED]).exists():
        raise DomainError("roll_frozen", "表决已经开始，名册不能再改。")
    if not meeting.attendances.voting().filter(unit=unit).exists():
        raise RuleBroken("unit_not_voting", "这个单位没有出席人员。", field="unit")
    if row.recusals.filter(unit=unit).exists():
        raise DomainError("already_recused", f"{unit.name}已经回避。")
    Recusal.objects.create(item=row, unit=unit, reason=reason)
    _record(events.UNIT_RECUSED, actor, meeting, now, item=str(row.pk), unit=str(unit.pk))
    return row


@service
def note_statement(*, actor, item: AgendaItem, attendance: Attendance, text: str, now: datetime) -> Statement:
    """Note what somebody said. The chair's own statement comes last (末位表态): afterwards nobody else speaks."""
    meeting = _locked(item.meeting_id)
    if actor.pk not in (meeting.clerk_id, meeting.chair_id):
        policies.require(actor, "meeting.clerk", meeting)
    if meeting.state != MeetingState.IN_SESSION:
        raise DomainError("not_in_session", f"会议{meeting.get_state_display()}，现在不能记录发言。")
    row = meeting.items.get(pk=item.pk)
    if row.state != ItemState.DISCUSSING:
        raise DomainError("item_not_discussed", "只有正在审议的议题可以记录发言。")
    if attendance.meeting_id != meeting.pk or not attendance.presences.filter(left_at=None).exists():
        raise RuleBroken("not_here", "发言人不在会场。", field="attendance")
    if row.statements.filter(attendance__person=meeting.chair_id).exists() and attendance.person_id != meeting.chair_id:
        raise DomainError("chair_spoke_last", "主持人已末位表态，其他人不再发言。")
    last = row.statements.aggregate(last=Max("position"))["last"] or 0
    statement = Statement(item=row, attendance=attendance, text=(text or "").strip(), position=last + 1, noted_at=now)
    check_fields(statement, only=["text"])
    statement.save(force_insert=True)
    return statement


def _in_session(actor, item: AgendaItem) -> tuple[Meeting, AgendaItem]:
    """(meeting, item), both fresh and the meeting locked; the actor is its chair and it sits."""
    meeting = _locked(item.meeting_id)
    require_chair(actor, meeting)
    if meeting.state != MeetingState.IN_SESSION:
        raise DomainError("not_in_session", f"会议{meeting.get_state_display()}，现在不能审议议题。")
    row = meeting.items.select_related("motion", "rule").get(pk=item.pk)
    row.meeting = meeting
    return meeting, row


def _refuse_open_poll(meeting: Meeting) -> None:
    if Poll.objects.filter(item__meeting=meeting, state__in=RUNNING_POLL).exists():
        raise DomainError("poll_open", "正在表决，先结束或作废表决。")


def _locked(meeting_id: UUID) -> Meeting:
    return Meeting.objects.select_related("body", "chair").locked().get(pk=meeting_id)


def _record(event: str, actor, row: Meeting, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.body, subject=row, at=now, **details)
