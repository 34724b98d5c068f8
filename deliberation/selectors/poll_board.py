"""Whether the boards of the votes (表决板) stand as they were written, and the votes as their boards say (V10)."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from deliberation import events, rules
from deliberation.choices import PollBoardKind, PollState
from deliberation.models import Poll, PollBoardEntry, RollEntry
from kit import facts
from kit.chain import GENESIS

_BATCH = 500
# How a board ends, by the state of its vote.
_LAST = {
    PollState.OPEN: PollBoardKind.OPEN,
    PollState.CLOSED: PollBoardKind.CLOSE,
    PollState.VOID: PollBoardKind.VOID,
}


def board_faults() -> Iterator[str]:
    """Every fault of every board as a Chinese sentence that names the vote and its first bad line.

    The head of a finished board stands in the vote's fact too, which is sealed and anchored: a board rewritten whole,
    or taken away, shows there. Votes from before there were boards have neither.
    """
    polls = Poll.objects.select_related("item").order_by("pk").iterator(chunk_size=_BATCH)
    while batch := list(islice(polls, _BATCH)):
        keys = [poll.pk for poll in batch]
        lines, rolls, heads = defaultdict(list), defaultdict(list), {}
        for line in PollBoardEntry.objects.filter(poll__in=keys).order_by("poll", "serial"):
            lines[line.poll_id].append(line)
        for voted_in, person, unit in RollEntry.objects.filter(poll__in=keys).values_list("poll", "person", "unit"):
            rolls[voted_in].append((person, unit))
        ended = facts.of_events(events.POLL_CLOSED, events.POLL_VOIDED)
        for fact in ended.filter(subject__in=[facts.subject_label(poll) for poll in batch]):
            heads[fact.subject] = fact.details.get("board")
        for poll in batch:
            head = heads.get(facts.subject_label(poll))
            if fault := _fault(poll, lines[poll.pk], rolls[poll.pk], head):
                yield f"“{poll.item.title}”的表决（{poll.pk}）：{fault}"


def _fault(poll: Poll, lines: Sequence[PollBoardEntry], roll: Sequence[tuple], head: str | None) -> str:
    """The first fault of one board; empty when there is none."""
    if not lines:
        return "表决板不见了。" if head else ""
    previous = GENESIS
    for serial, line in enumerate(lines, 1):
        right = rules.board_hash(str(poll.pk), serial, line.kind, line.content, previous)
        if (line.serial, line.previous, line.hash) != (serial, previous, right):
            return f"表决板第{serial}行与校验值不符。"
        previous = line.hash
    if lines[-1].kind != _LAST.get(PollState(poll.state)):
        return f"表决板停在“{lines[-1].get_kind_display()}”，与“{poll.get_state_display()}”不符。"
    if poll.state != PollState.OPEN and head != previous:
        return "表决板的末行与留痕里的不符。"
    said = {line.kind: json.loads(line.content) for line in lines}
    return _difference(poll, roll, said)


def _difference(poll: Poll, roll: Sequence[tuple], said: Mapping[str, dict]) -> str:
    """What the vote's own rows say otherwise than its board."""
    if said[PollBoardKind.ROLL]["roll_hash"] != rules.roll_hash(roll):
        return "表决名册与表决板不符。"
    for kind, names in (
        (PollBoardKind.SETUP, ("method", "channel", "public_key")),
        (PollBoardKind.ROLL, rules.FROZEN),
        (PollBoardKind.TALLY, rules.NUMBERS),
        (PollBoardKind.CLOSE, ("sentence",)),
    ):
        for name in names if kind in said else ():
            if said[kind][name] != getattr(poll, name):
                return f"{name} 与表决板不符：{getattr(poll, name)}，表决板写的是{said[kind][name]}。"
    if PollBoardKind.CLOSE in said and said[PollBoardKind.CLOSE]["adopted"] != poll.is_adopted:
        return "表决结果与表决板不符。"
    return ""
