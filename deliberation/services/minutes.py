"""Verbs of the minutes: note, send out, take back, confirm, correct, file.

Everything happens under the lock of the meeting.
"""

from datetime import date, datetime

from django.db.models import Max

from deliberation import events, rules, selectors
from deliberation.choices import ItemState, MeetingState, MinutesState
from deliberation.models import (
    MEETING,
    MINUTES,
    AgendaItem,
    Meeting,
    Minutes,
    MinutesCorrection,
    MinutesNote,
    SignedCopy,
)
from deliberation.services._minutes import (
    append_note,
    locked_minutes,
    record,
    refuse_foreign,
    refuse_other_edition,
    require_clerk,
)
from deliberation.services.attendance import require_chair
from kit import facts, files, parameters, policies
from kit.calendar import day_of, long_date
from kit.errors import DomainError, RuleBroken
from kit.files.storing import Upload
from kit.holidays import working_days
from kit.services import service
from kit.validation import check_fields, refuse_blank

# What a scanner or a telephone makes of a signed sheet; photos are kept as JPG.
SCANS = ("pdf", "jpg")


@service
def write_note(
    *, actor, minutes: Minutes, item: AgendaItem, text: str, decision: str = "", revision: int, now: datetime
) -> MinutesNote:
    """Note what was said and decided to an item, over the revision that the writer has read (0: none yet).

    The same words again write nothing. Raises DomainError ``stale_note`` (409) when a newer revision stands there:
    nothing is overwritten.
    """
    meeting, row = locked_minutes(minutes.meeting_id)
    require_clerk(actor, meeting)
    refuse_foreign(item, meeting)
    if row.state == MinutesState.CIRCULATED:
        raise DomainError("minutes_circulated", "会议记录正在由与会人员确认，要改请采纳修改意见，或先收回。")
    if row.state == MinutesState.CONFIRMED:
        raise DomainError("minutes_confirmed", "会议记录已经确认，不能再改；有错的请登记更正。")
    note, is_new = append_note(row, item, text, decision, revision, actor, now)
    if is_new:
        record(events.MINUTES_NOTED, actor, row, now, item=str(item.pk), revision=note.revision)
    return note


@service
def send_minutes(*, actor, minutes: Minutes, now: datetime) -> Minutes:
    """Send the minutes to those who were there, to confirm them within the parameter's working days.

    Raises DomainError ``notes_missing`` (409) while an item that was taken up has no note.
    """
    meeting, row = locked_minutes(minutes.meeting_id)
    require_clerk(actor, meeting)
    if meeting.state != MeetingState.ENDED:
        raise DomainError("not_ended", f"会议{meeting.get_state_display()}，散会以后才能送与会人员确认。")
    items = meeting.items.exclude(state=ItemState.DEFERRED).filter(notes=None).order_by("position", "pk")
    if bare := "、".join(f"“{item.title}”" for item in items):
        raise DomainError("notes_missing", f"还没有写记录的议题：{bare}。")
    days = parameters.get("deliberation.minutes_days", on=day_of(now), path=row.body.path)
    until = working_days().add(day_of(now), days)
    MINUTES.advance(row, "send", edition=row.edition + 1, circulated_at=now, confirm_by_on=until, reason="")
    record(events.MINUTES_SENT, actor, row, now, edition=row.edition, until=until.isoformat())
    return row


@service
def recall_minutes(*, actor, minutes: Minutes, reason: str, now: datetime) -> Minutes:
    """Take the minutes back as a draft; who confirmed is asked again for the next edition."""
    meeting, row = locked_minutes(minutes.meeting_id)
    require_clerk(actor, meeting)
    reason = refuse_blank(reason, field="reason", label="收回原因", most=300)
    MINUTES.advance(row, "recall", reason=reason)
    record(events.MINUTES_RECALLED, actor, row, now, reason=reason)
    return row


@service
def confirm_minutes(*, actor, minutes: Minutes, edition: int, now: datetime) -> Minutes:
    """The chair confirms the edition that was read: the period is over or everybody agreed, every amendment answered.

    Gives the 会议纪要 its number. Afterwards nothing changes; what is wrong is corrected beneath.
    """
    meeting, row = locked_minutes(minutes.meeting_id, numbers=True)
    require_chair(actor, meeting)
    if row.state == MinutesState.CIRCULATED:
        refuse_other_edition(row, edition)
        if waiting := row.open_amendments:  # type: ignore[attr-defined]  # of the locked row
            raise DomainError("amendments_open", f"还有{waiting}条修改意见没有答复，不能确认。")
        _refuse_early(row, meeting, day_of(now))
    body, year = meeting.body, day_of(now).year
    serial = (Minutes.objects.filter(body=body, year=year).aggregate(last=Max("serial"))["last"] or 0) + 1
    mark = parameters.get("deliberation.document_mark", on=day_of(now), path=body.path)
    MINUTES.advance(
        row,
        "confirm",
        confirmed_by=actor,
        confirmed_at=now,
        digest=rules.minutes_digest(selectors.note_values(meeting)),
        year=year,
        serial=serial,
        number=f"{mark}纪〔{year}〕{serial}号",
    )
    MEETING.advance(meeting, "confirm_minutes")
    facts.record(
        events.MINUTES_CONFIRMED,
        actor=actor,
        org=body,
        subject=meeting,
        at=now,
        number=row.number,
        digest=row.digest,
    )
    return row


