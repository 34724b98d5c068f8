"""The schematic map: everybody on a tile of their own, on the true side of the hub, whatever the order."""

import random
from math import cos, sin, tau

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.tilemap import MOST, Spot, lay_out


def at(map_, label):
    return next((t.column, t.row) for t in map_.tiles if t.label == label)


def test_the_sanjiang_case_lies_around_its_hub():
    map_ = lay_out(
        [
            Spot("明月村", "/", hub=True, east=106.93, north=31.71),
            Spot("大兴村", "/", east=106.97, north=31.75),
            Spot("天马山村", "/", east=106.89, north=31.71),
        ]
    )
    assert (map_.width, map_.height) == (3, 2)
    assert at(map_, "大兴村") == (3, 1)
    assert at(map_, "天马山村") == (1, 2)
    assert at(map_, "明月村") == (2, 2)
    assert len(map_.lines) == 2


def test_two_villages_without_coordinates_stand_side_by_side():
    map_ = lay_out([Spot("龙门村", "/", hub=True), Spot("双寨村", "/")])
    assert (map_.width, map_.height) == (2, 1)


def test_one_alone_and_nobody():
    assert (lay_out([Spot("民主村", "/")]).width, lay_out([]).tiles) == (1, ())


def test_too_many_are_refused():
    with pytest.raises(ValueError, match="40"):
        lay_out(Spot(str(n), "/") for n in range(MOST + 1))


places = st.lists(
    st.tuples(st.floats(106, 108, allow_nan=False), st.floats(31, 33, allow_nan=False)), min_size=1, max_size=MOST
)


@given(places, st.booleans(), st.randoms(use_true_random=False))
def test_everybody_has_one_tile_of_their_own_whatever_the_order(where, located, rng: random.Random):
    spots = [
        Spot(f"村{n}", "/", hub=n == 0, east=east if located else None, north=north if located else None)
        for n, (east, north) in enumerate(where)
    ]
    first = lay_out(spots)
    assert sorted(t.label for t in first.tiles) == sorted(s.label for s in spots)
    assert len({(t.column, t.row) for t in first.tiles}) == len(spots)
    assert all(1 <= t.column <= first.width <= 5 and 1 <= t.row <= first.height <= 8 for t in first.tiles)
    rng.shuffle(spots)
    assert lay_out(spots) == first


@given(st.integers(0, 7), st.floats(0.01, 1))
def test_a_member_stands_on_its_true_side(eighth, distance):
    angle = eighth / 8 * tau
    map_ = lay_out(
        [
            Spot("中心", "/", hub=True, east=0.0, north=0.0),
            Spot("成员", "/", east=distance * sin(angle), north=distance * cos(angle)),
        ]
    )
    (hub_column, hub_row), (column, row) = at(map_, "中心"), at(map_, "成员")
    assert (column - hub_column, row - hub_row) == (round(sin(angle)), -round(cos(angle)))
