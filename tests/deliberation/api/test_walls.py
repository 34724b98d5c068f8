"""S1, S2, S4 for the API of 议事协调: every route × method × the whole cast and the people of the body."""

import pytest
import time_machine
from django.db import transaction

from deliberation.api import urls
from kit import policies, throttling
from tests.api.client import Caller
from tests.cast import make_cast
from tests.deliberation.api.rows import Matter
from tests.deliberation.api.walls import PEOPLE, WALLS
from tests.deliberation.conftest import NOW, make_room
from tests.permission_matrix.matrix import routes

PREFIXES = tuple(f"/api/v1/{prefix}/" for prefix, _, _ in urls.router.registry)


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """The matter, made once for all walls in one transaction, and everybody at the API."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        matter = Matter(make_room(make_cast()))
        yield matter, {who: Caller(matter.person(who)) for who in PEOPLE}
        transaction.set_rollback(True)


def test_every_route_and_method_has_a_wall():
    wanted = {str(route) for route in routes("/api/") if route.path.startswith(PREFIXES)}
    assert {wall.route for wall in WALLS} == wanted


def answers(wall, house):
    matter, callers = house
    throttling.forget()
    found = {}
    for who in PEOPLE:
        point = transaction.savepoint()
        path, body = wall.path(matter), wall.body(matter)
        found[who] = callers[who].send(wall.route.split(" ")[0], path, body, **wall.headers).status_code
        transaction.savepoint_rollback(point)
    return found


@pytest.mark.parametrize("wall", WALLS, ids=str)
def test_s1_cells(wall, house):
    assert answers(wall, house) == {who: wall.expected(who) for who in PEOPLE}


def test_control_a_hole_in_the_table_shows(house, monkeypatch):
    wall = next(each for each in WALLS if each.route.endswith("/accept/") and each.may)
    wide = policies.grant("unit_secretary", where=policies.subtree)
    monkeypatch.setitem(policies._table, "motion.handle", (wide, *policies._table["motion.handle"]))
    found = answers(wall, house)
    assert {who for who in PEOPLE if found[who] != wall.expected(who)} == {"secretary_li"}
