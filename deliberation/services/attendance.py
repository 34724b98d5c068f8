"""Verbs of the invited: reply, sign in, leave; and the clerk's for those without a phone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from deliberation import events
from deliberation.choices import Capacity, MeetingState, Reply
from deliberation.models import Attendance, Meeting, Presence
from kit import facts, parameters, policies
from kit.calendar import day_of, long_moment
from kit.errors import DomainError, Forbidden, Hidden, RuleBroken
from kit.scoping import standing_of
from kit.services import service
from kit.validation import refuse_blank
from orgs import selectors as orgs


@service
def reply(*, actor, meeting: Meeting, reply: str, leave_reason: str = "", now: datetime) -> Attendance:
    """回执: attend or ask for leave, until the meeting opens. The last answer counts."""
    attendance = _own(actor, meeting)
    if attendance.meeting.state not in (MeetingState.CONVENED, MeetingState.POSTPONED):
        raise DomainError("illegal_move", f"会议{attendance.meeting.get_state_display()}，不用再回执。")
    if reply not in (Reply.ATTEND, Reply.LEAVE):
        raise RuleBroken("bad_reply", "回执只有“出席”和“请假”。", field="reply")
    if reply == Reply.LEAVE:
        leave_reason = refuse_blank(leave_reason, field="leave_reason", label="请假原因", most=200)
    attendance.reply, attendance.replied_at = reply, now
    attendance.leave_reason = leave_reason if reply == Reply.LEAVE else ""
    attendance.save(update_fields=["reply", "leave_reason", "replied_at"])
    _record(events.REPLIED, actor, attendance, now, reply=reply)
    return attendance


@service
def sign_in(*, actor, meeting: Meeting, code: str, now: datetime) -> Attendance:
    """Sign in oneself with the code shown in the room, within the window around the start."""
    attendance = _own(actor, meeting)
    row = attendance.meeting
    if row.state not in (MeetingState.CONVENED, MeetingState.IN_SESSION, MeetingState.ADJOURNED):
        raise DomainError("illegal_move", f"会议{row.get_state_display()}，不能签到。")
    before = parameters.get("deliberation.sign_in_before_minutes", on=day_of(now), path=row.body.path)
    after = parameters.get("deliberation.sign_in_after_minutes", on=day_of(now), path=row.body.path)
    opens, closes = row.starts_at - timedelta(minutes=before), row.starts_at + timedelta(minutes=after)
    if not opens <= now <= closes:
        raise DomainError(
            "outside_sign_in_window", f"签到时间是{long_moment(opens)}到{long_moment(closes)}；晚到的请记录人登记。"
        )
    if code != row.sign_in_code:
        raise RuleBroken("wrong_code", "签到码不对，请看会场出示的签到码。", field="code")
    return _arrive(actor, attendance, now)


@service
def sign_in_for(*, actor, attendance: Attendance, now: datetime) -> Attendance:
    """The clerk signs in somebody who signed on paper, or who comes late or back."""
    row = _locked(attendance)
    _require_clerk(actor, row.meeting)
    if row.meeting.state not in (MeetingState.CONVENED, MeetingState.IN_SESSION, MeetingState.ADJOURNED):
        raise DomainError("illegal_move", f"会议{row.meeting.get_state_display()}，不能签到。")
    return _arrive(actor, row, now)


@service
def sign_in_list(*, actor, meeting: Meeting, attendances: Sequence[Attendance], now: datetime) -> Meeting:
    """Take over the paper sheet: everybody named is signed in, all or nobody. Raises Hidden for another meeting's."""
    for each in sorted(attendances, key=lambda each: each.pk):
        if each.meeting_id != meeting.pk:
            raise Hidden
        sign_in_for(actor=actor, attendance=each, now=now)
    return meeting


