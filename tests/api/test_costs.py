"""What a request costs in queries (P1–P3): the same at 2 rows and at 20. Every list: tests/costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kit import tokens
from tests.api.client import Caller
from tests.resources.stages import layered, settling
from tests.resources.test_demands import submitted, written


@pytest.mark.parametrize("light", ["", "&light=yellow", "&state=accepted&quarter=2026Q4"])
@pytest.mark.parametrize("resource", ["demands", "demand-layers"])
def test_p1_demands_cost_the_same_at_2_and_20_rows_and_at_most_5_queries(cast, resource, light):
    if light and resource != "demands":
        light = "&level=check"
    for who in ("cadre_chen", "secretary_li"):
        program = Caller(token=_token(cast[who]))
        program.get(f"/{resource}/")  # notes the token's use
        counts = []
        for more in (2, 18):
            for _ in range(more):
                layered(cast)
                settling(cast)
            with CaptureQueriesContext(connection) as found:
                page = program.get(f"/{resource}/?limit=200&count=capped{light}").json()
            counts.append((len(found), len(page["results"])))
        assert counts[0][0] == counts[1][0] <= 5, [q["sql"][:150] for q in found]
        assert counts[1][1] >= counts[0][1] + 18 or light == "&light=yellow"


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


def test_p2_a_demand_with_layers_settlement_and_trail_costs_at_most_7_queries(cast):
    row = settling(cast)
    program = Caller(token=_token(cast.secretary_li))
    program.get("/me/")
    with CaptureQueriesContext(connection) as found:
        assert program.get(f"/demands/{row.pk}/").status_code == 200
    assert len(found) <= 7, [q["sql"][:150] for q in found]


@pytest.mark.parametrize("what", ["create", "submit", "accept"])
def test_p3_a_write_to_a_demand_costs_at_most_16_statements(cast, what):
    li, chen = Caller(token=_token(cast.secretary_li)), Caller(token=_token(cast.cadre_chen))
    draft, handed_in = written(cast), submitted(cast)
    chen.get("/demands/")
    li.get("/demands/")
    with CaptureQueriesContext(connection) as found:
        if what == "create":
            body = {"unit": str(cast.mingyue.pk), "body": str(cast.tianma.pk), "category": "water", "title": "提灌站"}
            assert li.post("/demands/", body | {"text": "水泵坏了。"}).status_code == 201
        elif what == "submit":
            assert li.post(f"/demands/{draft.pk}/submit/").status_code == 200
        else:
            assert chen.post(f"/demands/{handed_in.pk}/accept/").status_code == 200
    asked = [q["sql"] for q in found if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 16, "\n".join(f"{n} {sql[:110]}" for n, sql in enumerate(asked, 1))


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
