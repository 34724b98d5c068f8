"""S1 for the pages: every cell of page × cast, and every page of the address plan has a row or says why not."""

import pytest
from django.db import transaction
from django.test import Client

from tests.cast import CAST, make_cast
from tests.permission_matrix.matrix import routes
from tests.permission_matrix.page_rows import PAGE_ROWS

# Answers to a post, a script or in the middle of a login: tests/orgs/test_*pages*.py and tests/kit/test_pages.py.
ELSEWHERE = (
    "/large-type/",
    "/still-here/",
    "/drafts/",
    "/login/",
    "/logout/",
    "/lock/",
    "/confirm/",
    "/resume/",
    "/me/",
    "/accounts/{id}/{id}/",
    "/styleguide/",
    "/healthz",
    "/readyz",
    "/my-unit/",
    # Downloads, asked of the app of the subject: tests/kit/test_files.py.
    "/files/",
    # One demand in each state, for the whole cast: tests/resources/test_pages.py.
    "/demands/{id}/",
    # In the middle of a matter, for the whole cast: tests/deliberation/test_page_walls.py.
    "/motions/{id}/",
    "/meetings/{id}/",
    "/agenda-items/",
    "/attendances/",
    "/minutes-notes/",
    "/amendments/",
    "/polls/",
    "/resolutions/",
    "/checklists/",
    "/objections/",
    "/public/notices/",
    "/papers/",
    # Whoever has the secret: tests/deliberation/test_feeds.py.
    "/calendar/{id}.ics",
    # For those who answer, and for the whole cast: tests/oversight/test_complaints.py.
    "/complaints/{id}/",
    "/tasks/",
    # One's own, and about an open demand: tests/oversight/test_pages.py.
    "/notifications/read/",
    "/notifications/{id}/",
    "/nudge/",
)


@pytest.fixture(scope="module")
def visits(django_db_setup, django_db_blocker):
    """The standing case, made once; a client for each of the cast."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        clients = {}
        for who in CAST:
            clients[who] = Client()
            if cast[who].pk is not None:
                clients[who].force_login(cast[who])
        yield cast, clients
        transaction.set_rollback(True)


def test_every_page_has_a_row():
    pages = {r.path for r in routes("/") if not r.path.startswith(("/api/", "/admin/"))}
    told = {row.path for row in PAGE_ROWS}
    assert {path for path in pages - told if not path.startswith(ELSEWHERE)} == set()
    assert told <= pages


@pytest.mark.parametrize("row", PAGE_ROWS, ids=str)
def test_s1_cells(row, visits):
    cast, clients = visits
    address = row.address(cast)
    found = {who: clients[who].get(address).status_code for who in CAST}
    assert found == {who: row.expected(who) for who in CAST}
