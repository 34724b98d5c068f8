"""Verbs of a vote: open, cast, close, void. One named lock, the poll's row; the database's clock decides."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q

from deliberation import events, rules, selectors
from deliberation.choices import (
    ON_SLIPS,
    Choice,
    ItemKind,
    ItemState,
    MeetingState,
    PollBoardKind,
    PollState,
    VoteBase,
    VoteChannel,
    VoteMethod,
)
from deliberation.models import (
    AGENDA_ITEM,
    MOTION,
    POLL,
    AgendaItem,
    Ballot,
    Poll,
    RollEntry,
)
from deliberation.services import poll_board
from deliberation.services.attendance import require_chair
from deliberation.services.locks import locked_item, locked_poll
from deliberation.services.tallies import agreed_numbers
from kit import facts
from kit.calendar import day_of
from kit.clock import database_now
from kit.errors import DomainError, Forbidden, RuleBroken
from kit.services import service
from kit.validation import refuse_blank


@service
def open_poll(
    *, actor, item: AgendaItem, method: str, channel: str | None = None, teller_a=None, teller_b=None, now: datetime
) -> Poll:
    """Open the vote on an item: quorum checked, roll and denominators frozen (V2).

    channel: of ``rules.CHANNELS``, the first one when left out. Whatever is counted in the room needs two tellers,
    neither the proposer. Raises DomainError ``quorum_not_met`` (409), RuleBroken at the field.
    """
    row = locked_item(item)
    require_chair(actor, row.meeting)
    if row.meeting.state != MeetingState.IN_SESSION:
        raise DomainError("not_in_session", f"会议{row.meeting.get_state_display()}，现在不能表决。")
    if row.kind != ItemKind.VOTE or row.rule is None:
        raise DomainError("not_a_vote", "这个议题不是表决事项。")
    if row.state != ItemState.DISCUSSED:
        raise DomainError("not_discussed", "表决前，主持人须先确认“已充分讨论”。")
    if row.polls.filter(state__in=[PollState.OPEN, PollState.CLOSED]).exists():
        raise DomainError("poll_exists", "这个议题已经在表决，或者已有结果。")
    channel = _channel(row.rule, method, channel)
    if channel == VoteChannel.ONLINE:
        teller_a = teller_b = None  # the ballots are counted by themselves
    else:
        _check_tellers(row, teller_a, teller_b)
    should_attend, present = selectors.roll_of(row, row.rule)
    # Whoever left the body since the invitation counts as well, or the base would be smaller than the room.
    everybody = row.rule.base == VoteBase.ALL_MEMBERS
    members = max(should_attend, selectors.all_members(row, row.rule, on=day_of(now))) if everybody else None
    needed = row.rule.as_rule().quorum_needed(should_attend)
    if len(present) < max(1, needed):
        verdict = rules.judge(row.rule.as_rule(), rules.Count(should_attend, len(present), 0, 0, 0, members))
        raise DomainError("quorum_not_met", verdict.sentence)
    on_paper = selectors.on_paper(present) if channel == VoteChannel.MIXED else set()
    if channel == VoteChannel.MIXED and len(on_paper) in (0, len(present)):
        raise RuleBroken(
            "not_mixed",
            "自己在手机上签到的在线上投票，由记录人登记签到的投纸质票；现在只有其中一种，不用混合。",
            field="channel",
        )
    poll = Poll.objects.create(
        item=row,
        rule=row.rule,
        method=method,
        channel=channel,
        teller_a=teller_a,
        teller_b=teller_b,
        should_attend=should_attend,
        present=len(present),
        all_members=members,
        roll_hash=rules.roll_hash((a.person_id, a.unit_id) for a in present),
        opened_at=now,
    )
    RollEntry.objects.bulk_create(
        RollEntry(poll=poll, person=a.person, unit=a.unit, on_paper=a.pk in on_paper) for a in present
    )
    _begin_board(poll)
    _record(events.POLL_OPENED, actor, poll, now, roll_hash=poll.roll_hash, present=poll.present)
    return poll


def _channel(rule, method: str, channel: str | None) -> str:
    """The channel asked for, or the usual one of the method. Raises RuleBroken at the field."""
    if method not in VoteMethod.values:
        raise RuleBroken("bad_method", "表决方式有口头、举手、记名和无记名。", field="method")
    allowed = rules.CHANNELS[method]
    if rule.is_paper_only:
        if method not in ON_SLIPS:
            raise RuleBroken("paper_only", f"《{rule.name}》只记录纸质票，请选记名或无记名投票。", field="method")
        allowed = (VoteChannel.PAPER,)
    if not channel:
        return allowed[0]
    if channel not in allowed:
        words = "、".join(VoteChannel(each).label for each in allowed)
        raise RuleBroken("bad_channel", f"{VoteMethod(method).label}的渠道只能是：{words}。", field="channel")
    return channel


def _begin_board(poll: Poll) -> None:
    setup = {
        "item": str(poll.item_id),
        "rule": f"{poll.rule.code} {poll.rule.version}",
        "method": poll.method,
        "channel": poll.channel,
        "tellers": [str(each.pk) for each in (poll.teller_a, poll.teller_b) if each is not None],
    }
    roll = {name: getattr(poll, name) for name in rules.FROZEN}
    poll_board.begin(
        poll,
        (PollBoardKind.SETUP, setup),
        (PollBoardKind.ROLL, roll),
        (PollBoardKind.OPEN, {"at": poll.opened_at.isoformat()}),
    )


def _check_tellers(item: AgendaItem, teller_a, teller_b) -> None:
    if teller_a is None or teller_b is None or teller_a.pk == teller_b.pk:
        raise RuleBroken("two_tellers", "在现场清点的表决须有两名不同的计票人。", field="teller_b")
    here = {a.person_id for a in selectors.here(item.meeting)}
    for field, teller in (("teller_a", teller_a), ("teller_b", teller_b)):
        if item.motion is not None and teller.pk == item.motion.proposer_id:
            raise RuleBroken("teller_is_proposer", "议题提出人不能计票。", field=field)
        if teller.pk not in here:
            raise RuleBroken("teller_not_here", f"{teller.name}不在会场，不能计票。", field=field)


@service
def cast_ballot(*, actor, poll: Poll, choice: str, now: datetime) -> Ballot:
    """Cast one's vote in a recorded poll. One per person on the roll (V1), none after closing (V4), no proxy."""
    # The row lock orders votes against the closing: either the vote is counted or it is refused.
    row = locked_poll(poll)
    entry = row.roll.filter(person=actor.pk).first()
    if entry is None:
        raise Forbidden("您不在本次表决的名册上：没有签到、列席或已回避的不参加表决。", code="not_on_the_roll")
    if not row.takes_ballots:
        raise DomainError("not_online", f"本次是{row.get_method_display()}，在现场由计票人清点，不在线上投票。")
    if entry.on_paper:
        raise DomainError("votes_on_paper", "您在本次表决中投纸质票，不在线上投票，一人只有一种方式。")
    if row.state != PollState.OPEN:
        raise DomainError("poll_closed", "表决已经结束，不再收票。")
    if choice not in Choice.values:
        raise RuleBroken("bad_choice", "请选择赞成、反对或弃权。", field="choice")
    if Ballot.objects.filter(entry=entry).exists():
        raise DomainError("already_voted", "您已经表决，一人一票，不能更改。")
    return Ballot.objects.create(entry=entry, choice=choice, cast_at=database_now())


