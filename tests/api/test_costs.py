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
