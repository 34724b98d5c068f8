"""Writes: once per key, never over another's text, with CSRF, throttled; 503 while the database is away."""

import pytest
from django.db import InterfaceError, OperationalError

from kit import throttling
from orgs.models import Organization
from tests.api.client import problem


def unit(cast, **changes):
    return {"kind": "enterprise", "name": "某公司", "parent": str(cast.sanjiang.pk)} | changes


def test_without_a_key_nothing_is_written(call, cast):
    answer = call("cadre_chen").post("/organizations/", unit(cast), idempotency_key="")
    assert list(problem(answer, 400, "idempotency_key_missing")["errors"]) == ["Idempotency-Key"]
    assert not Organization.objects.filter(name="某公司").exists()
    problem(call("cadre_chen").post("/organizations/", unit(cast), idempotency_key="a" * 81), 400)


def test_same_key_same_body_same_answer_one_effect(call, cast):
    cadre = call("cadre_chen")
    first = cadre.post("/organizations/", unit(cast), idempotency_key="k")
    again = cadre.post("/organizations/", unit(cast), idempotency_key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert Organization.objects.filter(name="某公司").count() == 1


def test_same_key_other_body_or_address_is_409(call, cast):
    cadre = call("cadre_chen")
    cadre.post("/organizations/", unit(cast), idempotency_key="k")
    problem(
        cadre.post("/organizations/", unit(cast, name="另一家"), idempotency_key="k"), 409, "idempotency_key_reused"
    )
    problem(
        cadre.post(f"/organizations/{cast.company.pk}/retire/", {"reason": "x"}, idempotency_key="k"),
        409,
        "idempotency_key_reused",
    )
    assert not Organization.objects.filter(name="另一家").exists()


def test_a_repetition_after_the_row_moved_on_still_gets_the_first_answer(call, cast):
    cadre = call("cadre_chen")
    made = cadre.post("/organizations/", unit(cast)).json()["links"]["self"]
    first = cadre.post(f"{made}retire/", {"reason": "注销"}, idempotency_key="k")
    again = cadre.post(f"{made}retire/", {"reason": "注销"}, idempotency_key="k")
    assert first.json() == again.json()
    problem(cadre.post(f"{made}retire/", {"reason": "注销"}), 409, "illegal_move")


def test_a_stale_text_is_412_and_nothing_is_overwritten(call, cast):
    cadre = call("cadre_chen")
    address = f"/organizations/{cast.company.pk}/"
    seen = cadre.get(address).headers["ETag"]
    assert cadre.patch(address, {"contact_phone": "0827-5550000"}, if_match=seen).status_code == 200
    problem(cadre.patch(address, {"name": "盖掉"}, if_match=seen), 412, "stale_version")
    problem(cadre.patch(address, {"name": "盖掉"}, if_match='"x"'), 412)
    problem(cadre.patch(address, {"name": "盖掉"}, if_match=""), 400, "if_match_missing")
    cast.company.refresh_from_db()
    assert (cast.company.name, cast.company.contact_phone) == ("某农业公司", "0827-5550000")
    assert cadre.patch(address, {"name": "改名"}, if_match="*").status_code == 200


def test_the_answer_of_a_patch_carries_the_next_etag(call, cast):
    cadre = call("cadre_chen")
    address = f"/organizations/{cast.company.pk}/"
    first = cadre.patch(address, {"name": "一"})
    assert cadre.patch(address, {"name": "二"}, if_match=first.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_while_the_database_is_away_503_with_retry_after(call, monkeypatch, error):
    cadre = call("cadre_chen")

    def away(*args, **kwargs):
        raise error

    monkeypatch.setattr("orgs.selectors.organizations", away)
    answer = cadre.get("/organizations/")
    problem(answer, 503, "database_away")
    assert int(answer.headers["Retry-After"]) > 0


def test_control_a_fault_of_ours_is_not_hidden(call, monkeypatch):
    def fault(*args, **kwargs):
        raise RuntimeError("a bug")

    monkeypatch.setattr("orgs.selectors.organizations", fault)
    with pytest.raises(RuntimeError, match="a bug"):
        call("cadre_chen").get("/organizations/")


def test_a_browser_write_needs_the_csrf_token(call, cast):
    browser = call("cadre_chen", csrf=True)
    problem(browser.post("/organizations/", unit(cast)), 403, "csrf_failed")
    assert browser.get("/organizations/").status_code == 200


@pytest.fixture
def one_minute(monkeypatch):
    """All requests of a test fall into the same window, however slow the machine is."""
    monkeypatch.setattr(throttling, "window_now", lambda: (1, 30.0))


@pytest.mark.parametrize("rate, ask", [("write", "post"), ("read", "get"), ("address", "get")])
def test_throttles_answer_429_with_retry_after(call, settings, one_minute, rate, ask):
    settings.API_RATES = {"address": 1000, "read": 1000, "write": 1000} | {rate: 3}
    cadre = call("cadre_chen")
    answers = [getattr(cadre, ask)("/organizations/") for _ in range(4)]
    assert [a.status_code for a in answers[:3]] == [400 if ask == "post" else 200] * 3
    problem(answers[3], 429, "throttled")
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60


def test_writes_are_counted_over_all_processes(call, settings, one_minute):
    """Another process has no memory of this one; what it shares is the database."""

    settings.API_RATES = {"address": 1000, "read": 1000, "write": 2}
    cadre = call("cadre_chen")
    cadre.post("/organizations/")
    throttling.forget()
    cadre.post("/organizations/")
    throttling.forget()
    problem(cadre.post("/organizations/"), 429)


def test_one_persons_rate_is_not_anothers(call, settings, one_minute):
    settings.API_RATES = {"address": 1000, "read": 1, "write": 1000}
    assert call("cadre_chen").get("/organizations/").status_code == 200
    assert call("district_zhao").get("/organizations/").status_code == 200