@service
def close_poll(*, actor, poll: Poll, now: datetime) -> Poll:
    """Close the vote and judge it by the frozen rule. The result is final; motion and item follow.

    Raises DomainError ``tally_missing`` or ``tally_mismatch`` where tellers count.
    """
    row = locked_poll(poll)
    require_chair(actor, row.item.meeting)
    if row.state != PollState.OPEN:
        raise DomainError("poll_closed", "表决已经结束。")
    tally = _tally(row)
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
    _record(events.POLL_CLOSED, actor, row, now, **votes, adopted=verdict.adopted, board=board)
    facts.record(
        events.MOTION_ADOPTED if verdict.adopted else events.MOTION_REJECTED,
        actor=actor,
        org=row.item.meeting.body,
        subject=motion,
        at=now,
        about=motion.about,
        poll=str(row.pk),
    )
    return row


def _tally(row: Poll) -> dict[str, int | None]:
    """rules.NUMBERS: the ballots of the screen and what the two tellers agreed on, together."""
    tally: dict[str, int | None] = dict.fromkeys(rules.NUMBERS)
    if row.has_tellers:
        tally |= agreed_numbers(row)
    if row.takes_ballots:
        cast = Ballot.objects.filter(entry__poll=row).aggregate(
            **{choice: Count("pk", filter=Q(choice=choice)) for choice in Choice.values}
        )
        tally |= {choice: (tally[choice] or 0) + number for choice, number in cast.items()}
    return tally


def _count(row: Poll, tally: Mapping[str, int | None]) -> rules.Count:
    yes, no, abstain, *slips = (tally[name] or 0 for name in rules.NUMBERS)
    return rules.Count(
        row.should_attend,
        row.present,
        yes,
        no,
        abstain,
        row.all_members,
        rules.Slips(*slips) if row.has_slips else None,
    )


@service
def void_poll(*, actor, poll: Poll, reason: str, now: datetime) -> Poll:
    """Void an open vote with its reason; a new one may be opened. There is no reset."""
    row = locked_poll(poll)
    require_chair(actor, row.item.meeting)
    reason = refuse_blank(reason, field="reason", label="作废原因", most=300)
    POLL.advance(row, "void", reason=reason, closed_at=database_now())
    board = poll_board.write(row, (PollBoardKind.VOID, {"reason": reason}))
    _record(events.POLL_VOIDED, actor, row, now, reason=reason, board=board)
    return row


def _record(event: str, actor, row: Poll, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.item.meeting.body, subject=row, at=now, **details)
