"""The roll of a vote: who may vote, in which channel, and the denominators; frozen when it opens (V2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deliberation import rules, selectors
from deliberation.choices import ItemKind, ItemState, MeetingState, PollBoardKind, VoteBase, VoteChannel
from deliberation.models import AgendaItem, Attendance, Poll, RollEntry
from deliberation.services import poll_board
from kit.calendar import day_of
from kit.errors import DomainError, Forbidden, RuleBroken


@dataclass(frozen=True)
class Roll:
    """Who may vote now. all_members: only for a rule that has them as its base. on_paper: ids of attendances."""

    present: list[Attendance]
    should_attend: int
    all_members: int | None
    on_paper: frozenset

    def frozen(self) -> dict[str, Any]:
        """``rules.FROZEN`` as the poll keeps them."""
        return {
            "should_attend": self.should_attend,
            "present": len(self.present),
            "all_members": self.all_members,
            "roll_hash": rules.roll_hash((each.person_id, each.unit_id) for each in self.present),
        }


def roll_now(item: AgendaItem, channel: str, now: datetime) -> Roll:
    """Who may vote on an item at this moment. Raises DomainError ``quorum_not_met``, RuleBroken at ``channel``."""
    rule = item.rule
    assert rule is not None  # the database holds it: a vote has a rule
    should_attend, present = selectors.roll_of(item, rule)
    members = None
    if rule.base == VoteBase.ALL_MEMBERS:
        # Whoever left the body since the invitation counts as well, or the base would be smaller than the room.
        members = max(should_attend, selectors.all_members(item, rule, on=day_of(now)))
    needed = rule.as_rule().quorum_needed(should_attend)
    if len(present) < max(1, needed):
        verdict = rules.judge(rule.as_rule(), rules.Count(should_attend, len(present), 0, 0, 0, members))
        raise DomainError("quorum_not_met", verdict.sentence)
    on_paper = selectors.on_paper(present) if channel == VoteChannel.MIXED else set()
    if channel == VoteChannel.MIXED and len(on_paper) in (0, len(present)):
        raise RuleBroken(
            "not_mixed",
            "自己在手机上签到的在线上投票，由记录人登记签到的投纸质票；现在只有其中一种，不用混合。",
            field="channel",
        )
    return Roll(present, should_attend, members, frozenset(on_paper))


def require_ready(item: AgendaItem) -> None:
    """Raise DomainError unless the item is one to vote on, discussed, in a meeting that sits."""
    if item.meeting.state != MeetingState.IN_SESSION:
        raise DomainError("not_in_session", f"会议{item.meeting.get_state_display()}，现在不能表决。")
    if item.kind != ItemKind.VOTE or item.rule is None:
        raise DomainError("not_a_vote", "这个议题不是表决事项。")
    if item.state != ItemState.DISCUSSED:
        raise DomainError("not_discussed", "表决前，主持人须先确认“已充分讨论”。")


def require_enough(item: AgendaItem, roll: Roll, now: datetime) -> None:
    """Raise RuleBroken at ``channel`` where so few vote that a sealed vote's numbers would tell who voted what."""
    least = selectors.least_for_secrecy(item.meeting, on=day_of(now))
    if len(roll.present) < least:
        raise RuleBroken(
            "too_few_for_secrecy",
            f"名册只有{len(roll.present)}人；少于{least}人的无记名投票用纸质票，渠道请选“现场”。",
            field="channel",
        )


def own_entry(voter, poll: Poll) -> RollEntry:
    """The voter's own place on the roll. Raises Forbidden for who has none: nobody votes for another (V8)."""
    entry = poll.roll.filter(person=voter.pk).first()
    if entry is None:
        raise Forbidden("您不在本次表决的名册上：没有签到、列席或已回避的不参加表决。", code="not_on_the_roll")
    return entry


def keep(poll: Poll, roll: Roll) -> None:
    """Write the roll of a poll that opens now, and begin its board."""
    RollEntry.objects.bulk_create(
        RollEntry(poll=poll, person=each.person, unit=each.unit, on_paper=each.pk in roll.on_paper)
        for each in roll.present
    )
    setup = {
        "item": str(poll.item_id),
        "rule": f"{poll.rule.code} {poll.rule.version}",
        "method": poll.method,
        "channel": poll.channel,
        "public_key": poll.public_key,
        "tellers": [str(each) for each in (poll.teller_a_id, poll.teller_b_id) if each is not None],
    }
    poll_board.begin(
        poll,
        (PollBoardKind.SETUP, setup),
        (PollBoardKind.ROLL, {name: getattr(poll, name) for name in rules.FROZEN}),
        (PollBoardKind.OPEN, {"at": poll.opened_at.isoformat()}),
    )
