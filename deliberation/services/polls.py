"""Verbs of a vote: open, cast, close, void. One named lock, the poll's row; the database's clock decides."""

from datetime import datetime

from django.db.models import Count, Q

from deliberation import events, rules, selectors
from deliberation.choices import ON_SLIPS, Choice, PollBoardKind, PollState, VoteChannel, VoteMethod
from deliberation.models import POLL, AgendaItem, Ballot, Poll
from deliberation.services import poll_board
from deliberation.services.attendance import require_chair
from deliberation.services.locks import locked_item, locked_poll
from deliberation.services.rolls import keep, own_entry, require_enough, require_ready, roll_now
from deliberation.services.tallies import agreed_numbers
from deliberation.services.verdicts import conclude, record
from kit.clock import database_now
from kit.errors import DomainError, RuleBroken
from kit.services import service
from kit.validation import refuse_blank


@service
def open_poll(
    *, actor, item: AgendaItem, method: str, channel: str | None = None, teller_a=None, teller_b=None, now: datetime
) -> Poll:
    """Open the vote on an item: quorum checked, roll and denominators frozen (V2).

    A sealed vote (secret, online) is only prepared: its teller makes the key, then the chair begins it.

    channel: of ``rules.CHANNELS``, the first one when left out. Whatever is counted in the room needs two tellers,
    neither the proposer. Raises DomainError ``quorum_not_met`` (409), RuleBroken at the field.
    """
    row = locked_item(item)
    require_chair(actor, row.meeting)
    require_ready(row)
    if row.polls.exclude(state=PollState.VOID).exists():
        raise DomainError("poll_exists", "这个议题已经在表决，或者已有结果。")
    channel = _channel(row.rule, method, channel)
    poll = Poll(item=row, rule=row.rule, method=method, channel=channel, opened_at=now)
    if poll.has_tellers or poll.is_sealed:
        _check_tellers(row, teller_a, teller_b)
        poll.teller_a, poll.teller_b = teller_a, teller_b
    roll = roll_now(row, channel, now)
    if poll.is_sealed:
        require_enough(row, roll, now)
        poll.state = PollState.PREPARED
        poll.save(force_insert=True)
        record(events.POLL_PREPARED, actor, poll, now)
        return poll
    for name, value in roll.frozen().items():
        setattr(poll, name, value)
    poll.save(force_insert=True)
    keep(poll, roll)
    record(events.POLL_OPENED, actor, poll, now, roll_hash=poll.roll_hash, present=poll.present)
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


def _check_tellers(item: AgendaItem, teller_a, teller_b) -> None:
    if teller_a is None or teller_b is None or teller_a.pk == teller_b.pk:
        raise RuleBroken("two_tellers", "本次表决须有两名不同的计票人。", field="teller_b")
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
    entry = own_entry(actor, row)
    if row.is_sealed:
        raise DomainError("sealed_vote", "本次是无记名投票，选票在手机上密封后才能投出。")
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
        raise DomainError("poll_closed", f"本次表决{row.get_state_display()}，现在不能结束。")
    if row.is_sealed:
        raise DomainError("key_needed", "无记名线上投票先停止收票，再由保管密钥的计票人开票。")
    return conclude(actor, row, _tally(row), now)


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


@service
def void_poll(*, actor, poll: Poll, reason: str, now: datetime) -> Poll:
    """Void a vote that is not over, with its reason; a new one may be opened. There is no reset."""
    row = locked_poll(poll)
    require_chair(actor, row.item.meeting)
    reason = refuse_blank(reason, field="reason", label="作废原因", most=300)
    POLL.advance(row, "void", reason=reason, closed_at=database_now())
    board = poll_board.write(row, (PollBoardKind.VOID, {"reason": reason}))
    record(events.POLL_VOIDED, actor, row, now, reason=reason, board=board)
    return row
