"""Working days with 调休, quarters, and how days are written."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import calendar, holidays
from kit.calendar import Quarter, WorkingDays

DAYS = WorkingDays.from_days((day, kind) for day, kind, _ in holidays.seed_days())
ANY_DAY = st.dates(date(2023, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 11, 23), True),  # a Monday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 10, 1), False),  # 国庆节
        (date(2026, 9, 20), True),  # a Sunday worked for it
        (date(2026, 10, 10), True),  # a Saturday worked for it
        (date(2026, 2, 23), False),  # 春节, a Monday
        (date(2027, 1, 1), True),  # not yet arranged: a Friday like any other
    ],
)
def test_what_is_a_working_day(day, working):
    assert DAYS.is_working(day) is working


def test_the_seed_agrees_with_its_source():
    """Every day of 2024 to 2026 is as chinesecalendar judges it."""
    chinese_calendar = pytest.importorskip("chinese_calendar")
    day = date(2024, 1, 1)
    while day.year < 2027:
        assert DAYS.is_working(day) is chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_years_without_arrangements_say_so():
    assert DAYS.years == {2024, 2025, 2026}
    assert not DAYS.is_known(2027)
    assert DAYS.warning(date(2026, 12, 30), date(2027, 1, 5)) == "2027 年节假日尚未维护"
    assert DAYS.warning(date(2026, 12, 30)) == ""


def test_terms_run_over_the_holidays():
    assert DAYS.add(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert DAYS.add(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert DAYS.add(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert DAYS.add(date(2026, 10, 3), 0) == date(2026, 10, 3)
    assert DAYS.next(date(2026, 10, 3)) == date(2026, 10, 8)
    assert DAYS.between(date(2026, 9, 30), date(2026, 10, 10)) == 3


@given(ANY_DAY, st.integers(-60, 60).filter(bool))
def test_a_term_counts_back_to_itself(day, count):
    """between and add are inverses, also backwards from a working day."""
    end = DAYS.add(day, count)
    assert DAYS.is_working(end)
    if count > 0 or DAYS.is_working(day):
        assert DAYS.between(day, end) == count


@given(ANY_DAY, st.integers(0, 30), st.integers(0, 30))
def test_terms_add_up(day, first, second):
    assert DAYS.add(DAYS.add(day, first), second) == DAYS.add(day, first + second)


@given(ANY_DAY, ANY_DAY)
def test_between_is_antisymmetric(one, other):
    assert DAYS.between(one, other) == -DAYS.between(other, one)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_day_has_one_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.start <= day <= quarter.end
    assert quarter.next().start == quarter.end + timedelta(days=1)
    assert quarter.next().previous() == quarter
    assert Quarter.parse(str(quarter)) == quarter


@pytest.mark.parametrize("text", ["", "2026", "2026Q5", "2026Q0", "26Q1", "2026q1", "2026Q11", "２０２６Q1", "Q1"])
def test_other_quarters_are_refused(text):
    with pytest.raises(ValueError, match="quarter"):
        Quarter.parse(text)


def test_how_days_are_written():
    assert calendar.long_date(date(2026, 11, 23)) == "2026年11月23日 星期一"
    assert calendar.long_date(date(2026, 11, 3), weekday=False) == "2026年11月3日"
    assert Quarter(2026, 4).label == "2026年第四季度"
    assert calendar.long_moment(datetime(2026, 11, 22, 22, 5, tzinfo=UTC)) == "2026年11月23日 星期一 06:05"


def test_the_day_is_the_one_in_shanghai():
    assert calendar.day_of(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert calendar.day_of(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert calendar.moment_of(date(2026, 11, 23), time(8)) == datetime(2026, 11, 23, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        calendar.day_of(datetime(2026, 11, 22))
