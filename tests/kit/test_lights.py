"""One light for everything: each boundary of the rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.calendar import WorkingDays
from kit.holidays import seed_days
from kit.lights import due_days, light

PLAIN = WorkingDays()
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("left", "started", "colour"),
    [
        (6, False, "grey"),
        (6, True, "green"),
        (5, False, "green"),
        (4, True, "green"),
        (3, True, "yellow"),
        (0, True, "yellow"),
    ],
)
def test_colour_by_working_days_left(left, started, colour):
    due = PLAIN.add(MONDAY, left)
    assert light(due_on=due, on=MONDAY, calendar=PLAIN, is_started=started).colour == colour


def test_past_due_is_red_even_over_a_weekend():
    friday = date(2026, 11, 20)
    found = light(due_on=friday, on=friday + timedelta(days=1), calendar=PLAIN)
    assert (found.colour, found.word) == ("red", "超期 1 个工作日")


def test_waiting_is_blue_and_done_is_green_also_when_late():
    assert light(due_on=MONDAY, on=date(2026, 12, 1), calendar=PLAIN, is_waiting=True).colour == "blue"
    late = light(due_on=MONDAY, on=date(2026, 12, 1), calendar=PLAIN, finished_on=date(2026, 11, 24))
    assert (late.colour, late.word) == ("green", "逾期办结")


@pytest.mark.parametrize("colour", ["red", "yellow", "green"])
def test_the_bounds_for_a_list_are_the_twin_of_the_light(colour):
    """Every due day of two months around, on a Monday, on a Friday and on a Sunday."""
    for on in (MONDAY, date(2026, 11, 27), date(2026, 11, 29)):
        first, last = due_days(colour, on=on, calendar=PLAIN)
        for due in (on + timedelta(days=offset) for offset in range(-30, 31)):
            within = (first or date.min) <= due <= (last or date.max)
            assert within == (light(due_on=due, on=on, calendar=PLAIN).colour == colour), (on, due)


def test_without_a_deadline_there_is_no_light():
    assert light(due_on=None, on=MONDAY, calendar=PLAIN) is None


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(-40, 40))
def test_the_days_of_a_colour_are_exactly_those_of_the_light(on, offset):
    """A list filtered by light holds what shows that light (holidays and 调休 included)."""
    calendar = WorkingDays.from_days((day, kind) for day, kind, _ in seed_days())
    due = on + timedelta(days=offset)
    shown = light(due_on=due, on=on, calendar=calendar).colour
    for colour in ("red", "yellow", "green"):
        first, last = due_days(colour, on=on, calendar=calendar)
        within = (first is None or first <= due) and (last is None or due <= last)
        assert within is (colour == shown)
