"""表决板: what each vote leaves behind, line by line in its own hash chain."""

import json
from collections.abc import Mapping
from typing import Any

from deliberation import rules
from deliberation.models import Poll, PollBoardEntry
from kit.chain import GENESIS

Line = tuple[str, Mapping[str, Any]]


def begin(poll: Poll, *lines: Line) -> str:
    """The first lines of a poll just created; returns the head of the chain."""
    return _chain(poll, 0, GENESIS, lines)


def write(poll: Any, *lines: Line) -> str:
    """Further lines for a poll as ``locked_poll`` reads it; returns the head of the chain.

    A vote from before there were boards goes without: half a board would look like a forged one.
    """
    return _chain(poll, poll.board_serial, poll.board_hash, lines) if poll.board_serial else ""


def _chain(poll: Poll, serial: int, previous: str, lines: tuple[Line, ...]) -> str:
    entries = []
    for kind, content in lines:
        serial += 1
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        right = rules.board_hash(str(poll.pk), serial, kind, text, previous)
        entries.append(PollBoardEntry(poll=poll, serial=serial, kind=kind, content=text, previous=previous, hash=right))
        previous = right
    PollBoardEntry.objects.bulk_create(entries)
    return previous
