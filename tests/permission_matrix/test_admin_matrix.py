"""S1 for the admin: every cell has the status that the policy table gives it."""

import pytest
from django.test import Client

from kit import policies
from kit.admin import site
from tests.cast import CAST, make_cast
from tests.database import committed, undone
from tests.permission_matrix.admin_rows import ADMIN_ROWS, ADMINISTRATORS
from tests.permission_matrix.affairs import make_affairs
from tests.permission_matrix.matrix import routes


def test_every_route_has_a_row():
    wanted = {route.path for route in routes("/admin/")}
    told = {row.route.split(" ", 1)[1] for row in ADMIN_ROWS}
    assert wanted - told == set(), "these routes need a row in tests/permission_matrix/admin_rows.py"
    assert len(wanted) > 60


def test_every_act_and_every_writer_has_a_row():
    """Acts share one route; each has its own rows all the same."""
    told = {
        (row.route.split("/")[2], row.route.split("/")[3], row.note.split(" ")[0])
        for row in ADMIN_ROWS
        if "do/" in row.route
    }
    wanted = {
        (screen.opts.app_label, screen.opts.model_name, act.name)
        for screen in site._registry.values()
        for act in screen.acts
    }
    assert wanted - told == set()
    assert len(wanted) > 10


def test_no_administrator_holds_a_business_verb():
    for row in ADMIN_ROWS:
        if row.verb and row.verb.split(".")[0] not in ("account", "outbox", "admin"):
            roles = set().union(*(grant.roles for grant in policies.table()[row.verb]))
            assert not roles & ADMINISTRATORS, row.verb


class House:
    """The cast and one browser for each of them."""

    def __init__(self) -> None:
        self.cast = make_cast()
        self.cast.affairs = make_affairs(self.cast)
        self.clients = {}
        for who in CAST:
            self.clients[who] = Client()
            if who != "anonymous":
                self.clients[who].force_login(self.cast[who])


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), committed(House) as made:
        yield made


def visit(house: House, row, who: str) -> int:
    """One cell; every cell starts from the same rows."""
    with undone():
        client, path = house.clients[who], row.path(house.cast)
        return (client.get(path) if row.body is None else client.post(path, row.body(house.cast))).status_code


@pytest.mark.parametrize("row", ADMIN_ROWS, ids=str)
def test_s1_cells(row, house):
    found = {who: visit(house, row, who) for who in CAST}
    assert found == {who: row.expected(who, house.cast) for who in CAST}


def test_control_a_hole_in_the_table_shows(house, monkeypatch):
    """With a grant too many in the product, the cell differs from the table that was read before."""
    row = next(r for r in ADMIN_ROWS if r.verb == "joint_org.dissolve" and r.at == "tianma" and r.body is None)
    wanted = row.expected("secretary_li", house.cast)
    monkeypatch.setitem(policies._table, row.verb, (policies.grant("unit_secretary", where=lambda post, place: True),))
    assert (wanted, visit(house, row, "secretary_li")) == (403, 200)
