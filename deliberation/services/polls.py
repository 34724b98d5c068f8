"""Verbs of a vote: open, cast, count, close, void. One named lock, the poll's row; the database's clock decides."""

import hashlib
from datetime import datetime

from django.db.models import Count, Q

from deliberation import events, rules, selectors
from deliberation.choices import Choice, ItemKind, ItemState, MeetingState, PollState, VoteMethod
from deliberation.models import (
    AGENDA_ITEM,
    MOTION,
    POLL,
    AgendaItem,
    Ballot,
    Poll,
    RollEntry,
    TallyEntry,
)
from deliberation.services.attendance import require_chair
from kit import facts
from kit.clock import database_now
from kit.errors import DomainError, Forbidden, RuleBroken
from kit.services import service
from kit.validation import refuse_blank


@service
def open_poll(*, actor, item: AgendaItem, method: str, teller_a=None, teller_b=None, now: datetime) -> Poll:
    """Open the vote on an item: quorum checked, roll and denominators frozen (V2).

    A show of hands needs two tellers, neither the proposer. Raises DomainError ``quorum_not_met`` (409).
    """
    row = _locked_item(item)
    require_chair(actor, row.meeting)
    if row.meeting.state != MeetingState.IN_SESSION:
        raise DomainError("not_in_session", f"会议{row.meeting.get_state_display()}，现在不能表决。")
    if row.kind != ItemKind.VOTE or row.rule is None:
        raise DomainError("not_a_vote", "这个议题不是表决事项。")
    if row.state != ItemState.DISCUSSED:
        raise DomainError("not_discussed", "表决前，主持人须先确认“已充分讨论”。")
    if row.rule.is_paper_only:
        raise DomainError("paper_only", "按规则只记录纸质投票结果。")
    if row.polls.filter(state__in=[PollState.OPEN, PollState.CLOSED]).exists():
        raise DomainError("poll_exists", "这个议题已经在表决，或者已有结果。")
    if method not in VoteMethod.values:
        raise RuleBroken("bad_method", "表决方式只有举手和记名。", field="method")
    if method == VoteMethod.RECORDED:
        teller_a = teller_b = None  # the ballots are counted by themselves
    _check_tellers(method, row, teller_a, teller_b)
    should_attend, present = selectors.roll_of(row, row.rule)
    needed = row.rule.as_rule().quorum_needed(should_attend)
    if len(present) < max(1, needed):
        verdict = rules.judge(row.rule.as_rule(), rules.Count(should_attend, len(present), 0, 0, 0))
        raise DomainError("quorum_not_met", verdict.sentence)
    poll = Poll.objects.create(
        item=row,
        rule=row.rule,
        method=method,
        teller_a=teller_a,
        teller_b=teller_b,
        should_attend=should_attend,
        present=len(present),
        roll_hash=_roll_hash(present),
        opened_at=now,
    )
    RollEntry.objects.bulk_create(RollEntry(poll=poll, person=a.person, unit=a.unit) for a in present)
    _record(events.POLL_OPENED, actor, poll, now, roll_hash=poll.roll_hash, present=poll.present)
    return poll


def _check_tellers(method: str, item: AgendaItem, teller_a, teller_b) -> None:
    if method != VoteMethod.SHOW_OF_HANDS:
        return
    if teller_a is None or teller_b is None or teller_a.pk == teller_b.pk:
        raise RuleBroken("two_tellers", "举手表决须有两名不同的计票人。", field="teller_b")
    here = {a.person_id for a in selectors.here(item.meeting)}
    for field, teller in (("teller_a", teller_a), ("teller_b", teller_b)):
        if item.motion is not None and teller.pk == item.motion.proposer_id:
            raise RuleBroken("teller_is_proposer", "议题提出人不能计票。", field=field)
        if teller.pk not in here:
            raise RuleBroken("teller_not_here", f"{teller.name}不在会场，不能计票。", field=field)


def _roll_hash(present) -> str:
    """SHA-256 over the roll in a fixed order, printed on minutes and board."""
    lines = sorted(f"{a.person_id} {a.unit_id}" for a in present)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@service
def cast_ballot(*, actor, poll: Poll, choice: str, now: datetime) -> Ballot:
    """Cast one's vote in a recorded poll. One per person on the roll (V1), none after closing (V4), no proxy."""
    # The row lock orders votes against the closing: either the vote is counted or it is refused.
    row = _locked_poll(poll)
    entry = row.roll.filter(person=actor.pk).first()
    if entry is None:
        raise Forbidden("您不在本次表决的名册上：没有签到、列席或已回避的不参加表决。", code="not_on_the_roll")
    if row.method != VoteMethod.RECORDED:
        raise DomainError("not_recorded", "本次是举手表决，由计票人录入。")
    if row.state != PollState.OPEN:
        raise DomainError("poll_closed", "表决已经结束，不再收票。")
    if choice not in Choice.values:
        raise RuleBroken("bad_choice", "请选择赞成、反对或弃权。", field="choice")
    if Ballot.objects.filter(entry=entry).exists():
        raise DomainError("already_voted", "您已经表决，一人一票，不能更改。")
    return Ballot.objects.create(entry=entry, choice=choice, cast_at=database_now())


