"""Voting rules as exact integer arithmetic (F-23), and what may happen when. Pure: no clock, no database."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction as Exact
from typing import Any
from uuid import UUID

from deliberation.choices import HELD, Choice, ItemKind, ItemState, MeetingForm, VoteBase, VoteChannel, VoteMethod
from kit.calendar import Quarter
from kit.lights import Light
from orgs.choices import OrganizationKind, Role


@dataclass(frozen=True)
class Fraction:
    """A share ``numerator/denominator`` of a number of voters, never reduced to a float."""

    numerator: int
    denominator: int

    def at_least(self, base: int) -> int:
        """The fewest that reach the share: 4/5 of 16 → 13."""
        return -(-base * self.numerator // self.denominator)

    def more_than(self, base: int) -> int:
        """The fewest that exceed the share: over half of 16 → 9."""
        return base * self.numerator // self.denominator + 1

    def words(self) -> str:
        """半数, 全部, 三分之二: any share up to the hundredths that a rule may name."""
        if self.numerator == self.denominator:
            return "全部"
        if (self.numerator, self.denominator) == (1, 2):
            return "半数"
        return f"{_chinese(self.denominator)}分之{_chinese(self.numerator)}"


_DIGITS = "零一二三四五六七八九十"


def _chinese(number: int) -> str:
    """1 to 100 in Chinese numerals: 二十三."""
    if number <= 10:
        return _DIGITS[number]
    if number == 100:
        return "百"
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


@dataclass(frozen=True)
class Rule:
    """One version of a voting rule. ``quorum`` is a share of those who should attend, reached inclusively.

    strict: the threshold must be exceeded (超过), otherwise reached (达到). by_units: each unit has one vote.
    """

    name: str
    version: int
    base: str
    quorum: Fraction | None
    threshold: Fraction
    strict: bool
    by_units: bool = False

    @property
    def voter(self) -> str:
        """The counting word with its noun."""
        return "个单位" if self.by_units else "人"

    def quorum_needed(self, should_attend: int) -> int:
        return self.quorum.at_least(should_attend) if self.quorum else 1

    def votes_needed(self, base: int) -> int:
        return self.threshold.more_than(base) if self.strict else self.threshold.at_least(base)


@dataclass(frozen=True)
class Slips:
    """Slips of paper, or sealed ballots: issued ≥ returned = options + blank + invalid (V5)."""

    issued: int
    returned: int
    blank: int
    invalid: int
    sealed: bool = False

    @property
    def valid(self) -> int:
        return self.returned - self.blank - self.invalid

    def words(self) -> str:
        if self.sealed:
            return f"收到密封票{self.returned}张，其中有效{self.valid}张、无效{self.invalid}张；"
        return (
            f"发出选票{self.issued}张、收回{self.returned}张，"
            f"其中有效{self.valid}张、空白{self.blank}张、无效{self.invalid}张；"
        )


@dataclass(frozen=True)
class Count:
    """What was counted. All integers; whatever was voted never exceeds ``present``.

    all_members: voting or not, invited or not; only a rule with that base needs it.
    """

    should_attend: int
    present: int
    yes: int
    no: int
    abstain: int
    all_members: int | None = None
    slips: Slips | None = None

    @property
    def not_voted(self) -> int:
        """Who was there and is in none of the numbers."""
        spoiled = self.slips.blank + self.slips.invalid if self.slips else 0
        return self.present - self.yes - self.no - self.abstain - spoiled


@dataclass(frozen=True)
class Verdict:
    """The outcome with its arithmetic. ``sentence`` prints rule, version and numbers in Chinese."""

    quorate: bool
    adopted: bool
    quorum_needed: int
    votes_needed: int
    base: int
    sentence: str


def judge(rule: Rule, count: Count) -> Verdict:
    """Apply one rule to one count. Raises ValueError for an impossible count (more votes than present)."""
    if min(count.should_attend, count.present, count.yes, count.no, count.abstain, count.not_voted) < 0:
        raise ValueError("impossible count")
    base = base_of(rule, count.should_attend, count.present, count.all_members)
    quorum_needed = rule.quorum_needed(count.should_attend)
    votes_needed = rule.votes_needed(base)
    quorate = count.present >= quorum_needed
    adopted = quorate and count.yes >= votes_needed
    return Verdict(quorate, adopted, quorum_needed, votes_needed, base, _sentence(rule, count, quorate, adopted, base))


def base_of(rule: Rule, should_attend: int, present: int, all_members: int | None) -> int:
    """Of how many the threshold is a share. Raises ValueError when that number is not known."""
    base = {
        VoteBase.PRESENT: present,
        VoteBase.SHOULD_ATTEND: should_attend,
        VoteBase.ALL_MEMBERS: all_members,
    }[VoteBase(rule.base)]
    if base is None or (rule.base == VoteBase.ALL_MEMBERS and base < should_attend):
        raise ValueError("all members are fewer than those who should attend, or unknown")
    return base


def _sentence(rule: Rule, count: Count, quorate: bool, adopted: bool, base: int) -> str:
    label = f"按《{rule.name}》第{rule.version}版："
    if not quorate:
        share = f"的{rule.quorum.words()}" if rule.quorum else ""
        return (
            f"{label}到会{count.present}{rule.voter}，不足应到{count.should_attend}{rule.voter}{share}"
            f"（{rule.quorum_needed(count.should_attend)}{rule.voter}），不能表决，本议题顺延。"
        )
    relation = "超过" if rule.strict else "达到"
    base_label = VoteBase(rule.base).label
    outcome = "表决通过" if adopted else "未通过"
    tie = "赞成与反对票数相等，" if not adopted and count.yes == count.no else ""
    return (
        f"{label}应到{count.should_attend}{rule.voter}，实到{count.present}{rule.voter}；"
        f"{count.slips.words() if count.slips else ''}"
        f"赞成{count.yes}票、反对{count.no}票、"
        f"弃权{count.abstain}票、未投{count.not_voted}票。赞成须{relation}{base_label}{base}的{rule.threshold.words()}，"
        f"即{rule.votes_needed(base)}票；{tie}{outcome}。"
    )


@dataclass(frozen=True)
class Counting:
    """Where the two tellers of a vote stand. A round is two counts; when they differ, both count again.

    round, counted: the round that takes the next count, and who has entered theirs. agreed: the numbers (NUMBERS) once
    both are the same. differs: the last round was complete and not the same.
    """

    round: int
    counted: frozenset
    agreed: tuple[int | None, ...] | None
    differs: bool


# What is frozen when a vote opens, beside its rule (V2).
FROZEN = ("roll_hash", "should_attend", "present", "all_members")
# What one teller counts, in this order; the last four only where slips are handed out.
NUMBERS = ("yes", "no", "abstain", "issued", "returned", "blank", "invalid")


def counting(entered: Iterable[tuple]) -> Counting:
    """From every count entered so far: (round, teller, *NUMBERS)."""
    rounds: dict[int, dict[Any, tuple[int | None, ...]]] = {}
    for number, teller, *numbers in entered:
        rounds.setdefault(number, {})[teller] = tuple(numbers)
    last = max(rounds, default=1)
    counts = rounds.get(last, {})
    if len(counts) < 2:
        return Counting(last, frozenset(counts), None, differs=False)
    first, second = counts.values()
    if first == second:
        return Counting(last, frozenset(counts), first, differs=False)
    return Counting(last + 1, frozenset(), None, differs=True)


# The first is what a vote by that method is unless the chair says otherwise.
CHANNELS: dict[str, tuple[str, ...]] = {
    VoteMethod.VOICE: (VoteChannel.PAPER,),
    VoteMethod.SHOW_OF_HANDS: (VoteChannel.PAPER,),
    VoteMethod.RECORDED: (VoteChannel.ONLINE, VoteChannel.PAPER, VoteChannel.MIXED),
    VoteMethod.SECRET: (VoteChannel.PAPER, VoteChannel.ONLINE),
}


_BALLOT_LENGTH = 32
# An X25519 key and what a sealed box adds to its message.
KEY_LENGTH = 32
BOX_LENGTH = _BALLOT_LENGTH + 48


def ballot_message(choice: str) -> bytes:
    """What is sealed: always as long, whatever was chosen."""
    return f"liancun-vote {choice}".encode().ljust(_BALLOT_LENGTH)


def choice_of(message: bytes) -> str:
    """What an opened ballot says; empty for anything that is no choice."""
    return next((str(choice) for choice in Choice if ballot_message(choice) == message), "")


def is_unanimous(yes: int, no: int, abstain: int) -> bool:
    """Whether everybody who voted voted the same: then the result of a secret vote tells each vote."""
    votes = yes + no + abstain
    return votes > 0 and votes in (yes, no, abstain)


def roll_hash(voters: Iterable[tuple[UUID, UUID]]) -> str:
    """SHA-256 over (person, unit) of the roll in a fixed order, printed on minutes and board."""
    lines = sorted(f"{person} {unit}" for person, unit in voters)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def board_hash(poll: str, serial: int, kind: str, content: str, previous: str) -> str:
    """The hash of one line of a board; unambiguous because it is JSON."""
    return hashlib.sha256(json.dumps([poll, serial, kind, content, previous], ensure_ascii=False).encode()).hexdigest()


def seconding_needed(units: int) -> int:
    """Seconded by one third of the member units, a motion is on the next agenda (F-21)."""
    return Fraction(1, 3).at_least(units)


def hint_of_speakers(other_units: int) -> int:
    """How many other units should have spoken before a vote (F-24): a hint, never a condition."""
    return min(2, other_units)


def counts_for_quarter(*, form: str, state: str, items: Iterable[tuple[str, str]]) -> bool:
    """Whether a meeting is the joint conference that its quarter asks for (F-20).

    items: (kind, state) of each. It has ended, and took up at least one item that is more than a 通报: what was
    deferred was not taken up.
    """
    deliberated = any(kind != ItemKind.BRIEFING and each != ItemState.DEFERRED for kind, each in items)
    return form == MeetingForm.JOINT_CONFERENCE and state in HELD and deliberated


def quarter_light(*, is_held: bool, quarter: Quarter, on: date, yellow_days: int) -> Light:
    """The light of a body in a quarter (F-20): yellow from ``yellow_days`` before its end, red after it."""
    if is_held:
        return Light("green", "已召开")
    left = (quarter.end - on).days
    if left < 0:
        return Light("red", "本季度未召开")
    return Light("yellow" if left <= yellow_days else "grey", f"离季末还有 {left} 天" if left else "今天是季末")


def notice_wording(title: str, text: str, from_on: date, to_on: date) -> str:
    """A notice as plain text: what stands on the board, what is hashed, what ``sha256sum`` reads."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"{title}\n{lines}\n{from_on.isoformat()} {to_on.isoformat()}\n"


