"""The table behind the working days: seeded, read at most once a minute, replaced a year at a time."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from kit import holidays
from kit.actors import System
from kit.errors import Hidden, RuleBroken
from kit.models import Holiday
from kit.scoping import Place

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
KEEPER = System("test", frozenset({"calendar.keep"}))
YEAR = [(date(2027, 1, 1), "rest", "元旦"), (date(2027, 1, 3), "work", "元旦调休")]

pytestmark = pytest.mark.django_db


class District:
    pk, path, place = uuid4(), "d511902/", Place("d511902/")


def keep(**changes):
    wanted = {
        "year": 2027,
        "days": YEAR,
        "source": "国办发明电〔2026〕7号",
        "actor": KEEPER,
        "org": District,
        "now": NOW,
    }
    holidays.keep_year(**(wanted | changes))


def test_a_new_installation_knows_the_published_years():
    assert holidays.working_days().years == {2024, 2025, 2026}
    assert not holidays.working_days().is_working(date(2026, 10, 1))


def test_seeding_again_changes_nothing_that_people_entered():
    keep(year=2026, days=[(date(2026, 1, 1), "rest", "元旦")])
    holidays.seed(now=NOW)
    assert Holiday.objects.filter(day__year=2026).count() == 1
    assert Holiday.objects.filter(day__year=2025).count() > 10


def test_reading_costs_one_query_for_many_calls(django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(20):
            holidays.working_days()


def test_a_kept_year_counts_at_once(django_capture_on_commit_callbacks):
    assert holidays.working_days().is_working(date(2027, 1, 1))
    with django_capture_on_commit_callbacks(execute=True):
        keep()
    days = holidays.working_days()
    assert days.is_known(2027)
    assert not days.is_working(date(2027, 1, 1))
    assert days.is_working(date(2027, 1, 3))
    assert Holiday.objects.filter(day__year=2026).exists()


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([], "元旦"),
        ([*YEAR, (date(2026, 12, 31), "rest", "元旦")], "不在 2027 年"),
        ([*YEAR, YEAR[0]], "写了 2 次"),
        ([*YEAR, (date(2027, 1, 4), "work", "元旦")], "本来就是工作日"),
        ([*YEAR, (date(2027, 1, 2), "off", "元旦")], "只能是"),
    ],
)
def test_a_wrong_year_is_refused_whole(days, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        keep(days=days)
    assert not Holiday.objects.filter(day__year=2027).exists()


def test_only_the_keeper_may():
    with pytest.raises(Hidden):
        keep(actor=System("stranger"))
