"""T4: votes on slips of paper, secret or with names; two tellers count every slip, and the numbers must add up (V5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation import rules
from deliberation.models import Ballot, RollEntry, VotingRule
from deliberation.selectors.poll_home import poll_home
from deliberation.services import attendance, meetings, polls, sittings, tallies
from kit.errors import DomainError, Forbidden

GOOD = {"issued": 5, "returned": 5, "yes": 3, "no": 1, "abstain": 0, "blank": 1, "invalid": 0}


def refused(code, field=None):
    def check(error):
        return error.code == code and (field is None or field in error.errors)

    return pytest.raises(DomainError, check=check)


def opened(room, method="secret", *, channel=None, item=None, **kwargs):
    item = item or room.discussed(room.accepted(), **kwargs)
    tellers = {"teller_a": room.deputy, "teller_b": room.daxing}
    return polls.open_poll(actor=room.joint, item=item, method=method, channel=channel, now=room.now, **tellers)


def count(room, poll, teller, **changes):
    return tallies.enter_tally(actor=teller, poll=poll, now=room.now, **GOOD | changes)


def both(room, poll, **changes):
    for teller in (room.deputy, room.daxing):
        count(room, poll, teller, **changes)


def close(room, poll):
    return polls.close_poll(actor=room.joint, poll=poll, now=room.now)


def test_a_secret_vote_is_on_paper_and_leaves_numbers_only(room):
    """V5, V6: what is kept are the tellers' numbers; nothing joins a person with a choice."""
    poll = opened(room)
    both(room, poll)
    poll = close(room, poll)
    assert (poll.channel, poll.yes, poll.no, poll.abstain) == ("paper", 3, 1, 0)
    assert (poll.issued, poll.returned, poll.blank, poll.invalid) == (5, 5, 1, 0)
    assert "发出选票5张、收回5张，其中有效4张、空白1张、无效0张；赞成3票、反对1票、弃权0票、未投0票" in poll.sentence
    assert poll.is_adopted
    assert not Ballot.objects.exists()
    assert poll_home(room.joint, poll.pk).names == ()


def test_a_slip_that_was_not_returned_is_not_voted(room):
    poll = opened(room)
    both(room, poll, returned=4, blank=0)
    assert "未投1票" in close(room, poll).sentence


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"issued": 6}, "too_many_issued", "issued"),
        ({"issued": 4}, "too_many_returned", "returned"),
        ({"returned": 4}, "slips_do_not_add_up", "returned"),
        ({"yes": 4}, "slips_do_not_add_up", "returned"),
        ({"invalid": -1}, "negative", "invalid"),
        ({"blank": None}, "slips_needed", "blank"),
    ],
)
def test_slips_that_cannot_be_are_refused_at_the_field(room, changes, code, field):
    """V5: returned ≤ issued ≤ voters present, and every slip that came back is counted once."""
    poll = opened(room)
    with refused(code, field):
        count(room, poll, room.deputy, **changes)
    assert not poll.tallies.exists()


def test_hands_have_no_slips(room):
    poll = opened(room, "show_of_hands")
    with refused("no_slips", "issued"):
        count(room, poll, room.deputy)


def test_a_different_count_of_slips_blocks_until_both_count_again(room):
    """Equal votes are not enough: the slips must be the same as well."""
    poll = opened(room)
    count(room, poll, room.deputy)
    count(room, poll, room.daxing, blank=0, invalid=1)
    with refused("tally_mismatch"):
        close(room, poll)
    assert poll_home(room.deputy, poll.pk).must_recount
    both(room, poll)
    assert close(room, poll).is_adopted
    assert poll.tallies.count() == 4


def test_nobody_casts_a_vote_on_paper_on_a_screen(room):
    poll = opened(room)
    with refused("not_online"):
        polls.cast_ballot(actor=room.joint, poll=poll, choice="yes", now=room.now)


@pytest.mark.parametrize(("method", "channel"), [("voice", "online"), ("show_of_hands", "mixed"), ("secret", "mixed")])
def test_each_method_has_its_channels(room, method, channel):
    with refused("bad_channel", "channel"):
        opened(room, method, channel=channel)


@pytest.mark.parametrize("method", ["voice", "show_of_hands", "recorded", "secret"])
def test_whatever_is_counted_in_the_room_needs_two_tellers(room, method):
    item = room.discussed(room.accepted())
    with refused("two_tellers", "teller_b"):
        polls.open_poll(actor=room.joint, item=item, method=method, channel="paper", teller_a=room.deputy, now=room.now)


# --- mixed ------------------------------------------------------------------------------------------------------------


def mixed(room):
    """李顺 signs in on his phone, and so does the clerk; everybody else signs the sheet."""
    meeting = room.convened(room.accepted())
    meeting.refresh_from_db()
    attendance.sign_in(actor=room.cast.secretary_li, meeting=meeting, code=meeting.sign_in_code, now=meeting.starts_at)
    for each in meeting.attendances.exclude(person=room.cast.secretary_li).order_by("pk"):
        attendance.sign_in_for(actor=room.deputy, attendance=each, now=meeting.starts_at)
    sittings.open_meeting(actor=room.joint, meeting=meeting, now=meeting.starts_at)
    item = sittings.open_item(actor=room.joint, item=meeting.items.get(), now=meeting.starts_at)
    item = sittings.confirm_discussed(actor=room.joint, item=item, now=meeting.starts_at)
    return opened(room, "recorded", channel="mixed", item=item)


