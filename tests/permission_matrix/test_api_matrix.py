"""S1 for the REST API: every cell has the status that the policy table gives it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from deliberation.api import urls as deliberation
from kit import policies, throttling, tokens
from tests.api.client import Caller
from tests.cast import CAST, make_cast
from tests.permission_matrix.api_rows import API_OPEN, API_ROWS
from tests.permission_matrix.matrix import ADMINISTRATORS, routes

# In the middle of a matter, for the whole cast and the people of the body: tests/deliberation/api/test_walls.py.
ELSEWHERE = tuple(f"/api/v1/{prefix}/" for prefix, _, _ in deliberation.router.registry)


def test_every_route_and_method_has_a_row():
    found = [route for route in routes("/api/") if route.path not in API_OPEN]
    wanted = {str(route) for route in found if not route.path.startswith(ELSEWHERE)}
    told = {row.route for row in API_ROWS}
    assert wanted - told == set(), "these routes need a row in tests/permission_matrix/api_rows.py"
    assert told - wanted == set(), "these rows speak of routes that are gone"
    assert len(wanted) > 25


def test_every_business_verb_of_the_api_is_in_the_table_and_no_administrator_has_one():
    for verb in {row.verb for row in API_ROWS if row.verb} - {"admin.staff"}:
        roles = set().union(*(grant.roles for grant in policies.table()[verb]))
        assert roles
        assert not roles & ADMINISTRATORS, verb


class House:
    """The standing case, made once for all cells, and how each member comes to the API."""

    def __init__(self) -> None:
        self.cast = make_cast()
        self._callers: dict[tuple[str, bool], Caller] = {}

    def caller(self, who: str, *, browser: bool) -> Caller:
        key = (who, browser)
        if key not in self._callers:
            person = self.cast[who]
            if browser or person.pk is None:
                self._callers[key] = Caller(person)
            else:
                now = timezone.now()
                _, secret = tokens.issue_token(
                    actor=person, name="t", scopes=["read", "write"], expires_at=now + timedelta(days=1), now=now
                )
                self._callers[key] = Caller(token=secret)
        return self._callers[key]


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """One transaction for the module, rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = House()
        for who in CAST:
            for browser in (False, True):
                made.caller(who, browser=browser)
        yield made
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _unhurried(settings):
    settings.API_RATES = {"address": 10**6, "read": 10**6, "write": 10**6}
    throttling.forget()


@pytest.mark.parametrize("row", API_ROWS, ids=str)
def test_s1_cells(row, house):
    """One row, the whole cast; every cell starts from the same rows."""
    found, wanted = {}, {}
    for who in CAST:
        point = transaction.savepoint()
        path, body = row.path(house.cast), row.body(house.cast) if row.body else None
        answer = house.caller(who, browser=row.browser).send(row.method, path, body, **row.headers)
        found[who], wanted[who] = answer.status_code, row.expected(who, house.cast)
        transaction.savepoint_rollback(point)
    assert found == wanted


def test_control_a_hole_in_the_table_shows(house, monkeypatch):
    """With a grant too many in the product, the cell differs from the table that was read before."""
    row = next(r for r in API_ROWS if r.route.startswith("PATCH /api/v1/organizations/") and r.at == "mingyue")
    wanted = row.expected("secretary_li", house.cast)
    wide = policies.grant("unit_secretary", where=policies.subtree)
    monkeypatch.setitem(policies._table, row.verb, (wide, *policies._table[row.verb]))
    point = transaction.savepoint()
    answer = house.caller("secretary_li", browser=False).send(
        row.method, row.path(house.cast), row.body(house.cast), **row.headers
    )
    transaction.savepoint_rollback(point)
    assert (wanted, answer.status_code) == (403, 200)
