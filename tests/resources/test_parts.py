"""A list found part by part (home, unit, each body) shows the same rows in the same order as the one condition."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kit import keyset
from resources.models import Demand
from tests.cast import CAST
from tests.resources.stages import STAGES


def pages(rows, ordering: str, limit: int = 2) -> list[list]:
    """Every page of the list, forwards, by the ids on it."""
    found, cursor = [], None
    while True:
        page = keyset.paginate(
            rows, columns=["id"], ordering=[ordering], limit=limit, cursor=cursor, write=lambda values, back: values[0]
        )
        found.append([row["id"] for row in page.rows])
        if page.next is None:
            return found
        cursor = keyset.Cursor((page.next,), back=False)


@pytest.fixture
def demands(cast):
    for make in STAGES.values():
        make(cast)


def whole(rows):
    rows = rows.all()
    rows.query.parts = ()
    return rows


@pytest.mark.parametrize("ordering", ["id", "-id"])
@pytest.mark.parametrize("who", [who for who in CAST if who != "anonymous"])
def test_the_parts_together_are_the_whole(cast, demands, who, ordering):
    for rows in (Demand.objects.visible_to(cast[who]), Demand.objects.visible_to(cast[who]).filter(state="submitted")):
        assert pages(rows, ordering) == pages(whole(rows), ordering)
        for cap in (1, 3, 1000):
            assert keyset.count_up_to(rows, cap) == keyset.count_up_to(whole(rows), cap)


def test_the_list_of_a_village_is_asked_part_by_part_and_that_of_many_bodies_is_not(cast, demands, monkeypatch):
    rows = Demand.objects.visible_to(cast.secretary_li)
    with CaptureQueriesContext(connection) as asked:
        assert sum(map(len, pages(rows, "-id"))) > 3
    assert all("UNION" in query["sql"] for query in asked if "resources_demand" in query["sql"])
    monkeypatch.setattr(keyset, "MOST_PARTS", 1)
    with CaptureQueriesContext(connection) as asked:
        pages(Demand.objects.visible_to(cast.secretary_li), "-id")
    assert not any("UNION" in query["sql"] for query in asked)


def test_control_a_part_left_out_loses_rows(cast, demands):
    rows = Demand.objects.visible_to(cast.cadre_chen)
    kept = rows.all()
    kept.query.parts = tuple(part for part in rows.query.parts if "home_id" not in str(part))[:1] * 2
    assert pages(kept, "-id") != pages(rows, "-id")
