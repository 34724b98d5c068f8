"""Money is whole 分: parsed, shown and shared without a float. Splits keep D1 to D5."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import money
from kit.errors import RuleBroken

FEN = st.integers(min_value=-money.LARGEST, max_value=money.LARGEST)
WEIGHTS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.one_of(st.integers(0, 10**9), st.fractions(0, 1000, max_denominator=10**6)),
    min_size=1,
    max_size=12,
).filter(lambda weights: any(weights.values()))


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1,234.56", 123456),
        ("1234.5元", 123450),
        ("￥ 80", 8000),
        ("１２３４．５６", 123456),
        ("12.5万元", 12_500_000),
        ("0.000001万", 1),
        ("1，234", 123400),
        ("0", 0),
    ],
)
def test_amounts_as_people_type_them(typed, fen):
    assert money.parse(typed) == fen


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "1e5", "NaN", "inf", "1.234", "1,23", "12,34.5", "0.0000001万元", "--5", "-5", "5亿", "1.2.3", "٣"],
)
def test_other_amounts_are_refused_at_their_field(typed):
    with pytest.raises(RuleBroken) as refusal:
        money.parse(typed, field="amount")
    assert refusal.value.status == 422
    assert refusal.value.errors["amount"]


def test_an_amount_beyond_the_column_is_refused():
    with pytest.raises(RuleBroken, match="太大"):
        money.parse("9" * 30)


def test_a_sign_is_read_only_where_it_belongs():
    assert money.parse("-1,234.56", signed=True) == -123456


@pytest.mark.parametrize("value", [1.0, Decimal(1), True, None, "1"])
def test_only_integers_are_amounts(value):
    """L13: float, decimal and boolean are refused."""
    for use in (money.plain, money.yuan, money.wan, lambda v: money.split(v, {"a": 1})):
        with pytest.raises(TypeError):
            use(value)


def test_overflow_is_refused():
    """L13: what the column cannot hold never gets near it."""
    with pytest.raises(OverflowError):
        money.plain(money.LARGEST + 1)


def test_how_amounts_are_shown():
    assert money.yuan(123456) == "1,234.56 元"
    assert money.yuan(-5) == "-0.05 元"
    assert money.plain(7840000) == "78400.00"
    assert money.wan(12_345_000) == "12.35 万元"
    assert money.wan(-12_345_000) == "-12.35 万元"
    assert money.wan(4_999) == "0.00 万元"


@given(FEN)
def test_what_is_shown_reads_back_unchanged(fen):
    assert money.parse(money.yuan(fen), signed=True) == fen
    assert money.parse(money.plain(fen), signed=True) == fen


@given(st.fractions())
def test_rounding_is_nearest_and_odd(exact):
    assert abs(money.rounded(exact) - exact) <= Fraction(1, 2)
    assert money.rounded(-exact) == -money.rounded(exact)


@given(FEN, WEIGHTS)
def test_split_spends_every_fen(total, weights):
    """D1: the shares sum to the total exactly."""
    assert sum(money.split(total, weights).values()) == total


@given(FEN, WEIGHTS)
def test_split_stays_within_one_fen_of_the_quota(total, weights):
    """D2: no share is a whole 分 or more away from its exact quota."""
    whole = sum(weights.values(), start=Fraction(0))
    for key, share in money.split(total, weights).items():
        assert abs(share - Fraction(total) * weights[key] / whole) < 1


@given(FEN, WEIGHTS, st.randoms())
def test_split_does_not_depend_on_the_order(total, weights, chance):
    """D3: the same parties named in another order get the same."""
    parties = list(weights.items())
    chance.shuffle(parties)
    assert money.split(total, dict(parties)) == money.split(total, weights)


@given(FEN, WEIGHTS)
def test_split_gives_nothing_for_no_weight_and_never_less_for_more(total, weights):
    """D4 and D5."""
    shares = money.split(total, weights)
    for key, weight in weights.items():
        if weight == 0:
            assert shares[key] == 0
        for other, other_weight in weights.items():
            if weight > other_weight:
                assert abs(shares[key]) >= abs(shares[other])


def test_split_in_equal_parts_gives_the_odd_fen_to_the_first_keys():
    assert money.split(100, {"c": 1, "b": 1, "a": 1}) == {"a": 34, "b": 33, "c": 33}
    assert money.split(-100, {"c": 1, "b": 1, "a": 1}) == {"a": -34, "b": -33, "c": -33}


def test_split_without_weights_shares_only_nothing():
    assert money.split(0, {"a": 0}) == {"a": 0}
    with pytest.raises(ValueError, match="nobody"):
        money.split(1, {"a": 0})
    with pytest.raises(ValueError, match="negative"):
        money.split(1, {"a": -1, "b": 2})
    with pytest.raises(TypeError):
        money.split(1, {"a": 0.5})