def test_in_a_mixed_vote_each_voter_has_one_channel(room):
    """V1: who signed in on a phone votes there; everybody else takes a slip."""
    poll = mixed(room)
    online = RollEntry.objects.filter(poll=poll, on_paper=False).values_list("person__name", flat=True)
    assert set(online) == {"李顺", "马福生"}
    with refused("votes_on_paper"):
        polls.cast_ballot(actor=room.joint, poll=poll, choice="yes", now=room.now)
    polls.cast_ballot(actor=room.cast.secretary_li, poll=poll, choice="yes", now=room.now)
    with refused("too_many_issued", "issued"):
        count(room, poll, room.deputy)
    both(room, poll, issued=3, returned=3, yes=1, no=1, blank=0, invalid=1)
    poll = close(room, poll)
    assert (poll.yes, poll.no, poll.invalid, poll.issued) == (2, 1, 1, 3)
    names = {choice: set(names.split("、")) for choice, names in poll_home(room.joint, poll.pk).names}
    assert names == {"赞成": {"李顺"}, "未投": {"马福生"}, "投纸质票": {"冯远", "谢春梅", "何兴农"}}


def test_a_mixed_vote_of_one_kind_is_no_mixed_vote(room):
    item = room.discussed(room.accepted(), absent=[room.deputy])
    with refused("not_mixed", "channel"):
        polls.open_poll(
            actor=room.joint,
            item=item,
            method="recorded",
            channel="mixed",
            teller_a=room.daxing,
            teller_b=room.cast.entrepreneur_he,
            now=room.now,
        )


# --- rules ------------------------------------------------------------------------------------------------------------


def test_an_election_records_slips_only(room):
    rule = VotingRule.objects.get(code="ELECTION-RECORD")
    meeting = room.plan()
    meetings.add_item(actor=room.joint, meeting=meeting, kind="vote", motion=room.accepted(), rule=rule, now=room.now)
    meetings.freeze_agenda(actor=room.joint, meeting=meeting, now=room.now)
    meetings.convene(actor=room.joint, meeting=meeting, now=room.now)
    for each in meeting.attendances.order_by("pk"):
        attendance.sign_in_for(actor=room.deputy, attendance=each, now=meeting.starts_at)
    sittings.open_meeting(actor=room.joint, meeting=meeting, now=meeting.starts_at)
    item = sittings.open_item(actor=room.joint, item=meeting.items.get(), now=meeting.starts_at)
    item = sittings.confirm_discussed(actor=room.joint, item=item, now=meeting.starts_at)
    with refused("paper_only", "method"):
        opened(room, "show_of_hands", item=item)
    with refused("bad_channel", "channel"):
        opened(room, "recorded", channel="online", item=item)
    poll = opened(room, "secret", item=item)
    both(room, poll)
    assert "按《选举结果记录规则》第1版" in close(room, poll).sentence


def test_a_base_of_all_members_is_never_guessed():
    rule = rules.Rule("理事会规则", 1, "all_members", None, rules.Fraction(1, 2), True)
    with pytest.raises(ValueError, match="unknown"):
        rules.judge(rule, rules.Count(9, 7, 5, 0, 0))
    assert not rules.judge(rule, rules.Count(9, 7, 5, 0, 0, all_members=10)).adopted
    assert rules.judge(rule, rules.Count(9, 7, 6, 0, 0, all_members=10)).adopted


def test_units_are_counted_as_units():
    rule = rules.Rule("成员单位表决规则", 1, "present", rules.Fraction(2, 3), rules.Fraction(1, 2), True, by_units=True)
    assert "应到3个单位，实到3个单位" in rules.judge(rule, rules.Count(3, 3, 2, 1, 0)).sentence
    assert "到会1个单位，不足应到3个单位的三分之二（2个单位）" in rules.judge(rule, rules.Count(3, 1, 0, 0, 0)).sentence


@given(st.lists(st.integers(0, 40), min_size=6, max_size=6))
def test_every_slip_and_every_voter_is_in_one_number(numbers):
    """V3, V5: returned = options + blank + invalid; present = those + not voted."""
    yes, no, abstain, blank, invalid, away = numbers
    returned = yes + no + abstain + blank + invalid
    slips = rules.Slips(returned, returned, blank, invalid)
    found = rules.Count(200, returned + away, yes, no, abstain, slips=slips)
    assert slips.valid == yes + no + abstain
    assert found.not_voted == away


@pytest.mark.parametrize(
    ("votes", "told"), [((5, 0, 0), True), ((0, 0, 2), True), ((4, 1, 0), False), ((0, 0, 0), False)]
)
def test_a_unanimous_secret_vote_is_told(votes, told):
    assert rules.is_unanimous(*votes) is told


def test_few_voters_and_a_unanimous_result_are_warned_of(room):
    poll = opened(room)
    assert poll_home(room.joint, poll.pk).is_small
    both(room, poll, yes=5, no=0, blank=0)
    close(room, poll)
    assert poll_home(room.joint, poll.pk).is_unanimous


def test_only_the_named_tellers_count(room):
    poll = opened(room)
    with pytest.raises(Forbidden):
        count(room, poll, room.joint)
