"""A list found part by part (home, unit, each body) shows the same rows in the same order as the one condition."""

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.lookups import Exact
from django.test.utils import CaptureQueriesContext

from kit import keyset
from kit.ids import new_id
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


@pytest.fixture
def whole(monkeypatch):
    """What is asked here is asked by the one condition."""

    def ask(question, *given):
        with monkeypatch.context() as patch:
            patch.setattr(keyset, "MOST_PARTS", 1)
            return question(*given)

    return ask


@pytest.mark.parametrize("ordering", ["id", "-id"])
@pytest.mark.parametrize("who", [who for who in CAST if who != "anonymous"])
def test_the_parts_together_are_the_whole(cast, demands, whole, who, ordering):
    seen = Demand.objects.visible_to(cast[who])
    for rows in (seen, seen.filter(state="submitted"), seen.exclude(state="submitted"), seen | seen.filter(state="x")):
        assert pages(rows, ordering) == whole(pages, rows, ordering)
        for cap in (1, 3, 1000):
            assert keyset.count_up_to(rows, cap) == whole(keyset.count_up_to, rows, cap)


def test_the_list_of_a_village_is_asked_part_by_part_and_that_of_many_bodies_is_not(cast, demands, whole):
    rows = Demand.objects.visible_to(cast.secretary_li)
    with CaptureQueriesContext(connection) as asked:
        assert sum(map(len, pages(rows, "-id"))) > 3
    assert all("UNION" in query["sql"] for query in asked)
    with CaptureQueriesContext(connection) as asked:
        whole(pages, rows, "-id")
    assert not any("UNION" in query["sql"] for query in asked)


def test_control_wrong_parts_lose_rows(cast, demands, whole):
    rows = Demand.objects.visible_to(cast.cadre_chen)
    (reach,) = (each.lhs for each in rows.query.where.children if isinstance(each, Exact))
    reach.parts = (Q(pk=new_id()), Q(pk=new_id()))
    assert pages(rows, "-id") != whole(pages, rows, "-id")
