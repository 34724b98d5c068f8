"""Verbs that prepare a meeting: plan, agenda, freeze, convene, postpone, cancel."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db.models import F, Max

from deliberation import events, rules, selectors
from deliberation.choices import MAJOR_CLASSES, OVER, Capacity, ItemKind, ItemState, MeetingState, MotionState
from deliberation.models import AGENDA_ITEM, MEETING, MOTION, AgendaItem, Attendance, Meeting, Motion, VotingRule
from kit import facts, parameters, policies
from kit.calendar import Quarter, day_of
from kit.errors import DomainError, Hidden, RuleBroken
from kit.holidays import working_days
from kit.services import service
from kit.validation import check_fields, refuse_blank, refuse_unknown
from orgs import selectors as orgs

CHANGEABLE = (
    "title",
    "starts_at",
    "place_text",
    "online_number",
    "requirements",
    "chair",
    "clerk",
    "contact",
    "ad_hoc_reason",
    "quarter",
)
_PREPARING = (MeetingState.PLANNED, MeetingState.AGENDA_FROZEN)


@service
def plan_meeting(
    *,
    actor,
    body,
    form: str,
    title: str,
    starts_at: datetime,
    chair,
    clerk,
    contact,
    place_text: str = "",
    online_number: str = "",
    requirements: str = "",
    ad_hoc_reason: str = "",
    quarter: str | None = None,
    now: datetime,
) -> Meeting:
    """Plan a sitting of a joint organization or an area committee.

    quarter: ``2026Q4``, by default that of the day it sits. Raises RuleBroken at the fields.
    """
    meeting = Meeting(
        body=body,
        form=form,
        title=(title or "").strip(),
        starts_at=starts_at,
        place_text=place_text.strip(),
        online_number=online_number.strip(),
        requirements=requirements.strip(),
        ad_hoc_reason=ad_hoc_reason.strip(),
        chair=chair,
        clerk=clerk,
        contact=contact,
        quarter=quarter or str(Quarter.of(day_of(starts_at))),
        # Short enough to read aloud, long enough not to be guessed within the sign-in window.
        sign_in_code=f"{secrets.randbelow(10**8):08d}",
        created_at=now,
    )
    policies.require(actor, "meeting.plan", meeting)
    if body.place.body_id is None:
        raise RuleBroken("not_a_body", "只有联村党组织和片区联合党委可以召开会议。", field="body")
    _check(meeting, now)
    meeting.save(force_insert=True)
    _record(events.MEETING_PLANNED, actor, meeting, now)
    return meeting


def _check(meeting: Meeting, now: datetime) -> None:
    check_fields(
        meeting,
        only=["form", "title", "place_text", "online_number", "requirements", "ad_hoc_reason", "quarter", "starts_at"],
    )
    if meeting.starts_at <= now:
        raise RuleBroken("date_in_past", "开会时间须在现在之后。", field="starts_at")
    if not meeting.place_text and not meeting.online_number:
        raise RuleBroken("no_place", "请填写地点或线上会议号。", field="place_text")
    try:
        Quarter.parse(meeting.quarter)
    except ValueError:
        raise RuleBroken("bad_quarter", "计入季度写成 2026Q4 的样子。", field="quarter") from None


@service
def change_meeting(*, actor, meeting: Meeting, now: datetime, **changes) -> Meeting:
    """Change time, place, people or title before the notice has gone out."""
    row = _locked(meeting.pk)
    policies.require(actor, "meeting.plan", row)
    refuse_unknown(changes, CHANGEABLE)
    if row.state not in _PREPARING:
        raise DomainError("illegal_move", f"会议{row.get_state_display()}，要改时间请办理延期。")
    for field, value in changes.items():
        setattr(row, field, value.strip() if isinstance(value, str) else value)
    _check(row, now)
    row.save(update_fields=list(changes))
    return row


@service
def add_item(
    *,
    actor,
    meeting: Meeting,
    kind: str,
    motion: Motion | None = None,
    title: str = "",
    reporting_unit=None,
    reporter: str = "",
    minutes_allotted: int = 15,
    rule: VotingRule | None = None,
    now: datetime,
) -> AgendaItem:
    """Put a slot on the agenda. After the freeze it is marked late; a major matter is never a late item.

    A vote needs an accepted motion of the same body, and a rule (by default the body's joint conference rule).
    """
    row = _locked(meeting.pk)
    policies.require(actor, "meeting.plan", row)
    if row.state not in (*_PREPARING, MeetingState.CONVENED, MeetingState.IN_SESSION):
        raise DomainError("illegal_move", f"会议{row.get_state_display()}，不能再加议题。")
    is_late = row.state != MeetingState.PLANNED
    if motion is not None:
        motion = Motion.objects.select_related("unit").locked().get(pk=motion.pk)
        _check_motion(motion, row, is_late)
    if kind == ItemKind.VOTE and motion is None:
        raise RuleBroken("vote_needs_motion", "表决事项须有已受理的议题。", field="motion")
    if kind == ItemKind.VOTE:
        rule = _rule_for(rule, row)
    item = AgendaItem(
        meeting=row,
        motion=motion,
        kind=kind,
        title=(title or (motion.title if motion else "")).strip(),
        position=(row.items.aggregate(last=Max("position"))["last"] or 0) + 1,
        reporting_unit=reporting_unit or (motion.unit if motion else None),
        reporter=reporter.strip(),
        minutes_allotted=minutes_allotted,
        is_late=is_late,
        rule=rule if kind == ItemKind.VOTE else None,
    )
    check_fields(item, only=["kind", "title", "reporter", "minutes_allotted"])
    item.save(force_insert=True)
    if motion is not None:
        MOTION.advance(motion, "schedule", reason="")
        facts.record(
            events.MOTION_SCHEDULED,
            actor=actor,
            org=row.body,
            subject=motion,
            at=now,
            about=motion.about,
            meeting=str(row.pk),
        )
    return item


def _rule_for(rule: VotingRule | None, meeting: Meeting) -> VotingRule:
    """The rule a vote of this meeting follows: by default the joint conference's, else a version in force that day."""
    day = day_of(meeting.starts_at)
    if rule is None:
        return selectors.default_rule(on=day)
    if rule != selectors.rule_in_force(rule.code, on=day):
        raise RuleBroken("rule_not_in_force", f"开会那天施行的不是{rule}，请选当天施行的版本。", field="rule")
    if rule.code in selectors.RULES_OF_OTHERS:
        raise RuleBroken(
            "rule_of_others",
            f"《{rule.name}》用于村民、集体经济组织、合作社自己的会议，联席会议的表决不能选用。",
            field="rule",
        )
    return rule


def _check_motion(motion: Motion, meeting: Meeting, is_late: bool) -> None:
    if motion.body_id != meeting.body_id:
        raise RuleBroken("other_body", "议题不属于本组织，不能列入本次会议。", field="motion")
    if motion.state != MotionState.ACCEPTED:
        raise RuleBroken(
            "motion_not_accepted", f"议题{motion.get_state_display()}，只有已受理的才能列入。", field="motion"
        )
    if is_late and motion.classification in MAJOR_CLASSES:
        raise RuleBroken("major_never_late", "三重一大不得临时动议，请列入下次会议。", field="motion")


@service
def remove_item(*, actor, item: AgendaItem, now: datetime) -> Meeting:
    """Take a pending item off a meeting that has not been convened; its motion waits again as accepted."""
    row = _locked(item.meeting_id)
    policies.require(actor, "meeting.plan", row)
    if row.state not in _PREPARING:
        raise DomainError("illegal_move", "通知已经发出，议题只能在会上顺延。")
    fresh = row.items.select_related("motion").filter(pk=item.pk).first()
    if fresh is None:
        raise Hidden  # somebody else removed it in the meantime
    if fresh.motion is not None:
        MOTION.advance(fresh.motion, "unschedule")
    position = fresh.position
    fresh.delete()
    row.items.filter(position__gt=position).update(position=F("position") - 1)
    return row


@service
def move_item(*, actor, item: AgendaItem, position: int, now: datetime) -> Meeting:
    """Give a pending item another place on the agenda, also while the meeting sits."""
    row = _locked(item.meeting_id)
    policies.require(actor, "meeting.plan", row)
    if row.state in OVER:
        raise DomainError("illegal_move", f"会议{row.get_state_display()}，议题次序不能再改。")
    items = list(row.items.order_by("position", "pk"))
    moving = next((each for each in items if each.pk == item.pk), None)
    if moving is None or moving.state != ItemState.PENDING:
        raise DomainError("item_not_pending", "只有待审议的议题可以调整次序。")
    if not 1 <= position <= len(items):
        raise RuleBroken("bad_position", f"次序须在1到{len(items)}之间。", field="position")
    items.remove(moving)
    items.insert(position - 1, moving)
    moved = [each for number, each in enumerate(items, 1) if each.position != number]
    for number, each in enumerate(items, 1):
        each.position = number
    AgendaItem.objects.bulk_update(moved, ["position"])
    return row


@service
def freeze_agenda(*, actor, meeting: Meeting, now: datetime) -> Meeting:
    """Fix the agenda; what comes later is marked late. An empty agenda is refused.

    Motions seconded by a third of the units must be on it (F-21).
    """
    row = _locked(meeting.pk)
    policies.require(actor, "meeting.plan", row)
    if not row.items.exists():
        raise RuleBroken("agenda_empty", "还没有议题，不能确定议题。")
    needed = rules.seconding_needed(orgs.units_of(row.body, on=day_of(now)).count())
    if missing := selectors.seconded_but_unscheduled(row.body, needed=needed):
        titles = "、".join(f"“{motion.title}”" for motion in missing)
        raise RuleBroken("seconded_motion_missing", f"联名已达三分之一，须列入本次会议：{titles}。")
    MEETING.advance(row, "freeze")
    _record(events.AGENDA_FROZEN, actor, row, now)
    return row


@service
def convene(*, actor, meeting: Meeting, now: datetime) -> Meeting:
    """Send the notice: everybody entitled is invited, in the one way a notice is ever sent (F-22).

    Raises RuleBroken ``notice_too_late`` under the parameter's working days, unless ad hoc with a reason.
    """
    row = _locked(meeting.pk)
    policies.require(actor, "meeting.plan", row)
    if row.starts_at <= now:
        raise RuleBroken("date_in_past", "开会时间已过，请先办理延期。", field="starts_at")
    if not row.ad_hoc_reason:
        _check_notice(row, now)
    MEETING.advance(row, "convene", convened_at=now)
    known = set(row.attendances.values_list("person_id", flat=True))
    Attendance.objects.bulk_create(
        Attendance(meeting=row, person_id=seat.person_id, unit_id=seat.unit_id, post=seat.post, capacity=seat.capacity)
        for seat in selectors.entitled(row.body, on=day_of(row.starts_at))
        if seat.person_id not in known
    )
    if not row.attendances.filter(capacity=Capacity.VOTING).exists():
        raise RuleBroken("nobody_votes", "没有登记书记、委员或成员单位负责人，请先登记任职。")
    _record(events.MEETING_CONVENED, actor, row, now)
    return row


def _check_notice(row: Meeting, now: datetime) -> None:
    days = parameters.get("deliberation.notice_days", on=day_of(now), path=row.body.path)
    left = working_days().between(day_of(now), day_of(row.starts_at))
    if left < days:
        raise RuleBroken(
            "notice_too_late",
            f"例会须提前{days}个工作日通知，现在只剩{left}个；可以改期，或写明原因作为临时会议召开。",
            field="starts_at",
        )


@service
def invite(*, actor, meeting: Meeting, person, unit, capacity: str, now: datetime) -> Attendance:
    """Invite one more person: an observer, or a representative named by order. Never a second voter for a unit."""
    row = _locked(meeting.pk)
    policies.require(actor, "meeting.plan", row)
    if row.state in OVER:
        raise DomainError("illegal_move", f"会议{row.get_state_display()}，不能再邀请。")
    if row.attendances.filter(person=person).exists():
        raise DomainError("already_invited", f"{person.name}已在参会名单中。")
    attendance = Attendance(meeting=row, person=person, unit=unit, capacity=capacity)
    check_fields(attendance, only=["capacity"])
    if capacity == Capacity.VOTING:
        raise RuleBroken("voters_by_post", "出席人员按任职确定，另行邀请的只能列席。", field="capacity")
    attendance.save(force_insert=True)
    return attendance


@service
def invite_observer(*, actor, meeting: Meeting, person, now: datetime) -> Attendance:
    """Invite somebody to observe (列席), for the person's home organization."""
    return invite(
        actor=actor, meeting=meeting, person=person, unit=person.organization, capacity=Capacity.OBSERVING, now=now
    )


@service
def postpone(*, actor, meeting: Meeting, reason: str, starts_at: datetime, now: datetime) -> Meeting:
    """Put the meeting off to another time; it must be convened again, replies start afresh."""
    row = _locked(meeting.pk)
    policies.require(actor, "meeting.plan", row)
    reason = refuse_blank(reason, field="reason", label="延期原因")
    if starts_at <= now:
        raise RuleBroken("date_in_past", "新的开会时间须在现在之后。", field="starts_at")
    MEETING.advance(row, "postpone", reason=reason, starts_at=starts_at)
    row.attendances.update(reply="none", leave_reason="", replied_at=None)
    _record(events.MEETING_POSTPONED, actor, row, now, reason=reason)
    return row


@service
def cancel(*, actor, meeting: Meeting, reason: str, now: datetime) -> Meeting:
    """Call the meeting off; its motions wait again as accepted, nothing is lost."""
    row = _locked(meeting.pk)
    policies.require(actor, "meeting.plan", row)
    reason = refuse_blank(reason, field="reason", label="取消原因")
    MEETING.advance(row, "cancel", reason=reason)
    for item in row.items.filter(state=ItemState.PENDING).select_related("motion").order_by("position", "pk"):
        AGENDA_ITEM.advance(item, "defer", outcome="会议取消")
        if item.motion is not None:
            MOTION.advance(item.motion, "unschedule")
    _record(events.MEETING_CANCELLED, actor, row, now, reason=reason)
    return row


def _locked(meeting_id: UUID) -> Meeting:
    return Meeting.objects.select_related("body").locked().get(pk=meeting_id)


def _record(event: str, actor, row: Meeting, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.body, subject=row, at=now, **details)
