"""Bodies, addresses and methods: what is malformed gets a clear refusal at its name, never a 500."""

import pytest

from orgs.models import Organization, Person
from tests.api.client import Caller, problem


def unit(cast, **changes):
    return {"kind": "enterprise", "name": "某公司", "parent": str(cast.sanjiang.pk)} | changes


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"name": 5}, "name"),
        ({"name": True}, "name"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": ["某公司"]}, "name"),
        ({"name": {"a": 1}}, "name"),
        ({"name": "长" * 81}, "name"),
        ({"kind": 7}, "kind"),
        ({"kind": ["enterprise"]}, "kind"),
        ({"kind": "Enterprise"}, "kind"),
        ({"parent": 12}, "parent"),
        ({"parent": "x"}, "parent"),
        ({"parent": {}}, "parent"),
        ({"parent": "019AB000-0000-7000-8000-000000000000"}, "parent"),
        ({"division": 511902107205}, "division"),
        ({"division": "5119021072051"}, "division"),
    ],
)
def test_a_wrong_type_is_refused_at_the_field(call, cast, changes, field):
    before = Organization.objects.count()
    refusal = problem(call("cadre_chen").post("/organizations/", unit(cast, **changes)), 400, "invalid")
    assert list(refusal["errors"]) == [field]
    assert Organization.objects.count() == before


@pytest.mark.parametrize(
    "field", ["id", "path", "state", "state_label", "created_at", "actions", "links", "initials", "foo", "长" * 100]
)
def test_s3_unknown_and_read_only_fields_are_refused_by_name(call, cast, field):
    before = Organization.objects.count()
    refusal = problem(call("cadre_chen").post("/organizations/", unit(cast, **{field: "x"})), 400)
    assert list(refusal["errors"]) == [field[:60]]
    assert Organization.objects.count() == before


@pytest.mark.parametrize("field", [f.name for f in Person._meta.concrete_fields])
def test_s3_mass_assignment_of_every_column(call, cast, field):
    """Whatever column a body names beyond those the verb takes is refused; the row stays as it was."""
    takes = {"name", "sex", "party_post", "identity_type", "work_phone"}
    before = Person.objects.filter(pk=cast.secretary_li.pk).values().get()
    answer = call("cadre_chen").patch(f"/people/{cast.secretary_li.pk}/", {field: before[_column(field)] or "x"})
    if field in takes:
        return
    assert list(problem(answer, 400)["errors"]) == [field]
    assert Person.objects.filter(pk=cast.secretary_li.pk).values().get() == before


def _column(field):
    return Person._meta.get_field(field).attname


def test_s3_mass_assignment_bodies_are_json_even_with_odd_values(call, cast):
    answer = call("cadre_chen").send(
        "PATCH", f"/people/{cast.secretary_li.pk}/", {"is_active": False, "name": "李顺"}, if_match="*"
    )
    assert list(problem(answer, 400)["errors"]) == ["is_active"]


@pytest.mark.parametrize(
    "raw, status",
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"1", 400),
        (b'{"name": NaN}', 400),
        (b'{"name": 1e999}', 400),
        (b'{"name": ' + b"9" * 5000 + b"}", 400),
        (b'{"name": "a", "name": "b"}', 400),
        (b'{"name": "\\u0000"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"\\ud800": 1}', 400),
        (b'{"\\u0000": 1}', 400),
        (b'{"name": "\xff\xfe"}', 400),
        (b"\xef\xbb\xbf{}", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 50 + b"1" + b"}" * 50, 400),
        (b'{"name": "' + b"a" * 10_000_000 + b'"}', 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_that_is_no_good_json(call, raw, status):
    problem(call("cadre_chen").send("POST", "/organizations/", raw=raw), status)


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data", "text/xml", "x"])
def test_other_media_types_are_415(call, content_type):
    answer = call("cadre_chen").send("POST", "/organizations/", raw=b"name=x", content_type=content_type)
    problem(answer, 415)


def test_ten_megabytes_of_text_in_a_form_are_refused_too(call):
    raw = b"name=" + b"a" * 10_000_000
    answer = call("cadre_chen", csrf=True).send(
        "POST", "/organizations/", raw=raw, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (403, 413, 415)


@pytest.mark.parametrize("day", ["2026-02-30", "2026-2-3", "0000-00-00", "9999-12-31", "２０２６-01-01", 20260101, ""])
def test_a_malformed_date_is_refused_at_the_field(call, cast, day):
    body = {"joint_org": str(cast.tianma.pk), "unit": str(cast.longmen.pk), "from_on": day}
    assert list(problem(call("cadre_chen").post("/memberships/", body), 400)["errors"]) == ["from_on"]


def test_several_faults_are_told_at_once(call):
    refusal = problem(call("cadre_chen").post("/organizations/", {"name": 5, "foo": 1}), 400)
    assert set(refusal["errors"]) == {"kind", "name", "foo"}


@pytest.mark.parametrize("path", ["/nothing/", "/organizations/x/y/z/", "/Organizations/", "/…/"])
def test_any_other_address_is_the_same_json_404(call, path):
    assert problem(call("cadre_chen").get(path), 404) == problem(Caller().get(path), 404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"])
def test_other_methods_are_405(call, method):
    problem(call("cadre_chen").send(method, "/organizations/", {}), 405)


def test_the_accept_header_changes_nothing(call):
    answer = call("cadre_chen").get("/organizations/", accept="text/html")
    assert answer.headers["Content-Type"] == "application/json"


def test_anonymous_is_401_everywhere(cast):
    nobody = Caller()
    for path in ("/organizations/", "/me/", "/tokens/", f"/people/{cast.secretary_li.pk}/"):
        answer = nobody.get(path)
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Token")
    problem(nobody.post("/organizations/", {}), 401)