def _refuse_early(row: Minutes, meeting: Meeting, today: date) -> None:
    assert row.confirm_by_on is not None
    if today > row.confirm_by_on:
        return
    if silent := selectors.silent(row, meeting):
        names = "、".join(each.person.name for each in silent)
        raise DomainError(
            "confirmation_running",
            f"确认期到{long_date(row.confirm_by_on, weekday=False)}，{names}还没有确认；期满或都确认以后才能确认。",
        )


@service
def correct_minutes(
    *, actor, minutes: Minutes, item: AgendaItem, text: str, reason: str, now: datetime
) -> MinutesCorrection:
    """更正 after the confirmation: beneath the note, never in its place. By clerk or chair, also when filed."""
    meeting, row = locked_minutes(minutes.meeting_id)
    if actor.pk != meeting.chair_id:
        require_clerk(actor, meeting)
    if row.state != MinutesState.CONFIRMED:
        raise DomainError("not_confirmed", f"会议记录还是“{row.get_state_display()}”，直接改就行，不用更正。")
    refuse_foreign(item, meeting)
    correction = MinutesCorrection(
        minutes=row,
        item=item,
        text=refuse_blank(text, field="text", label="更正内容"),
        reason=refuse_blank(reason, field="reason", label="更正原因", most=300),
        corrected_by=actor,
        corrected_at=now,
    )
    check_fields(correction, only=["text"])
    correction.save(force_insert=True)
    record(events.MINUTES_CORRECTED, actor, row, now, item=str(item.pk), reason=correction.reason)
    return correction


@service
def register_signed_copy(*, actor, minutes: Minutes, file: Upload, signed_on: date, now: datetime) -> SignedCopy:
    """Register a scan of the minutes signed on paper: PDF or a photo, under the SHA-256 of what is kept."""
    meeting, row = locked_minutes(minutes.meeting_id)
    require_clerk(actor, meeting)
    if row.state != MinutesState.CONFIRMED:
        raise DomainError("not_confirmed", "会议记录确认以后，才能登记签字件。")
    assert meeting.ended_at is not None
    if not day_of(meeting.ended_at) <= signed_on <= day_of(now):
        raise RuleBroken("bad_day", "签字日期须在散会那天到今天之间。", field="signed_on")
    copy = SignedCopy(minutes=row, signed_on=signed_on, registered_by=actor, registered_at=now)
    copy.file = files.keep(file, subject=copy, actor=actor, at=now, path=row.body.path)
    if copy.file.kind not in SCANS:
        raise RuleBroken("not_a_scan", "签字件只收 PDF 和 JPG、PNG 图片。", field="file", status=415)
    copy.sha256 = copy.file.sha256
    copy.save(force_insert=True)
    record(events.SIGNED_COPY_REGISTERED, actor, row, now, sha256=copy.sha256)
    return copy


@service
def archive_meeting(*, actor, minutes: Minutes, reason: str = "", now: datetime) -> Minutes:
    """归档: the minutes are confirmed, and what was adopted has its resolution or the reason why it has none."""
    meeting, row = locked_minutes(minutes.meeting_id)
    if actor.pk != meeting.clerk_id:
        policies.require(actor, "minutes.archive", meeting)
    MEETING.advance(meeting, "archive")
    bare = "、".join(f"“{item.title}”" for item in selectors.adopted_without_resolution(meeting))
    reason = (reason or "").strip()
    if bare and not reason:
        said = f"表决通过、还没有形成决议：{bare}。请先形成决议，或写明原因。"
        raise RuleBroken("resolution_missing", said, field="reason")
    row.archived_at, row.archive_reason = now, reason if bare else ""
    check_fields(row, only=["archive_reason"])
    row.save(update_fields=["archived_at", "archive_reason"])
    facts.record(events.MEETING_ARCHIVED, actor=actor, org=row.body, subject=meeting, at=now, reason=row.archive_reason)
    return row
