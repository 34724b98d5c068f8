"""What the verbs of minutes and amendments share: the lock, who writes, and a revision that overwrites nothing."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from deliberation import selectors
from deliberation.choices import AmendmentState
from deliberation.models import AgendaItem, Meeting, Minutes, MinutesNote
from kit import facts, policies
from kit.errors import DomainError, RuleBroken
from kit.validation import check_fields, refuse_blank


def locked_meeting(meeting_id: UUID, *, numbers: bool = False) -> Meeting:
    """The fresh row under its lock. numbers: its body's as well, so that what is numbered is numbered one at a time."""
    rows = Meeting.objects.select_related("body", "chair")
    return rows.select_for_update(of=("self", "body") if numbers else ("self",)).get(pk=meeting_id)


def locked_minutes(meeting_id: UUID, *, numbers: bool = False) -> tuple[Meeting, Minutes]:
    """(meeting, minutes), both fresh and the meeting locked. Raises DomainError before the opening.

    ``open_amendments``: how many wait for an answer.
    """
    meeting = locked_meeting(meeting_id, numbers=numbers)
    waiting = Count("amendments", filter=Q(amendments__state=AmendmentState.OPEN))
    # Read after the lock: joined to it, they would be as they were before somebody else let go of it.
    minutes = Minutes.objects.annotate(open_amendments=waiting).filter(meeting=meeting).first()
    if minutes is None:
        raise DomainError("no_minutes", f"会议{meeting.get_state_display()}，宣布开会以后才有会议记录。")
    minutes.meeting, minutes.body = meeting, meeting.body
    return meeting, minutes


def require_clerk(actor, meeting: Meeting) -> None:
    """The named clerk, or whoever does the desk work of the body. Raises Hidden or Forbidden."""
    if actor.pk != meeting.clerk_id:
        policies.require(actor, "minutes.write", meeting)


def refuse_other_edition(row: Minutes, edition: int) -> None:
    """What is confirmed is what was read."""
    if row.edition != edition:
        raise DomainError("minutes_changed", "会议记录在您打开以后改过了，请看过现在的文字再确认。")


def refuse_foreign(item: AgendaItem, meeting: Meeting) -> None:
    """RuleBroken for an item of another meeting."""
    if item.meeting_id != meeting.pk:
        raise RuleBroken("other_meeting", "这个议题不是本次会议的。", field="item")


def record(event: str, actor, row: Minutes, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.body, subject=row, at=now, **details)


def append_note(
    minutes: Minutes, item: AgendaItem, text: str, decision: str, revision: int, actor, now: datetime
) -> tuple[MinutesNote, bool]:
    """(newest revision of a note, whether it was written now), under the lock of the meeting.

    The same words again write nothing.
    """
    last = selectors.newest_note(item)
    refuse_stale(item, last, revision)
    note = MinutesNote(
        minutes=minutes,
        item=item,
        revision=last.revision + 1 if last else 1,
        text=refuse_blank(text, field="text", label="记录内容"),
        decision=(decision or "").strip(),
        written_by=actor,
        written_at=now,
    )
    check_fields(note, only=["text", "decision"])
    if last is not None and (last.text, last.decision) == (note.text, note.decision):
        return last, False
    note.save(force_insert=True)
    return note, True


def refuse_stale(item: AgendaItem, last: MinutesNote | None, revision: int) -> None:
    """The writer has read the newest revision, or nothing is saved."""
    newest = last.revision if last else 0
    if newest != revision:
        who = f"{last.written_by.name}已经存了第{newest}次修订" if last else "现在没有这一次修订"
        said = f"“{item.title}”的记录，{who}，您改的是第{revision}次，没有覆盖。您写的还在，请对照后再存。"
        raise DomainError("stale_note", said, errors={"text": [said]})
