"""The contract for every resource: what is malformed gets a clear 400 at its name, and nothing a client sends a 500."""

import base64
import json

import pytest
from django.db import InterfaceError, OperationalError
from django.test import override_settings

from kit.api import pagination
from orgs.models import Organization, Person
from tests.api.client import Caller, problem
from tests.factories import OrganizationFactory, PersonFactory

# --- query parameters -------------------------------------------------------------------------------------------------


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
        ("created_after=0001-01-01T00:00:00%2B14:00", None),
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


# --- cursors ----------------------------------------------------------------------------------------------------------


def _cursors():
    payload = json.dumps([0, "d511902/"]).encode()
    yield "x"
    yield "长"
    yield "%00"
    yield base64.urlsafe_b64encode(payload).decode()
    yield base64.urlsafe_b64encode(b"0" * 16 + payload).decode()
    yield pagination.write_cursor(["d511902/"], back=False, purpose="people:-id")
    good = pagination.write_cursor(["d511902/"], back=False, purpose="organizations:path")
    yield good[:-2]
    yield good[:30] + ("A" if good[30] != "A" else "B") + good[31:]


@pytest.mark.parametrize("number", range(8))
def test_a_cursor_made_up_by_hand_is_refused(call, number):
    cursor = list(_cursors())[number]
    assert list(problem(call("cadre_chen").get(f"/organizations/?cursor={cursor}"), 400)["errors"]) == ["cursor"]


def test_control_a_cursor_we_gave_works(call):
    good = pagination.write_cursor(["d511902/t107/c1/"], back=False, purpose="organizations:path")
    assert call("cadre_chen").get(f"/organizations/?cursor={good}").status_code == 200


@override_settings(API_RATES={"address": 10**6, "read": 10**6, "write": 10**6})
@pytest.mark.parametrize("ordering", ["path", "-path", "-id"])
def test_pages_forward_and_back_hold_every_row_once_in_order(call, cast, ordering):
    for _ in range(45):
        OrganizationFactory(parent=cast.sanjiang)
    cadre = call("cadre_chen")
    everything = [r["id"] for r in cadre.get(f"/organizations/?limit=200&ordering={ordering}").json()["results"]]
    assert len(everything) == len(set(everything)) == 55
    page, seen, pages = cadre.get(f"/organizations/?limit=20&ordering={ordering}").json(), [], []
    while True:
        pages.append([r["id"] for r in page["results"]])
        seen += pages[-1]
        if page["next"] is None:
            break
        page = cadre.get(page["next"]).json()
    assert seen == everything
    assert [len(each) for each in pages] == [20, 20, 15]
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
    assert cadre.get("/organizations/?count=exact").json()["count"] == 10
    assert cadre.get("/organizations/?count=capped").json()["count"] == 10
    monkeypatch.setattr(pagination, "COUNT_CAP", 9)
    assert cadre.get("/organizations/?count=capped").json()["count"] == "9+"


# --- bodies -----------------------------------------------------------------------------------------------------------


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


# --- addresses and methods --------------------------------------------------------------------------------------------


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


# --- writing twice over HTTP ------------------------------------------------------------------------------------------


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


# --- two editors ------------------------------------------------------------------------------------------------------


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


# --- the database away ------------------------------------------------------------------------------------------------


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


# --- CSRF and throttles -----------------------------------------------------------------------------------------------


def test_a_browser_write_needs_the_csrf_token(call, cast):
    browser = call("cadre_chen", csrf=True)
    problem(browser.post("/organizations/", unit(cast)), 403, "csrf_failed")
    assert browser.get("/organizations/").status_code == 200


@pytest.mark.parametrize("rate, ask", [("write", "post"), ("read", "get"), ("address", "get")])
def test_throttles_answer_429_with_retry_after(call, settings, rate, ask):
    settings.API_RATES = {"address": 1000, "read": 1000, "write": 1000} | {rate: 3}
    cadre = call("cadre_chen")
    answers = [getattr(cadre, ask)("/organizations/") for _ in range(4)]
    assert [a.status_code for a in answers[:3]] == [400 if ask == "post" else 200] * 3
    problem(answers[3], 429, "throttled")
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60


def test_writes_are_counted_over_all_processes(call, settings):
    """Another process has no memory of this one; what it shares is the database."""
    from kit import throttling

    settings.API_RATES = {"address": 1000, "read": 1000, "write": 2}
    cadre = call("cadre_chen")
    cadre.post("/organizations/")
    throttling.forget()
    cadre.post("/organizations/")
    throttling.forget()
    problem(cadre.post("/organizations/"), 429)


def test_one_persons_rate_is_not_anothers(call, settings):
    settings.API_RATES = {"address": 1000, "read": 1, "write": 1000}
    assert call("cadre_chen").get("/organizations/").status_code == 200
    assert call("district_zhao").get("/organizations/").status_code == 200


# --- query counts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("resource", ["organizations", "people", "postings", "memberships", "joint-orgs", "divisions"])
def test_p1_a_list_costs_the_same_at_2_and_20_rows_and_at_most_5_queries(cast, resource, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

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
    from tests.factories import PostingFactory

    organization = OrganizationFactory(parent=cast.sanjiang)
    PostingFactory(person=PersonFactory(organization=organization), organization=organization)


@pytest.mark.parametrize(
    "resource, who", [("organizations", "company"), ("people", "secretary_li"), ("joint-orgs", "tianma")]
)
def test_p2_a_detail_costs_at_most_7_queries(cast, resource, who):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    program = Caller(token=_token(cast.cadre_chen))
    program.get("/me/")
    row = getattr(cast, who, None) or cast[who]
    with CaptureQueriesContext(connection) as found:
        assert program.get(f"/{resource}/{row.pk}/").status_code == 200
    assert len(found) <= 7, [q["sql"][:150] for q in found]


def _token(person, *scopes):
    from datetime import timedelta

    from django.utils import timezone

    from kit import tokens

    now = timezone.now()
    return tokens.issue_token(
        actor=person,
        name="t",
        scopes=list(scopes or ("read", "write", "export")),
        expires_at=now + timedelta(days=1),
        now=now,
    )[1]