@service
def enter_tally(*, actor, poll: Poll, yes: int, no: int, abstain: int, now: datetime) -> TallyEntry:
    """One teller's own count of a show of hands. The other's count is not shown before both are in.

    When the two differ, both count again in a new round; every count stays in the record.
    """
    row = _locked_poll(poll)
    if actor.pk not in (row.teller_a_id, row.teller_b_id):
        raise Forbidden("只有本次表决的两名计票人可以录入票数。", code="not_a_teller")
    if row.state != PollState.OPEN:
        raise DomainError("poll_closed", "表决已经结束，不再录入。")
    _check_numbers(row, yes, no, abstain)
    entered = row.tallies.order_by("round", "pk").values_list("round", "teller_id", "yes", "no", "abstain")
    counting = rules.counting(entered)
    if counting.agreed is not None:
        raise DomainError("already_counted", "两名计票人的票数一致，等主持人结束表决。")
    if actor.pk in counting.counted:
        raise DomainError("already_counted", "您已录入本轮票数，等另一名计票人录入。")
    return TallyEntry.objects.create(
        poll=row, teller=actor, round=counting.round, yes=yes, no=no, abstain=abstain, entered_at=now
    )


def _check_numbers(poll: Poll, yes: int, no: int, abstain: int) -> None:
    for field, number in (("yes", yes), ("no", no), ("abstain", abstain)):
        if number < 0:
            raise RuleBroken("negative", "票数不能是负数。", field=field)
    if yes + no + abstain > poll.present:
        raise RuleBroken(
            "too_many_votes",
            f"赞成{yes}、反对{no}、弃权{abstain}，共{yes + no + abstain}票，多于到会的{poll.present}人。",
            field="yes",
        )


@service
def close_poll(*, actor, poll: Poll, now: datetime) -> Poll:
    """Close the vote and judge it by the frozen rule. The result is final; motion and item follow.

    Raises DomainError ``tally_missing`` or ``tally_mismatch`` for a show of hands.
    """
    row = _locked_poll(poll)
    require_chair(actor, row.item.meeting)
    if row.state != PollState.OPEN:
        raise DomainError("poll_closed", "表决已经结束。")
    yes, no, abstain = _counts(row)
    count = rules.Count(row.should_attend, row.present, yes, no, abstain)
    verdict = rules.judge(row.rule.as_rule(), count)
    POLL.advance(
        row,
        "close",
        closed_at=database_now(),
        yes=yes,
        no=no,
        abstain=abstain,
        votes_needed=verdict.votes_needed,
        is_adopted=verdict.adopted,
        sentence=verdict.sentence,
    )
    item, motion = row.item, row.item.motion
    assert motion is not None  # the database holds it: a vote is always on a motion
    AGENDA_ITEM.advance(item, "finish", outcome="表决通过" if verdict.adopted else "未通过")
    MOTION.advance(motion, "adopt" if verdict.adopted else "reject", decided_at=now)
    _record(events.POLL_CLOSED, actor, row, now, yes=yes, no=no, abstain=abstain, adopted=verdict.adopted)
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


def _counts(row: Poll) -> tuple[int, int, int]:
    """(yes, no, abstain) from the ballots, or from the two tellers' equal counts."""
    if row.method == VoteMethod.RECORDED:
        ballots = Ballot.objects.filter(entry__poll=row)
        tally = ballots.aggregate(**{c: Count("pk", filter=Q(choice=c)) for c in Choice.values})
        return tally["yes"], tally["no"], tally["abstain"]
    entered = row.tallies.order_by("round", "pk").values_list("round", "teller_id", "yes", "no", "abstain")
    counting = rules.counting(entered)
    if counting.differs:
        raise DomainError("tally_mismatch", "两名计票人录入的票数不一致，请重新清点，两人各自再录一次。")
    if counting.agreed is None:
        raise DomainError("tally_missing", "两名计票人都录入票数以后才能结束表决。")
    return counting.agreed


@service
def void_poll(*, actor, poll: Poll, reason: str, now: datetime) -> Poll:
    """Void an open vote with its reason; a new one may be opened. There is no reset."""
    row = _locked_poll(poll)
    require_chair(actor, row.item.meeting)
    reason = refuse_blank(reason, field="reason", label="作废原因", most=300)
    POLL.advance(row, "void", reason=reason, closed_at=database_now())
    _record(events.POLL_VOIDED, actor, row, now, reason=reason)
    return row


def _locked_item(item: AgendaItem) -> AgendaItem:
    rows = AgendaItem.objects.select_related("meeting__body", "meeting__chair", "motion", "rule")
    return rows.select_for_update(of=("self", "meeting")).get(pk=item.pk)


def _locked_poll(poll: Poll) -> Poll:
    rows = Poll.objects.select_related("item__meeting__body", "item__meeting__chair", "item__motion", "rule")
    return rows.select_for_update(of=("self",)).get(pk=poll.pk)


def _record(event: str, actor, row: Poll, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.item.meeting.body, subject=row, at=now, **details)
