"""Votes: who, once, never late, counted exactly, by the frozen rule (V1–V5, V7, V9, V10)."""

import pytest

from deliberation.models import Ballot, Motion, RollEntry
from deliberation.services import attendance, polls, sittings, tallies
from kit.errors import DomainError, Forbidden, RuleBroken


def open_recorded(room, **kwargs):
    item = room.discussed(room.accepted(), **kwargs)
    return polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)


def refused(code):
    return pytest.raises(DomainError, check=lambda e: e.code == code)


def test_roll_holds_the_voters_in_the_room_and_no_adviser(room):
    """V2: secretary, deputy, three member units' heads; the adviser observes."""
    poll = open_recorded(room)
    names = set(RollEntry.objects.filter(poll=poll).values_list("person__name", flat=True))
    assert names == {"冯远", "马福生", "李顺", "谢春梅", "何兴农"}
    assert (poll.should_attend, poll.present, len(poll.roll_hash)) == (5, 5, 64)


def test_a_recorded_vote_is_counted_and_judged(room):
    poll = open_recorded(room)
    for person, choice in [
        (room.joint, "yes"),
        (room.deputy, "yes"),
        (room.cast.secretary_li, "yes"),
        (room.daxing, "no"),
    ]:
        polls.cast_ballot(actor=person, poll=poll, choice=choice, now=room.now)
    poll = polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    assert (poll.yes, poll.no, poll.abstain, poll.votes_needed, poll.is_adopted) == (3, 1, 0, 3, True)
    assert "赞成3票、反对1票、弃权0票、未投1票" in poll.sentence
    assert Motion.objects.get(pk=poll.item.motion_id).state == "adopted"


def test_nobody_votes_twice(room):
    """V1"""
    poll = open_recorded(room)
    polls.cast_ballot(actor=room.joint, poll=poll, choice="yes", now=room.now)
    with refused("already_voted"):
        polls.cast_ballot(actor=room.joint, poll=poll, choice="no", now=room.now)
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("who", ["adviser", "outsider", "absent"])
def test_who_is_not_on_the_roll_does_not_vote(room, who):
    person = {"adviser": room.adviser, "outsider": room.cast.outsider, "absent": room.daxing}[who]
    poll = open_recorded(room, absent=[room.daxing])
    with pytest.raises(Forbidden, match="名册"):
        polls.cast_ballot(actor=person, poll=poll, choice="yes", now=room.now)


def test_no_vote_after_the_close(room):
    """V4"""
    poll = open_recorded(room)
    polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    with refused("poll_closed"):
        polls.cast_ballot(actor=room.joint, poll=poll, choice="yes", now=room.now)


def test_a_missed_quorum_is_told_with_its_numbers(room):
    with pytest.raises(DomainError, match="到会3人，不足应到5人的三分之二（4人）"):
        open_recorded(room, absent=[room.daxing, room.cast.secretary_li])


def test_a_recused_unit_leaves_the_roll_and_the_denominator(room):
    """V9"""
    item = room.discussed(room.accepted())
    sittings.recuse_unit(actor=room.joint, item=item, unit=room.cast.company, reason="是承建方", now=room.now)
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)
    assert (poll.should_attend, poll.present) == (4, 4)
    with pytest.raises(Forbidden):
        polls.cast_ballot(actor=room.cast.entrepreneur_he, poll=poll, choice="yes", now=room.now)


def test_who_left_before_the_vote_is_not_on_the_roll(room):
    item = room.discussed(room.accepted())
    leaving = item.meeting.attendances.get(person=room.daxing)
    attendance.leave_meeting(actor=room.deputy, attendance=leaving, now=room.now.replace(year=2027))
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)
    assert (poll.should_attend, poll.present) == (5, 4)


def hands(room):
    item = room.discussed(room.accepted())
    return polls.open_poll(
        actor=room.joint,
        item=item,
        method="show_of_hands",
        teller_a=room.deputy,
        teller_b=room.daxing,
        now=room.now,
    )


def tally(room, poll, teller, yes, no=0, abstain=0):
    return tallies.enter_tally(actor=teller, poll=poll, yes=yes, no=no, abstain=abstain, now=room.now)


def test_two_tellers_count_a_show_of_hands(room):
    poll = hands(room)
    tally(room, poll, room.deputy, 4, 1)
    with refused("tally_missing"):
        polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    tally(room, poll, room.daxing, 4, 1)
    poll = polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    assert (poll.yes, poll.no, poll.is_adopted) == (4, 1, True)


def test_a_different_second_count_blocks_until_both_count_again(room):
    poll = hands(room)
    tally(room, poll, room.deputy, 4, 1)
    tally(room, poll, room.daxing, 3, 2)
    with refused("tally_mismatch"):
        polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    tally(room, poll, room.deputy, 3, 2)
    with refused("already_counted"):
        tally(room, poll, room.deputy, 4, 1)
    tally(room, poll, room.daxing, 3, 2)
    assert polls.close_poll(actor=room.joint, poll=poll, now=room.now).yes == 3


@pytest.mark.parametrize("numbers", [(6, 0, 0), (3, 2, 1), (-1, 0, 0)])
def test_more_votes_than_people_are_refused(room, numbers):
    """V5"""
    poll = hands(room)
    with pytest.raises(RuleBroken):
        tally(room, poll, room.deputy, *numbers)


def test_the_proposer_is_no_teller(room):
    item = room.discussed(room.accepted())
    with pytest.raises(RuleBroken, match="提出人不能计票"):
        polls.open_poll(
            actor=room.joint,
            item=item,
            method="show_of_hands",
            teller_a=room.cast.secretary_li,
            teller_b=room.daxing,
            now=room.now,
        )


def test_a_vote_needs_the_confirmed_discussion(room):
    """F-24"""
    meeting = room.sitting(room.accepted())
    item = sittings.open_item(actor=room.joint, item=meeting.items.get(), now=room.now)
    with refused("not_discussed"):
        polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)


def test_only_the_chair_opens_and_closes(room):
    item = room.discussed(room.accepted())
    with pytest.raises(Forbidden, match="主持"):
        polls.open_poll(actor=room.deputy, item=item, method="recorded", now=room.now)


def test_a_tie_is_not_adopted_and_a_void_vote_is_repeated(room):
    poll = open_recorded(room)
    polls.void_poll(actor=room.joint, poll=poll, reason="有人误投", now=room.now)
    again = polls.open_poll(actor=room.joint, item=poll.item, method="recorded", now=room.now)
    polls.cast_ballot(actor=room.joint, poll=again, choice="yes", now=room.now)
    polls.cast_ballot(actor=room.deputy, poll=again, choice="no", now=room.now)
    closed = polls.close_poll(actor=room.joint, poll=again, now=room.now)
    assert (closed.is_adopted, Motion.objects.get(pk=closed.item.motion_id).state) == (False, "rejected")


def test_a_closed_result_stands(room):
    """V10"""
    poll = open_recorded(room)
    polls.close_poll(actor=room.joint, poll=poll, now=room.now)
    with refused("illegal_move"):
        polls.void_poll(actor=room.joint, poll=poll, reason="重来", now=room.now)
    with refused("poll_exists"):
        polls.open_poll(actor=room.joint, item=sittings_item(poll), method="recorded", now=room.now)


def sittings_item(poll):
    poll.item.state = "discussed"
    type(poll.item).objects.filter(pk=poll.item.pk).update(state="discussed")
    return poll.item