def notice_digest(title: str, text: str, from_on: date, to_on: date) -> str:
    """SHA-256 of the wording in hex."""
    return hashlib.sha256(notice_wording(title, text, from_on, to_on).encode()).hexdigest()


def days_left(to_on: date, on: date) -> int:
    """How many days a notice still runs, today among them; 0 when it is over."""
    return max(0, (to_on - on).days + 1)


def reviewing_role(body_kind: str) -> Role:
    """Who publishes for a body of this kind and reviews its answers, as ``policies`` grants it: the office above it."""
    return Role.ORGANIZATION_OFFICER if body_kind == OrganizationKind.AREA_COMMITTEE else Role.TOWNSHIP_OFFICER


def minutes_digest(notes: Iterable[tuple[int, str, int, str, str]]) -> str:
    """SHA-256 in hex of confirmed notes: (position, title, revision, text, decision) of each item in order."""
    lines = json.dumps([list(note) for note in notes], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(lines.encode()).hexdigest()


def effective_number(counts: Iterable[int]) -> Exact | None:
    """How many equal proposers these amount to: N² / Σn² (inverse Simpson). None without any (缺项, never 0).

    1 when one proposed everything, the number of proposers when all proposed the same.
    """
    found = [each for each in counts if each]
    return Exact(sum(found) ** 2, sum(each * each for each in found)) if found else None


def median(values: Iterable[int]) -> Exact | None:
    """The one in the middle, or half the sum of the two in the middle. None without any."""
    found = sorted(values)
    if not found:
        return None
    low, high = (len(found) - 1) // 2, len(found) // 2
    return Exact(found[low] + found[high], 2)


def is_ritual(votes: Iterable[bool]) -> bool:
    """仪式化, of whether anything was recorded of each item that was voted on: votes, and no word on any."""
    spoken = list(votes)
    return bool(spoken) and not any(spoken)


def only_reports(items: Iterable[tuple[str, str]]) -> bool:
    """以通报代协商, of (kind, state) of each item: something was taken up, and all of it was 通报."""
    kinds = {kind for kind, state in items if state != ItemState.DEFERRED}
    return kinds == {ItemKind.BRIEFING}
