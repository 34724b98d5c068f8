"""One poll as one person sees it: their own vote or count, the result, the board; never anything before the close."""

from dataclasses import dataclass
from datetime import date

from deliberation import rules
from deliberation.choices import Choice, PollState, VoteMethod
from deliberation.models import Attendance, Meeting, Poll, PollBoardEntry, RollEntry
from kit import parameters
from kit.calendar import day_of
from kit.errors import Hidden


@dataclass(frozen=True)
class Segment:
    """A part of the result bar, in thousandths of its width."""

    css: str
    x: int
    width: int


@dataclass(frozen=True)
class PollHome:
    """A poll as one person sees it.

    may_vote: on the roll, not voted, open, on a screen. on_paper: takes a slip. is_teller/has_counted: of this round.
    pass_line: in thousandths. names: who voted how, after closing, of a recorded vote and only for those at the
    meeting. is_small, is_unanimous: what a secret vote's numbers would give away.
    """

    poll: Poll
    meeting: Meeting
    needed: int
    may_vote: bool
    has_voted: bool
    on_paper: bool
    is_teller: bool
    has_counted: bool
    must_recount: bool
    segments: tuple[Segment, ...]
    pass_line: int
    not_voted: int
    names: tuple[tuple[str, str], ...]
    is_chair: bool
    is_key_keeper: bool
    is_small: bool
    is_unanimous: bool
    board: tuple[PollBoardEntry, ...]

    @property
    def steps(self) -> list[str]:
        """Names of the steps this person may take on the vote now, the main one first; the vote itself apart."""
        poll, found = self.poll, []
        if poll.state == PollState.PREPARED:
            found += ["key"] if self.is_key_keeper and not poll.public_key else []
        elif poll.state == PollState.OPEN:
            if self.is_teller and not self.has_counted:
                found.append("slips" if poll.has_slips else "tally")
            found += ["unseal"] if self.is_key_keeper and poll.stopped_at else []
        return [*found, *(ending_steps(poll) if self.is_chair else ())]

    @property
    def label_at(self) -> int:
        """Where the words of the pass line stand, kept inside the picture."""
        return min(max(self.pass_line, 90), 910)


def poll_home(person, pk) -> PollHome:
    """One poll of a meeting in reach. Raises Hidden (404)."""
    rows = Poll.objects.select_related(
        *("item__meeting__body", "item__meeting__chair", "item__motion__unit", "rule", "teller_a", "teller_b")
    )
    poll = rows.filter(pk=pk, item__meeting__in=Meeting.objects.visible_to(person)).first()
    if poll is None:
        raise Hidden
    meeting, is_open = poll.item.meeting, poll.state == PollState.OPEN
    entry = RollEntry.objects.filter(poll=poll, person=person.pk).select_related("ballot", "mark").first()
    has_voted = entry is not None and (hasattr(entry, "ballot") or hasattr(entry, "mark"))
    recorded, mine_on_paper = poll.method == VoteMethod.RECORDED, entry is not None and _takes_slip(poll, entry)
    tallies = list(poll.tallies.order_by("round", "pk"))
    counting = rules.counting(each.entered for each in tallies)
    needed = poll.votes_needed if poll.votes_needed is not None else _needed(poll)
    attends = Attendance.objects.filter(meeting=meeting, person=person.pk).exists()
    segments, pass_line, not_voted = _bar(poll, needed)
    is_teller = poll.has_tellers and person.pk in (poll.teller_a_id, poll.teller_b_id)
    return PollHome(
        poll=poll,
        meeting=meeting,
        needed=needed,
        may_vote=is_open and poll.stopped_at is None and entry is not None and not mine_on_paper and not has_voted,
        has_voted=has_voted,
        on_paper=mine_on_paper,
        is_teller=is_open and is_teller,
        has_counted=counting.agreed is not None or person.pk in counting.counted,
        must_recount=counting.differs,
        segments=segments,
        pass_line=pass_line,
        not_voted=not_voted,
        names=_names(poll) if poll.state == PollState.CLOSED and recorded and poll.takes_ballots and attends else (),
        is_chair=meeting.chair_id == person.pk,
        is_key_keeper=poll.is_sealed and person.pk == poll.teller_a_id,
        is_small=_is_small(poll),
        is_unanimous=poll.is_secret
        and poll.state == PollState.CLOSED
        and rules.is_unanimous(poll.yes or 0, poll.no or 0, poll.abstain or 0),
        board=tuple(poll.board.order_by("serial")),
    )


def _needed(poll: Poll) -> int:
    """How many must say yes; 0 for a vote that was never begun: its numbers are frozen at the beginning."""
    if not poll.roll_hash:
        return 0
    rule = poll.rule.as_rule()
    return rule.votes_needed(rules.base_of(rule, poll.should_attend, poll.present, poll.all_members))


def ending_steps(poll: Poll) -> list[str]:
    """What brings a running vote nearer to its end, for the chair; none when it waits for the teller or is over."""
    if poll.state == PollState.PREPARED:
        return ["begin"] if poll.public_key else []
    if poll.state != PollState.OPEN or poll.stopped_at is not None:
        return []
    return ["stop" if poll.is_sealed else "close"]


def _takes_slip(poll: Poll, entry: RollEntry) -> bool:
    """Whether this voter's one channel is paper."""
    return not poll.takes_ballots or entry.on_paper


def least_for_secrecy(meeting: Meeting, *, on: date) -> int:
    """Fewer voters than this, and the numbers alone may tell who voted what."""
    return int(parameters.get("deliberation.secret_least", on=on, path=meeting.body.path))


def _is_small(poll: Poll) -> bool:
    least = least_for_secrecy(poll.item.meeting, on=day_of(poll.opened_at))
    return poll.is_secret and poll.state != PollState.PREPARED and poll.present < least


def _bar(poll: Poll, needed: int) -> tuple[tuple[Segment, ...], int, int]:
    """(segments, place of the pass line, not voted) of a closed poll; the whole bar is the larger of both numbers."""
    if poll.state != PollState.CLOSED:
        return (), 0, 0
    yes, no, abstain = poll.yes or 0, poll.no or 0, poll.abstain or 0
    rest = poll.present - yes - no - abstain - (poll.blank or 0) - (poll.invalid or 0)
    whole, x, segments = max(poll.present, needed, 1), 0, []
    spoiled = (poll.blank or 0) + (poll.invalid or 0)
    for css, number in (("yes", yes), ("no", no), ("abstain", abstain), ("none", rest + spoiled)):
        width = 1000 * number // whole
        segments.append(Segment(css, x, width))
        x += width
    return tuple(segments), 1000 * needed // whole, rest


def _names(poll: Poll) -> tuple[tuple[str, str], ...]:
    found: dict[str, list[str]] = {str(label): [] for label in (*Choice.labels, "未投", "投纸质票")}
    for entry in poll.roll.select_related("person", "ballot").order_by("pk"):
        without = "投纸质票" if _takes_slip(poll, entry) else "未投"
        found[entry.ballot.get_choice_display() if hasattr(entry, "ballot") else without].append(entry.person.name)
    return tuple((label, "、".join(names)) for label, names in found.items() if names)
