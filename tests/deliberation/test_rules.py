"""F-23: the voting rules, with every golden number, and what must hold for any count (V3, V5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.choices import VoteBase
from deliberation.rules import Count, Fraction, Rule, hint_of_speakers, judge, seconding_needed

HALF, TWO_THIRDS, THREE_QUARTERS, FOUR_FIFTHS = Fraction(1, 2), Fraction(2, 3), Fraction(3, 4), Fraction(4, 5)
JOINT = Rule("联席会议规则", 1, VoteBase.PRESENT, TWO_THIRDS, HALF, strict=True)
BRANCH = Rule("支部党员大会规则", 1, VoteBase.SHOULD_ATTEND, HALF, HALF, strict=True)
ELECTION = Rule("选举记录规则", 1, VoteBase.PRESENT, FOUR_FIFTHS, HALF, strict=True)


@pytest.mark.parametrize(("base", "needed"), [(16, 9), (15, 8), (10, 6), (7, 4)])
def test_over_half(base, needed):
    assert HALF.more_than(base) == needed


@pytest.mark.parametrize(
    ("share", "base", "needed"),
    [(FOUR_FIFTHS, 16, 13), (FOUR_FIFTHS, 9, 8), (TWO_THIRDS, 16, 11), (TWO_THIRDS, 7, 5), (THREE_QUARTERS, 15, 12)],
)
def test_at_least(share, base, needed):
    assert share.at_least(base) == needed


def test_one_count_under_three_rules():
    """Should attend 20, present 12, yes 8: BRANCH fails, JOINT passes, ELECTION is invalid."""
    count = Count(should_attend=20, present=12, yes=8, no=3, abstain=1)
    branch, election = judge(BRANCH, count), judge(ELECTION, count)
    assert (branch.quorate, branch.adopted, branch.votes_needed) == (True, False, 11)
    assert (election.quorate, election.adopted, election.quorum_needed) == (False, False, 16)
    joint = judge(Rule("联席会议规则", 1, VoteBase.PRESENT, HALF, HALF, strict=True), count)
    assert (joint.adopted, joint.votes_needed) == (True, 7)


def test_the_joint_preset_asks_for_two_thirds_present():
    """The quorum of JOINT is ours: 12 of 20 is short of 14, 12 of 14 is enough."""
    assert not judge(JOINT, Count(20, 12, 8, 3, 1)).quorate
    assert judge(JOINT, Count(14, 12, 8, 3, 1)).adopted


def test_a_tie_is_not_adopted():
    verdict = judge(JOINT, Count(6, 6, 3, 3, 0))
    assert not verdict.adopted
    assert "票数相等" in verdict.sentence


def test_the_verdict_prints_rule_version_and_arithmetic():
    assert judge(JOINT, Count(14, 12, 8, 2, 1)).sentence == (
        "按《联席会议规则》第1版：应到14人，实到12人；赞成8票、反对2票、弃权1票、未投1票。"
        "赞成须超过到会人数12的半数，即7票；表决通过。"
    )
    assert "到会12人，不足应到20人的五分之四（16人）" in judge(ELECTION, Count(20, 12, 8, 3, 1)).sentence


@pytest.mark.parametrize("count", [Count(5, 3, 4, 0, 0), Count(5, 3, -1, 0, 0), Count(5, 3, 2, 1, 1)])
def test_an_impossible_count_is_refused(count):
    with pytest.raises(ValueError, match="impossible"):
        judge(JOINT, count)


shares = st.sampled_from([HALF, TWO_THIRDS, THREE_QUARTERS, FOUR_FIFTHS])


@given(share=shares, base=st.integers(0, 10_000))
def test_the_needed_number_is_the_least(share, base):
    """V3: exact integers. One vote fewer falls short, the number itself does not."""
    reach, exceed = share.at_least(base), share.more_than(base)
    assert reach * share.denominator >= base * share.numerator > (reach - 1) * share.denominator or base == 0
    assert exceed * share.denominator > base * share.numerator >= (exceed - 1) * share.denominator


@given(share=shares, strict=st.booleans(), data=st.data())
def test_one_more_yes_never_turns_adoption_into_rejection(share, strict, data):
    present = data.draw(st.integers(1, 60))
    yes = data.draw(st.integers(0, present - 1))
    rule = Rule("规则", 1, VoteBase.PRESENT, None, share, strict)
    assert judge(rule, Count(60, present, yes, 0, 0)).adopted <= judge(rule, Count(60, present, yes + 1, 0, 0)).adopted


@pytest.mark.parametrize(("units", "needed"), [(2, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_seconding_by_a_third(units, needed):
    assert seconding_needed(units) == needed


def test_the_hint_of_speakers():
    assert [hint_of_speakers(n) for n in (0, 1, 2, 5)] == [0, 1, 2, 2]
