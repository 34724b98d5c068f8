"""Tokens over HTTP: made in the browser, used by programs, dead when revoked, expired or their owner is disabled."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kit.models import ApiToken, IdempotencyRecord
from orgs.models import Person
from tests.api.client import Caller, problem


def body(**changes):
    expires = (timezone.now() + timedelta(days=30)).isoformat(timespec="seconds")
    return {"name": "台账同步", "scopes": ["read"], "expires_at": expires} | changes


@pytest.fixture
def li(call):
    return call("secretary_li")


def test_made_once_shown_once(li):
    made = li.post("/tokens/", body(), idempotency_key="k")
    assert made.status_code == 201
    secret = made.json()["token"]
    assert secret.startswith("lct_")
    assert "token" not in li.get(made.json()["links"]["self"]).json()
    again = li.post("/tokens/", body(expires_at=made.json()["expires_at"]), idempotency_key="k")
    assert again.status_code in (201, 409)
    assert not IdempotencyRecord.objects.filter(answer__icontains=secret).exists()


def test_a_repetition_shows_no_secret_and_makes_no_second_token(li):
    wanted = body()
    first = li.post("/tokens/", wanted, idempotency_key="k").json()
    again = li.post("/tokens/", wanted, idempotency_key="k").json()
    assert again == first | {"token": None}
    assert ApiToken.objects.count() == 1


def use(li, **changes) -> Caller:
    return Caller(token=li.post("/tokens/", body(**changes)).json()["token"])


def test_a_program_sees_what_its_owner_sees(li, cast):
    program = use(li)
    assert program.get("/me/").json()["person"]["id"] == str(cast.secretary_li.pk)
    assert program.get("/organizations/").json() == li.get("/organizations/").json()


def test_scopes_narrow(li, call, cast):
    reader = use(li)
    problem(reader.post("/organizations/", {}), 403, "token_scope")
    problem(reader.get("/organizations/?format=csv"), 403, "token_scope")
    assert use(li, scopes=["read", "export"]).get("/organizations/?format=csv").status_code == 200
    problem(use(li, scopes=["write"]).get("/organizations/"), 403, "token_scope")
    writer = use(call("cadre_chen"), scopes=["write"])
    unit = {"kind": "enterprise", "name": "程序登记的公司", "parent": str(cast.sanjiang.pk)}
    assert writer.post("/organizations/", unit).status_code == 201


def test_a_token_keeps_no_tokens(li):
    program = use(li, scopes=["read", "write", "export"])
    problem(program.get("/tokens/"), 403, "session_needed")
    problem(program.post("/tokens/", body()), 403, "session_needed")


def test_revoked_it_is_dead_with_the_next_request(li):
    program = use(li)
    row = li.get("/tokens/").json()["results"][0]
    assert [a["verb"] for a in row["actions"]] == ["revoke"]
    assert program.get("/me/").status_code == 200
    revoked = li.post(f"{row['links']['self']}revoke/")
    assert (revoked.status_code, revoked.json()["is_live"], revoked.json()["actions"]) == (200, False, [])
    problem(program.get("/me/"), 401)
    problem(li.post(f"{row['links']['self']}revoke/"), 409, "token_revoked")


def test_a_disabled_owner_and_an_expired_token_are_401(li, cast):
    program = use(li)
    Person.objects.filter(pk=cast.secretary_li.pk).update(is_active=False)
    problem(program.get("/me/"), 401)
    Person.objects.filter(pk=cast.secretary_li.pk).update(is_active=True)
    ApiToken.objects.update(created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now())
    problem(program.get("/me/"), 401)


def test_anothers_tokens_are_hidden(li, call):
    address = li.post("/tokens/", body()).json()["links"]["self"]
    wang = call("secretary_wang")
    problem(wang.get(address), 404)
    problem(wang.post(f"{address}revoke/"), 404)
    assert wang.get("/tokens/").json()["results"] == []


@pytest.mark.parametrize(
    "header", ["Token", "Token ", "Token x y", "Bearer x", "Basic YTpi", "Token " + "x" * 300, "Token \xff"]
)
def test_a_malformed_header_is_401(db, header):
    problem(Caller().get("/me/", authorization=header), 401)


def test_use_is_noted_without_a_write_per_request(li, django_assert_num_queries):
    program = use(li)
    program.get("/divisions/")
    assert ApiToken.objects.get().last_used_at is not None
    with django_assert_num_queries(2):  # token with person, and the list: no write
        program.get("/divisions/")


def test_no_answer_is_kept_on_the_way(li):
    for answer in (use(li).get("/me/"), li.get("/organizations/"), li.get("/nothing/"), li.get("/people/?format=csv")):
        assert answer.headers["Cache-Control"] == "private, no-store"
