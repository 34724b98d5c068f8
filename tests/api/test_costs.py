"""What a request costs in queries (P1, P2): the same at 2 rows and at 20."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kit import tokens
from tests.api.client import Caller
from tests.factories import OrganizationFactory, PersonFactory, PostingFactory


@pytest.mark.parametrize("resource", ["organizations", "people", "postings", "memberships", "joint-orgs", "divisions"])
def test_p1_a_list_costs_the_same_at_2_and_20_rows_and_at_most_5_queries(cast, resource, django_assert_max_num_queries):

    program = Caller(token=_token(cast.cadre_chen))
    program.get(f"/{resource}/")  # notes the token's use
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as found:
            page = program.get(f"/{resource}/?limit=200&count=capped").json()
        counts.append((len(found), len(page["results"])))
        for _ in range(20):
            _one_more(cast)
    assert counts[0][0] == counts[1][0] <= 5, [q["sql"][:150] for q in found]
    if resource in ("organizations", "people", "postings"):
        assert counts[1][1] >= counts[0][1] + 20


def _one_more(cast):

    organization = OrganizationFactory(parent=cast.sanjiang)
    PostingFactory(person=PersonFactory(organization=organization), organization=organization)


@pytest.mark.parametrize(
    "resource, who", [("organizations", "company"), ("people", "secretary_li"), ("joint-orgs", "tianma")]
)
def test_p2_a_detail_costs_at_most_7_queries(cast, resource, who):

    program = Caller(token=_token(cast.cadre_chen))
    program.get("/me/")
    row = getattr(cast, who, None) or cast[who]
    with CaptureQueriesContext(connection) as found:
        assert program.get(f"/{resource}/{row.pk}/").status_code == 200
    assert len(found) <= 7, [q["sql"][:150] for q in found]


def _token(person, *scopes):

    now = timezone.now()
    return tokens.issue_token(
        actor=person,
        name="t",
        scopes=list(scopes or ("read", "write", "export")),
        expires_at=now + timedelta(days=1),
        now=now,
    )[1]


@pytest.mark.parametrize("what", ["create", "retire", "change"])
def test_p3_a_write_costs_at_most_16_statements_beside_its_own_savepoints(cast, what):
    """Token, throttle, key, standing, the verb with its locks, fact, audit, and the row shown again with its trail."""
    program = Caller(token=_token(cast.cadre_chen))
    body = {"kind": "cooperative", "name": "某合作社", "parent": str(cast.sanjiang.pk)}
    address = program.post("/organizations/", body).json()["links"]["self"]
    with CaptureQueriesContext(connection) as found:
        if what == "create":
            assert program.post("/organizations/", body).status_code == 201
        elif what == "retire":
            assert program.post(f"{address}retire/", {"reason": "注销"}).status_code == 200
        else:
            assert program.patch(address, {"name": "改名"}, if_match="*").status_code == 200
    asked = [q["sql"] for q in found if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 16, "\n".join(f"{n} {sql[:110]}" for n, sql in enumerate(asked, 1))
