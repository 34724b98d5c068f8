"""Verbs of those who were there: confirm the minutes or ask for an amendment; and the clerk's answers."""

from datetime import datetime

from deliberation import events
from deliberation.choices import AmendmentState, MinutesState
from deliberation.models import (
    AMENDMENT,
    AgendaItem,
    Attendance,
    Meeting,
    Minutes,
    MinutesAgreement,
    MinutesAmendment,
)
from deliberation.services._minutes import (
    append_note,
    locked_meeting,
    locked_minutes,
    record,
    refuse_foreign,
    refuse_other_edition,
    require_clerk,
)
from kit import parameters
from kit.calendar import day_of
from kit.errors import DomainError, Forbidden, Hidden, RuleBroken
from kit.holidays import working_days
from kit.scoping import standing_of
from kit.services import service
from kit.validation import check_fields, refuse_blank


@service
def agree(*, actor, minutes: Minutes, edition: int, now: datetime) -> MinutesAgreement:
    """Confirm the edition that was read. By whoever was there, but for clerk and chair, who have steps of their own."""
    meeting, row = locked_minutes(minutes.meeting_id)
    own = _own(actor, meeting)
    if actor.pk in (meeting.chair_id, meeting.clerk_id):
        raise Forbidden("会议记录由与会人员确认；记录人和主持人各有自己的一步。", code="not_asked")
    _require_circulated(row)
    refuse_other_edition(row, edition)
    if row.amendments.filter(attendance=own, state=AmendmentState.OPEN).exists():
        raise DomainError("own_amendment_open", "您提的修改意见还没有答复，等答复后再确认。")
    if row.agreements.filter(attendance=own, edition=edition).exists():
        raise DomainError("already_agreed", "您已经确认过这一稿。")
    agreement = MinutesAgreement(minutes=row, attendance=own, edition=edition, agreed_at=now)
    agreement.save(force_insert=True)
    record(events.MINUTES_AGREED, actor, row, now, edition=edition)
    return agreement


@service
def ask_amendment(*, actor, minutes: Minutes, item: AgendaItem, text: str, now: datetime) -> MinutesAmendment:
    """Ask for a change in the note of one item, while the minutes are out. Not by the clerk, who writes them."""
    meeting, row = locked_minutes(minutes.meeting_id)
    own = _own(actor, meeting)
    if actor.pk == meeting.clerk_id:
        raise Forbidden("记录人要改的，请收回后修改。", code="not_asked")
    _require_circulated(row)
    refuse_foreign(item, meeting)
    amendment = MinutesAmendment(
        minutes=row,
        item=item,
        attendance=own,
        text=refuse_blank(text, field="text", label="修改意见"),
        asked_at=now,
    )
    check_fields(amendment, only=["text"])
    amendment.save(force_insert=True)
    record(events.AMENDMENT_ASKED, actor, row, now, amendment=str(amendment.pk))
    return amendment


@service
def take_in(
    *,
    actor,
    minutes: Minutes,
    amendment: MinutesAmendment,
    text: str,
    decision: str = "",
    revision: int,
    now: datetime,
) -> MinutesAmendment:
    """采纳: write the note anew; what was out becomes another edition, and there is time again to read it.

    Raises DomainError ``stale_note`` (409) as ``write_note``; RuleBroken at ``text`` when the words stay as they were.
    """
    row, fresh = _open(actor, minutes, amendment)
    _, is_new = append_note(row, fresh.item, text, decision, revision, actor, now)
    if not is_new:
        raise RuleBroken("not_changed", "采纳须改动记录；不改的请写明理由，按不采纳办。", field="text")
    AMENDMENT.advance(fresh, "take_in", answered_by=actor, answered_at=now)
    if row.state == MinutesState.CIRCULATED:
        assert row.confirm_by_on is not None
        days = parameters.get("deliberation.minutes_again_days", on=day_of(now), path=row.body.path)
        row.edition += 1
        row.confirm_by_on = max(row.confirm_by_on, working_days().add(day_of(now), days))
        row.save(update_fields=["edition", "confirm_by_on"])
    record(events.AMENDMENT_TAKEN_IN, actor, row, now, amendment=str(fresh.pk), edition=row.edition)
    return fresh


@service
def decline(*, actor, minutes: Minutes, amendment: MinutesAmendment, reason: str, now: datetime) -> MinutesAmendment:
    """不采纳: with a reason that everybody who was there reads."""
    row, fresh = _open(actor, minutes, amendment)
    reason = refuse_blank(reason, field="reason", label="理由", most=300)
    AMENDMENT.advance(fresh, "decline", reason=reason, answered_by=actor, answered_at=now)
    record(events.AMENDMENT_DECLINED, actor, row, now, amendment=str(fresh.pk), reason=reason)
    return fresh


def _open(actor, minutes: Minutes, amendment: MinutesAmendment) -> tuple[Minutes, MinutesAmendment]:
    """(minutes, amendment), fresh; the actor writes these minutes. Refused once answered."""
    meeting = locked_meeting(minutes.meeting_id)
    require_clerk(actor, meeting)
    asked = MinutesAmendment.objects.filter(minutes__meeting=meeting)
    fresh = asked.select_related("minutes", "item").filter(pk=amendment.pk).first()
    if fresh is not None and fresh.state == AmendmentState.OPEN:
        fresh.minutes.meeting, fresh.minutes.body = meeting, meeting.body
        return fresh.minutes, fresh
    if not asked.filter(state=AmendmentState.OPEN).exists():
        raise DomainError("nothing_asked", "现在没有等待答复的修改意见。")
    if fresh is None:
        raise RuleBroken("other_meeting", "这条修改意见不是本次会议的。", field="amendment")
    raise DomainError("illegal_move", f"这条修改意见{fresh.get_state_display()}，不用再答复。")


def _require_circulated(row: Minutes) -> None:
    if row.state != MinutesState.CIRCULATED:
        raise DomainError("not_circulated", f"会议记录现在是“{row.get_state_display()}”，不在确认期内。")


def _own(actor, meeting: Meeting) -> Attendance:
    """The actor's own seat, where they were in the room. Raises Forbidden for who reaches the meeting, else Hidden."""
    own = meeting.attendances.filter(person=actor.pk, presences__isnull=False).first()
    if own is not None:
        return own
    if standing_of(actor).reaches(meeting.place) or meeting.attendances.filter(person=actor.pk).exists():
        raise Forbidden("您没有到会，会议记录由到会的人确认。", code="not_there")
    raise Hidden
