"""Effective-dated parameters: nearest along the path, in force from tomorrow at the earliest, no query per request."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import parameters
from kit.actors import System
from kit.calendar import SHANGHAI
from kit.errors import DomainError, Hidden, RuleBroken
from kit.models import ParameterValue
from kit.parameters import Kind
from kit.scoping import Place

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
TODAY = date(2026, 11, 23)
TOMORROW = date(2026, 11, 24)
KEEPER = System("test", frozenset({"parameter.set"}))

NOTICE = parameters.declare("kittest.notice_days", Kind.INTEGER, 5, "公示天数", "F-T1", unit="天", least=3, most=30)
QUORUM = parameters.declare("kittest.quorum", Kind.RATIO, "4/5", "到会比例", "F-T2", least="1/2", most=1)
LARGE = parameters.declare("kittest.large_amount", Kind.MONEY, 500_000, "大额标准", "F-T3", least=1, by_township=False)
OPEN = parameters.declare("kittest.open", Kind.FLAG, True, "公开", "F-T4")
ORDER = parameters.declare("kittest.order", Kind.CHOICE, "先报", "次序", "F-T5", choices=["先报", "抽签"])


class Org:
    def __init__(self, path: str):
        self.pk, self.path, self.place = uuid4(), path, Place(path)


DISTRICT, TOWNSHIP, VILLAGE = Org("d511902/"), Org("d511902/t107/"), Org("d511902/t107/v205/")

pytestmark = pytest.mark.django_db


def put(parameter, value, *, org=DISTRICT, **changes):
    wanted = {"effective_on": TOMORROW, "reason": "区委组织部通知", "actor": KEEPER, "now": NOW}
    return parameters.set_value(name=parameter.name, value=value, org=org, **(wanted | changes))


def test_without_a_value_the_default_holds():
    assert NOTICE.on(TODAY, VILLAGE.path) == 5
    assert QUORUM.on(TODAY) == Fraction(4, 5)


def test_the_nearest_value_along_the_path_wins():
    put(NOTICE, 7)
    put(NOTICE, 10, org=TOWNSHIP)
    assert NOTICE.on(TOMORROW, VILLAGE.path) == 10
    assert NOTICE.on(TOMORROW, "d511902/t108/v1/") == 7
    assert NOTICE.on(TOMORROW, "d511903/t107/v1/") == 5
    assert NOTICE.on(TOMORROW, "d511902/t1070/") == 7


def test_a_value_starts_on_its_day():
    put(NOTICE, 7)
    put(NOTICE, 9, effective_on=date(2027, 1, 1))
    read = [NOTICE.on(day, DISTRICT.path) for day in (TODAY, TOMORROW, date(2026, 12, 31), date(2027, 1, 1))]
    assert read == [5, 7, 7, 9]


def test_a_township_can_return_to_the_district():
    put(NOTICE, 7)
    put(NOTICE, 10, org=TOWNSHIP)
    put(NOTICE, None, org=TOWNSHIP, effective_on=date(2026, 12, 1))
    assert NOTICE.on(date(2026, 11, 30), TOWNSHIP.path) == 10
    assert NOTICE.on(date(2026, 12, 1), TOWNSHIP.path) == 7


def test_values_keep_their_types():
    put(QUORUM, "2/3")
    put(OPEN, False)
    put(LARGE, 1_000_000)
    put(ORDER, "抽签")
    on = {"on": TOMORROW, "path": TOWNSHIP.path}
    assert parameters.get(QUORUM.name, **on) == Fraction(2, 3)
    assert parameters.get(OPEN.name, **on) is False
    assert parameters.get(LARGE.name, **on) == 1_000_000
    assert parameters.get(ORDER.name, **on) == "抽签"


@pytest.mark.parametrize(
    ("parameter", "value", "code"),
    [
        (NOTICE, 2, "parameter_out_of_bounds"),
        (NOTICE, 31, "parameter_out_of_bounds"),
        (NOTICE, 5.0, "parameter_malformed"),
        (NOTICE, True, "parameter_malformed"),
        (NOTICE, "5", "parameter_malformed"),
        (QUORUM, "1/3", "parameter_out_of_bounds"),
        (QUORUM, 0.8, "parameter_malformed"),
        (QUORUM, "1/0", "parameter_malformed"),
        (QUORUM, "nan", "parameter_malformed"),
        (OPEN, 1, "parameter_malformed"),
        (ORDER, "随便", "parameter_out_of_bounds"),
        (LARGE, 0, "parameter_out_of_bounds"),
    ],
)
def test_wrong_values_are_refused_at_the_field(parameter, value, code):
    with pytest.raises(RuleBroken) as refusal:
        put(parameter, value)
    assert refusal.value.code == code
    assert refusal.value.errors["value"]
    assert not ParameterValue.objects.exists()


def test_other_refusals():
    with pytest.raises(RuleBroken, match="理由"):
        put(NOTICE, 7, reason="  ")
    with pytest.raises(RuleBroken, match="只能由区里设置"):
        put(LARGE, 7, org=TOWNSHIP)
    with pytest.raises(RuleBroken, match="区里或乡镇"):
        put(NOTICE, 7, org=VILLAGE)
    with pytest.raises(RuleBroken, match="没有"):
        parameters.set_value(
            name="no.such", value=1, org=DISTRICT, effective_on=TOMORROW, reason="x", actor=KEEPER, now=NOW
        )
    with pytest.raises(Hidden):
        put(NOTICE, 7, actor=System("stranger"))
    with pytest.raises(KeyError):
        parameters.get("no.such", on=TODAY)


@pytest.mark.parametrize(
    ("now", "earliest"),
    [
        (datetime(2026, 11, 23, 6, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 23, 14, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), date(2026, 11, 25)),  # 23:00 in Shanghai
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), date(2026, 11, 25)),  # already tomorrow there
    ],
)
def test_nothing_changes_today(now, earliest):
    """Tomorrow at the earliest, with an hour's margin around midnight for transactions under way."""
    with pytest.raises(DomainError) as refusal:
        put(NOTICE, 7, effective_on=earliest - timedelta(days=1), now=now)
    assert (refusal.value.code, refusal.value.status) == ("parameter_too_soon", 409)
    assert put(NOTICE, 7, effective_on=earliest, now=now).value == 7


