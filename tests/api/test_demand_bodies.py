"""Bad input for demands: a clear refusal at the field, nothing half-saved."""

import pytest

from resources.models import Demand
from tests.api.client import problem
from tests.api.test_demands_api import words
from tests.resources.test_demands import submitted, verified


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"unit": None}, 400, "unit"),
        ({"unit": "x"}, 400, "unit"),
        ({"unit": lambda c: str(c.yangfan.pk)}, 422, "unit"),
        ({"unit": "01900000-0000-7000-8000-000000000000"}, 422, "unit"),
        ({"body": lambda c: str(c.zengkou_joint.pk)}, 422, "body"),
        ({"body": lambda c: str(c.daxing.pk)}, 422, "body"),
        ({"title": 5}, 400, "title"),
        ({"title": ""}, 400, "title"),
        ({"title": "  "}, 400, "title"),
        ({"title": "长" * 61}, 400, "title"),
        ({"text": "长" * 2001}, 400, "text"),
        ({"text": ["a"]}, 400, "text"),
        ({"category": "gold"}, 400, "category"),
        ({"category": {}}, 400, "category"),
        ({"kind": "person"}, 400, "kind"),
        ({"quantity": "2"}, 400, "quantity"),
        ({"quantity": 2.5}, 400, "quantity"),
        ({"quantity": -1}, 400, "quantity"),
        ({"quantity": 10**10}, 400, "quantity"),
        ({"quantity": True}, 400, "quantity"),
        ({"quantity_unit": ""}, 422, "quantity_unit"),
        ({"quantity_unit": "长" * 11}, 400, "quantity_unit"),
        ({"needed_by_on": "2026-02-30"}, 400, "needed_by_on"),
        ({"needed_by_on": "2026-01-01"}, 422, "needed_by_on"),
        ({"kind": "villager_request", "text": "老王 13912345678 反映路不好"}, 422, "text"),
        ({"state": "accepted"}, 400, "state"),
        ({"author": "x"}, 400, "author"),
        ({"is_filled_in": False}, 400, "is_filled_in"),
        ({"accept_by_on": "2030-01-01"}, 400, "accept_by_on"),
        ({"foo": 1}, 400, "foo"),
    ],
)
def test_bad_values_are_refused_at_the_field_and_nothing_is_saved(call, cast, changes, status, field):
    values = {name: value(cast) if callable(value) else value for name, value in changes.items()}
    refusal = problem(call("secretary_li").post("/demands/", words(cast, **values)), status)
    assert list(refusal["errors"]) == [field]
    assert not Demand.objects.exists()


def test_a_foreign_unit_and_an_absent_one_get_the_same_answer(call, cast):
    li = call("secretary_li")
    foreign = problem(li.post("/demands/", words(cast, unit=str(cast.yangfan.pk))), 422)
    absent = problem(li.post("/demands/", words(cast, unit="01900000-0000-7000-8000-000000000000")), 422)
    assert foreign == absent


def test_for_a_fellow_members_unit_nobody_writes(call, cast):
    problem(call("secretary_li").post("/demands/", words(cast, unit=str(cast.company.pk))), 403)
    problem(call("cadre_chen").post("/demands/", words(cast)), 403)
    assert not Demand.objects.exists()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b'{"reason": "\\u0000"}', 400),
        (b'{"reason": "a", "reason": "b"}', 400),
        (b'{"reason": NaN}', 400),
        (b"[]", 400),
        (b'{"reason": "' + b"a" * 10_000_000 + b'"}', 413),
    ],
    ids=["nul", "twice", "nan", "list", "ten megabytes"],
)
def test_a_body_that_is_no_good_changes_nothing(call, cast, raw, status):
    row = submitted(cast)
    problem(call("cadre_chen").send("POST", f"/demands/{row.pk}/return/", raw=raw), status)
    assert Demand.objects.get(pk=row.pk).state == "submitted"


def test_ten_megabytes_of_text_in_a_demand(call, cast):
    problem(call("secretary_li").post("/demands/", words(cast, text="水" * 4_000_000)), 413)
    assert not Demand.objects.exists()


def test_a_blank_reason_is_refused_at_its_field(call, cast):
    row = submitted(cast)
    for body, status in (({}, 400), ({"reason": "   "}, 400), ({"reason": None}, 400)):
        assert list(problem(call("cadre_chen").post(f"/demands/{row.pk}/return/", body), status)["errors"]) == [
            "reason"
        ]


def test_a_foreign_partner_and_oneself_are_no_partners(call, cast):
    row = verified(cast)
    li = call("secretary_li")
    for partner, code in ((cast.yangfan, None), (cast.mingyue, "not_a_partner")):
        refusal = problem(
            li.post(f"/demands/{row.pk}/offer-settlement/", {"partner": str(partner.pk), "terms": "借用。"}), 422
        )
        assert list(refusal["errors"]) == ["partner"]
        assert code in (None, refusal["code"])


def test_sent_twice_with_one_key_it_is_one_demand_and_another_body_is_told(call, cast):
    li = call("secretary_li")
    first = li.post("/demands/", words(cast), idempotency_key="k1")
    again = li.post("/demands/", words(cast), idempotency_key="k1")
    assert (first.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    problem(li.post("/demands/", words(cast, title="另一件"), idempotency_key="k1"), 409, "idempotency_key_reused")
    problem(li.post("/demands/", words(cast), idempotency_key=""), 400, "idempotency_key_missing")
    assert Demand.objects.count() == 1


def test_the_wrong_moment_is_told_in_words(call, cast):
    row = submitted(cast)
    refusal = problem(call("cadre_chen").post(f"/demands/{row.pk}/verify/", {"way_forward": "可以"}), 409)
    assert "待受理" in refusal["detail"]
    assert refusal["code"] == "illegal_move"