@service
def replace_representative(*, actor, attendance: Attendance, person, order: str, now: datetime) -> Attendance:
    """Seat another person of a member unit by the unit's written order; the clerk enters it. Returns the new seat.

    The substitute votes where units vote. Where persons vote nobody does it for another: the seat stays empty and
    still counts among those who should attend. Not once the person has been in the room.
    """
    row = _locked(attendance)
    meeting = row.meeting
    _require_clerk(actor, meeting)
    if meeting.state not in (MeetingState.CONVENED, MeetingState.IN_SESSION, MeetingState.ADJOURNED):
        raise DomainError("illegal_move", f"会议{meeting.get_state_display()}，不能更换代表。")
    if row.capacity != Capacity.VOTING or row.replaces_id is not None:
        raise DomainError("no_seat_to_take", "只有成员单位原定的出席代表可以更换，而且只能更换一次。")
    if row.unit_id == meeting.body_id:
        raise DomainError("leaders_come_themselves", "班子成员由本人出席，不能由别人代表；确实不能来的，请假。")
    if row.presences.exists():
        raise DomainError("already_came", f"{row.person.name}已经到过会场，不能再更换代表。")
    order = refuse_blank(order, field="order", label="书面委托", most=120)
    if not orgs.works_for(person, row.unit, on=day_of(now)):
        raise RuleBroken("not_of_the_unit", f"{person.name}不是{row.unit.name}的人，不能代表它。", field="person")
    if meeting.attendances.filter(person=person).exists():
        raise RuleBroken("already_invited", f"{person.name}已在参会名单中。", field="person")
    row.capacity = Capacity.REPLACED
    row.save(update_fields=["capacity"])
    seat = Attendance.objects.create(
        meeting=meeting,
        person=person,
        unit=row.unit,
        post="受委托代表",
        capacity=Capacity.VOTING,
        replaces=row,
        order=order,
    )
    _record(events.REPRESENTATIVE_REPLACED, actor, seat, now, replaces=str(row.person_id))
    return seat


@service
def leave_meeting(*, actor, attendance: Attendance, now: datetime) -> Attendance:
    """Note that somebody left the room; from now on they are not present. By oneself or by the clerk.

    Raises DomainError ``not_here``; ``clock_behind`` where they came at a moment that this clock has not reached.
    """
    row = _locked(attendance)
    if row.person_id != actor.pk:
        _require_clerk(actor, row.meeting)
    here = row.presences.filter(left_at=None)
    if not here.filter(arrived_at__lte=now).update(left_at=now):
        if here.exists():
            raise _clock_behind(row, "离会")
        raise DomainError("not_here", f"{row.person.name}没有签到，或者已经离会。")
    _record(events.LEFT_MEETING, actor, row, now)
    return row


def _arrive(actor, attendance: Attendance, now: datetime) -> Attendance:
    stays = attendance.presences.filter(Q(left_at=None) | Q(left_at__gt=now)).order_by("pk")
    left = list(stays.values_list("left_at", flat=True))
    if None in left:
        raise DomainError("already_here", f"{attendance.person.name}已经签到。")
    if left:
        raise _clock_behind(attendance, "签到")
    Presence.objects.create(attendance=attendance, arrived_at=now, signed_by=actor)
    _record(events.SIGNED_IN, actor, attendance, now)
    return attendance


def _clock_behind(attendance: Attendance, step: str) -> DomainError:
    """The clock went back since the last entry of this person: no stay ends before it began, none overlap."""
    return DomainError(
        "clock_behind",
        f"{attendance.person.name}上一次登记的时间比现在还晚，不能登记{step}。请稍后再试；还不行，请联系系统管理员核对时间。",
    )


def _own(actor, meeting: Meeting) -> Attendance:
    """The actor's own invitation, locked. Raises Forbidden for who sees the meeting and is not invited, else Hidden."""
    own = Attendance.objects.filter(meeting=meeting.pk, person=actor.pk)
    attendance = own.select_related("meeting__body", "person").select_for_update(of=("self",)).first()
    if attendance is None:
        if standing_of(actor).reaches(meeting.place):
            raise Forbidden("您不在本次会议的参会名单中。", code="not_invited")
        raise Hidden
    return attendance


def _locked(attendance: Attendance) -> Attendance:
    rows = Attendance.objects.select_related("meeting__body", "person", "unit").select_for_update(of=("self",))
    return rows.get(pk=attendance.pk)


def _require_clerk(actor, meeting: Meeting) -> None:
    """The named clerk, or whoever does the desk work of the body."""
    if actor.pk != meeting.clerk_id:
        policies.require(actor, "meeting.plan", meeting)


def require_chair(actor, meeting: Meeting) -> None:
    """The chair named for this meeting and nobody else leads it. Raises Hidden or Forbidden."""
    if actor.pk == meeting.chair_id:
        return
    policies.require(actor, "meeting.chair", meeting)
    raise Forbidden(f"本次会议由{meeting.chair.name}主持，只有主持人能办这一步。", code="not_the_chair")


def _record(event: str, actor, row: Attendance, now: datetime, **details) -> None:
    facts.record(
        event, actor=actor, org=row.meeting.body, subject=row.meeting, at=now, person=str(row.person_id), **details
    )
