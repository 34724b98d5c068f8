"""How a vote ends: judged by its frozen rule, written on its board, followed by item and motion."""

from collections.abc import Mapping
from datetime import datetime

from deliberation import events, rules
from deliberation.choices import Choice, PollBoardKind
from deliberation.models import AGENDA_ITEM, MOTION, POLL, Poll
from deliberation.services import poll_board
from kit import facts
from kit.clock import database_now


def conclude(by, row: Poll, tally: Mapping[str, int | None], now: datetime) -> Poll:
    """Close a locked poll with what was counted (``rules.NUMBERS``); ``by``: whose verb ends it. Final."""
    verdict = rules.judge(row.rule.as_rule(), _count(row, tally))
    POLL.advance(
        row,
        "close",
        closed_at=database_now(),
        **tally,
        votes_needed=verdict.votes_needed,
        is_adopted=verdict.adopted,
        sentence=verdict.sentence,
    )
    result = {"adopted": verdict.adopted, "sentence": verdict.sentence}
    board = poll_board.write(row, (PollBoardKind.TALLY, tally), (PollBoardKind.CLOSE, result))
    item, motion = row.item, row.item.motion
    assert motion is not None  # the database holds it: a vote is always on a motion
    AGENDA_ITEM.advance(item, "finish", outcome="表决通过" if verdict.adopted else "未通过")
    MOTION.advance(motion, "adopt" if verdict.adopted else "reject", decided_at=now)
    votes = {choice: tally[choice] for choice in Choice.values}
    record(events.POLL_CLOSED, by, row, now, **votes, adopted=verdict.adopted, board=board)
    facts.record(
        events.MOTION_ADOPTED if verdict.adopted else events.MOTION_REJECTED,
        actor=by,
        org=row.item.meeting.body,
        subject=motion,
        at=now,
        about=motion.about,
        poll=str(row.pk),
    )
    return row


def _count(row: Poll, tally: Mapping[str, int | None]) -> rules.Count:
    yes, no, abstain, issued, returned, blank, invalid = (tally[name] or 0 for name in rules.NUMBERS)
    return rules.Count(
        row.should_attend,
        row.present,
        yes,
        no,
        abstain,
        row.all_members,
        rules.Slips(issued, returned, blank, invalid, row.is_sealed) if row.has_slips or row.is_sealed else None,
    )


def record(event: str, by, row: Poll, now: datetime, **details) -> None:
    facts.record(event, actor=by, org=row.item.meeting.body, subject=row, at=now, **details)
