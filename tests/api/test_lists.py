"""Lists: closed parameters, signed cursors, keyset pages, counts only when asked for."""

import base64
import json

import pytest
from django.test import override_settings

from kit import keyset
from kit.api import pagination
from tests.api.client import problem
from tests.factories import OrganizationFactory


@pytest.mark.parametrize(
    "query, name",
    [
        ("foo=1", "foo"),
        ("kind=enterprise&kind=foundation", "kind"),
        ("kind=nothing", "kind"),
        ("parent=x", "parent"),
        ("limit=51", "limit"),
        ("limit=-1", "limit"),
        ("limit=%D9%A5%D9%A0", "limit"),
        ("count=all", "count"),
        ("ordering=name", "ordering"),
        ("ordering=", None),
        ("format=pdf", "format"),
        ("search=%00", "search"),
        ("%00=1", ""),
        ("created_after=yesterday", "created_after"),
        ("created_after=0001-01-01T00:00:00%2B14:00", "created_after"),
        ("created_after=1591-11-22T21:48:13-23:44", "created_after"),
        ("created_after=2026-01-01T00:00:00%2B08:00", None),
        ("search=" + "长" * 201, "search"),
        ("page=2", "page"),
        ("offset=50", "offset"),
    ],
)
def test_a_bad_parameter_is_named(call, query, name):
    answer = call("cadre_chen").get(f"/organizations/?{query}")
    if name is None:
        assert answer.status_code == 200
        return
    assert list(problem(answer, 400)["errors"]) == [name]


def test_a_detail_and_a_verb_take_no_parameters(call, cast):
    cadre = call("cadre_chen")
    problem(cadre.get(f"/organizations/{cast.company.pk}/?foo=1"), 400, "unknown_parameter")
    problem(cadre.post(f"/organizations/{cast.company.pk}/retire/?force=1", {"reason": "x"}), 400, "unknown_parameter")


def _cursors():
    payload = json.dumps([0, "d511902/"]).encode()
    yield "x"
    yield "长"
    yield "%00"
    yield base64.urlsafe_b64encode(payload).decode()
    yield base64.urlsafe_b64encode(b"0" * 16 + payload).decode()
    yield keyset.write_cursor(["d511902/"], back=False, purpose="people:-id")
    good = keyset.write_cursor(["d511902/"], back=False, purpose="organizations:path")
    yield good[:-2]
    yield good[:30] + ("A" if good[30] != "A" else "B") + good[31:]


@pytest.mark.parametrize("number", range(8))
def test_a_cursor_made_up_by_hand_is_refused(call, number):
    cursor = list(_cursors())[number]
    assert list(problem(call("cadre_chen").get(f"/organizations/?cursor={cursor}"), 400)["errors"]) == ["cursor"]


def test_control_a_cursor_we_gave_works(call):
    good = keyset.write_cursor(["d511902/t107/c1/"], back=False, purpose="organizations:path")
    assert call("cadre_chen").get(f"/organizations/?cursor={good}").status_code == 200


@override_settings(API_RATES={"address": 10**6, "read": 10**6, "write": 10**6})
@pytest.mark.parametrize("ordering", ["path", "-path", "-id"])
def test_pages_forward_and_back_hold_every_row_once_in_order(call, cast, ordering):
    for _ in range(45):
        OrganizationFactory(parent=cast.sanjiang)
    cadre = call("cadre_chen")
    everything = [r["id"] for r in cadre.get(f"/organizations/?limit=200&ordering={ordering}").json()["results"]]
    assert len(everything) == len(set(everything)) == 56
    page, seen, pages = cadre.get(f"/organizations/?limit=20&ordering={ordering}").json(), [], []
    while True:
        pages.append([r["id"] for r in page["results"]])
        seen += pages[-1]
        if page["next"] is None:
            break
        page = cadre.get(page["next"]).json()
    assert seen == everything
    assert [len(each) for each in pages] == [20, 20, 16]
    back = []
    while page["previous"]:
        page = cadre.get(page["previous"]).json()
        back.append([r["id"] for r in page["results"]])
    assert back == [pages[1], pages[0]]


def test_rows_added_meanwhile_neither_repeat_nor_hide_others(call, cast):
    for _ in range(25):
        OrganizationFactory(parent=cast.sanjiang)
    cadre = call("cadre_chen")
    first = cadre.get("/organizations/?limit=20&ordering=-id").json()
    expected = {r["id"] for r in cadre.get("/organizations/?limit=200&ordering=-id").json()["results"]}
    OrganizationFactory(parent=cast.sanjiang)  # would push everything one place down under offsets
    second = cadre.get(first["next"]).json()
    ids = [r["id"] for r in first["results"] + second["results"]]
    assert len(ids) == len(set(ids)) == len(expected)
    assert set(ids) == expected


def test_count_only_when_asked_and_capped(call, cast, monkeypatch):
    cadre = call("cadre_chen")
    assert cadre.get("/organizations/").json()["count"] is None
    assert cadre.get("/organizations/?count=exact").json()["count"] == 11
    assert cadre.get("/organizations/?count=capped").json()["count"] == 11
    monkeypatch.setattr(pagination, "COUNT_CAP", 9)
    assert cadre.get("/organizations/?count=capped").json()["count"] == "9+"