def test_a_value_not_yet_in_force_may_be_replaced():
    put(NOTICE, 7)
    put(NOTICE, 8, reason="更正")
    assert NOTICE.on(TOMORROW, DISTRICT.path) == 8
    assert ParameterValue.objects.get().reason == "更正"


def test_reading_costs_no_query_once_the_day_is_known(django_assert_num_queries):
    today = datetime.now(SHANGHAI).date()
    NOTICE.on(today, DISTRICT.path)
    with django_assert_num_queries(0):
        for _ in range(20):
            NOTICE.on(today, VILLAGE.path)
            QUORUM.on(today - timedelta(days=400), TOWNSHIP.path)


def test_a_copy_made_before_a_change_is_still_right_today():
    """Another process has read the table and never hears of the change: today it answers as before, tomorrow as set."""
    today = datetime.now(SHANGHAI).date()
    assert NOTICE.on(today, DISTRICT.path) == 5
    ParameterValue.objects.create(
        name=NOTICE.name,
        org_id=DISTRICT.pk,
        path=DISTRICT.path,
        value=7,
        effective_on=today + timedelta(days=1),
        reason="x",
        set_by="system:test",
        set_at=NOW,
    )  # written by somebody else: no forget() here
    assert NOTICE.on(today, DISTRICT.path) == 5
    assert NOTICE.on(today + timedelta(days=1), DISTRICT.path) == 7


def test_control_a_value_for_today_would_not_be_seen():
    """Why tomorrow: a value slipped into today stays invisible to a process that has already read the day."""
    today = datetime.now(SHANGHAI).date()
    assert NOTICE.on(today, DISTRICT.path) == 5
    ParameterValue.objects.create(
        name=NOTICE.name,
        org_id=DISTRICT.pk,
        path=DISTRICT.path,
        value=7,
        effective_on=today,
        reason="x",
        set_by="system:test",
        set_at=NOW,
    )
    assert NOTICE.on(today, DISTRICT.path) == 5
    parameters.forget()
    assert NOTICE.on(today, DISTRICT.path) == 7


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(3, 30)), max_size=8), st.integers(0, 25))
def test_the_latest_day_not_after_the_asked_one_decides(steps, asked):
    days = {TODAY + timedelta(days=offset): value for offset, value in steps}
    rows = {(NOTICE.name, DISTRICT.path): (sorted(days), [days[day] for day in sorted(days)])}
    on = TODAY + timedelta(days=asked)
    expected = next((days[day] for day in sorted(days, reverse=True) if day <= on), 5)
    parameters._copy = parameters._Copy(date.max, rows)
    assert NOTICE.on(on, TOWNSHIP.path) == expected


def test_declarations_are_checked():
    with pytest.raises(ValueError, match="bounds"):
        parameters.declare("kittest.bad", Kind.INTEGER, 1, "坏", "F-T6", least=2)
    with pytest.raises(ValueError, match="twice"):
        parameters.declare("kittest.notice_days", Kind.INTEGER, 6, "公示天数", "F-T1")
    assert NOTICE in parameters.declared()
