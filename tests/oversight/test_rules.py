"""How figures are judged and written."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from oversight import rules

LINE = Fraction(9, 10)


@pytest.mark.parametrize(
    ("hit", "total", "written"),
    [(0, 0, "—"), (0, 4, "0%"), (4, 4, "100%"), (199, 200, "99%"), (1, 400, "1%"), (1, 8, "13%"), (94, 109, "86%")],
)
def test_percent(hit, total, written):
    assert rules.percent(hit, total) == written


@given(some.integers(1, 10**6), some.integers(0, 10**6))
def test_only_all_is_100_percent_and_only_none_is_0(total, hit):
    hit = min(hit, total)
    assert (rules.percent(hit, total) == "100%") == (hit == total)
    assert (rules.percent(hit, total) == "0%") == (hit == 0)


@pytest.mark.parametrize(
    ("hit", "total", "overdue", "colour", "word"),
    [
        (9, 10, 0, "green", "达标"),
        (8, 10, 0, "yellow", "预警"),
        (10, 10, 1, "red", "超期 1 件"),
        (0, 0, 0, "grey", "缺项"),
        (0, 0, 2, "red", "超期 2 件"),
    ],
)
def test_a_share_is_judged_by_its_line_and_by_what_is_overdue(hit, total, overdue, colour, word):
    light = rules.judge(hit, total, overdue=overdue, line=LINE)
    assert (light.colour, light.word) == (colour, word)


@pytest.mark.parametrize(
    ("held", "is_over", "is_near", "colour"),
    [(3, False, False, "green"), (2, False, False, "grey"), (2, False, True, "yellow"), (2, True, True, "red")],
)
def test_a_quarter_still_running_is_no_failure(held, is_over, is_near, colour):
    assert rules.judge_meetings(held, 3, is_over=is_over, is_near=is_near).colour == colour
