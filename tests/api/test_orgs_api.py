"""The API of 组织准备: representations, scoped reads, verbs that call the services."""

from datetime import date, timedelta

import pytest

from kit.models.facts import Fact
from orgs.models import JointOrg, Membership, Organization, Person, Posting
from tests.api.client import problem
from tests.factories import DivisionFactory, PersonFactory, PostingFactory

RESOURCES = ["divisions", "organizations", "joint-orgs", "memberships", "people", "postings"]
SHARED_KEYS = {"id", "light", "actions", "links"}


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_list_has_the_same_shape(call, resource):
    page = call("cadre_chen").get(f"/{resource}/").json()
    assert set(page) == {"results", "next", "previous", "count"}
    assert page["results"], resource
    for row in page["results"]:
        assert set(row) >= SHARED_KEYS
        assert row["links"]["self"] == f"/api/v1/{resource}/{row['id']}/"


@pytest.mark.parametrize("resource", RESOURCES)
def test_detail_equals_the_row_of_the_list(call, resource):
    cadre = call("cadre_chen")
    row = cadre.get(f"/{resource}/").json()["results"][0]
    detail = cadre.get(row["links"]["self"])
    assert detail.headers["ETag"]
    assert {k: v for k, v in detail.json().items() if k != "trail"} == row


def test_root_names_every_resource_and_each_address_answers(call):
    cadre = call("cadre_chen")
    resources = cadre.get("/").json()["resources"]
    assert set(RESOURCES) | {"me", "timeline", "tokens"} <= set(resources)
    for name, address in resources.items():
        assert cadre.get(address).status_code == (400 if name in ("timeline", "trace") else 200)


def test_an_organization_looks_like_this(call, cast):
    shown = call("cadre_chen").get(f"/organizations/{cast.mingyue.pk}/").json()
    assert shown["kind"], shown["kind_label"] == ("village_branch", "村党组织")
    assert (shown["state"], shown["state_label"]) == ("active", "正常")
    assert shown["parent"] == {
        "id": str(cast.sanjiang.pk),
        "name": "三江镇党委",
        "href": f"/api/v1/organizations/{cast.sanjiang.pk}/",
    }
    assert shown["division"]["id"] == "511902107205"
    assert shown["created_at"] == "2026-01-05T09:00:00+08:00"
    assert [(a["verb"], a["method"]) for a in shown["actions"]] == [("change", "PATCH"), ("retire", "POST")]


def test_actions_follow_role_and_state(call, cast):
    verbs = lambda who, row: [a["verb"] for a in call(who).get(f"/organizations/{row.pk}/").json()["actions"]]  # noqa: E731
    assert verbs("secretary_li", cast.mingyue) == []
    assert verbs("district_zhao", cast.mingyue) == ["move"]
    assert verbs("cadre_chen", cast.company) == ["change", "retire"]
    joint = call("cadre_chen").get(f"/joint-orgs/{cast.tianma.pk}/").json()
    assert [a["label"] for a in joint["actions"]] == ["修改", "撤销"]


# --- reach (S2, S4) ---------------------------------------------------------------------------------------------------


def test_s2_no_list_holds_a_foreign_row(call, cast):
    sun = call("secretary_sun")
    ids = {row["id"] for row in sun.get("/organizations/").json()["results"]}
    assert ids == {str(o.pk) for o in (cast.yangfan, cast.chunshu, cast.zengkou_joint.organization)}
    assert {r["id"] for r in sun.get("/joint-orgs/").json()["results"]} == {str(cast.zengkou_joint.pk)}
    text = sun.get("/people/").content.decode() + sun.get("/postings/").content.decode()
    assert "李顺" not in text


def test_s2_outsider_sees_nobody_but_themselves(call, cast):
    outsider = call("outsider")
    assert [r["id"] for r in outsider.get("/people/").json()["results"]] == [str(cast.outsider.pk)]
    for resource in ("organizations", "joint-orgs", "memberships", "postings"):
        assert outsider.get(f"/{resource}/?count=capped").json() == {
            "results": [],
            "next": None,
            "previous": None,
            "count": 0,
        }


def test_s4_absent_and_hidden_are_the_same_404(call, cast):
    sun = call("secretary_sun")
    hidden = sun.get(f"/organizations/{cast.mingyue.pk}/")
    absent = sun.get("/organizations/019ab000-0000-7000-8000-000000000000/")
    malformed = sun.get("/organizations/x/")
    assert problem(hidden, 404) == problem(absent, 404) == problem(malformed, 404)


@pytest.mark.parametrize("verb, body", [("retire", {"reason": "合并"}), ("move", {"reason": "调整"})])
def test_s4_a_verb_on_a_hidden_row_is_the_same_404(call, cast, verb, body):
    sun = call("secretary_sun")
    hidden = sun.post(f"/organizations/{cast.mingyue.pk}/{verb}/", body)
    absent = sun.post(f"/organizations/019ab000-0000-7000-8000-000000000000/{verb}/", body)
    assert problem(hidden, 404) == problem(absent, 404)


def test_s4_a_foreign_id_in_the_query_finds_what_an_absent_one_finds(call, cast):
    sun = call("secretary_sun")
    hidden = sun.get(f"/people/?organization={cast.mingyue.pk}").json()
    absent = sun.get("/people/?organization=019ab000-0000-7000-8000-000000000000").json()
    assert hidden == absent == {"results": [], "next": None, "previous": None, "count": None}


def test_s4_a_foreign_id_in_the_body_is_refused_like_an_absent_one(call, cast):
    cadre = call("cadre_chen")
    body = {"name": "周平", "organization": str(cast.yangfan.pk)}
    hidden = problem(cadre.post("/people/", body), 422, "not_found")
    absent = problem(cadre.post("/people/", body | {"organization": "019ab000-0000-7000-8000-000000000000"}), 422)
    assert hidden == absent
    assert hidden["errors"] == {"organization": ["没有找到，或者不在您的管理范围内。"]}
    assert not Person.objects.filter(name="周平").exists()


def test_s4_a_foreign_unit_among_own_ones_is_refused_at_its_place(call, cast):
    body = founding(cast) | {"units": [str(cast.longmen.pk), str(cast.yangfan.pk)]}
    refusal = problem(call("cadre_chen").post("/joint-orgs/", body), 422, "not_found")
    assert list(refusal["errors"]) == ["units.1"]


def test_phones_are_masked_outside_the_own_township(call, cast):
    phone = lambda who, whose: call(who).get(f"/people/{cast[whose].pk}/").json()["work_phone"]  # noqa: E731
    assert phone("cadre_chen", "secretary_li") == cast.secretary_li.work_phone
    assert phone("entrepreneur_he", "secretary_li") == "139****0000"
    assert phone("secretary_li", "secretary_li") == cast.secretary_li.work_phone


# --- verbs ------------------------------------------------------------------------------------------------------------


def test_a_cadre_registers_corrects_and_retires_a_unit(call, cast):
    cadre = call("cadre_chen")
    made = cadre.post("/organizations/", {"kind": "cooperative", "name": "某合作社", "parent": str(cast.sanjiang.pk)})
    assert made.status_code == 201
    address = made.json()["links"]["self"]
    assert made.headers["Location"] == address
    changed = cadre.patch(address, {"name": "某农机合作社"})
    assert (changed.status_code, changed.json()["name"]) == (200, "某农机合作社")
    retired = cadre.post(f"{address}retire/", {"reason": "已注销"})
    assert (retired.status_code, retired.json()["state"], retired.json()["actions"]) == (200, "retired", [])
    problem(cadre.post(f"{address}retire/", {"reason": "再来一次"}), 409, "illegal_move")
    trail = cadre.get(f"/timeline/?subject=orgs.organization:{made.json()['id']}").json()
    assert [(e["event"], e["actor"]) for e in trail["results"]] == [
        ("orgs.organization.created", "陈立"),
        ("orgs.organization.changed", "陈立"),
        ("orgs.organization.retired", "陈立"),
    ]


def founding(cast) -> dict:
    return {
        "name": "三江水乡文旅发展联村党委",
        "lead_township": str(cast.sanjiang.pk),
        "units": [str(cast.longmen.pk), str(cast.shuangzhai.pk)],
        "hub": str(cast.longmen.pk),
        "type": "village_alliance",
        "subtype": "mutual_aid",
        "content_areas": ["culture"],
        "approval_number": "三委〔2026〕9号",
        "approved_on": "2026-03-01",
        "founded_on": "2026-03-02",
    }


def test_founding_members_and_dissolution(call, cast):
    cadre = call("cadre_chen")
    made = cadre.post("/joint-orgs/", founding(cast))
    assert made.status_code == 201, made.content.decode()
    shown = made.json()
    assert shown["content_areas_label"] == ["文化共兴"]
    members = cadre.get(shown["links"]["memberships"]).json()["results"]
    assert {m["unit"]["name"] for m in members} == {"龙门村党支部", "双寨村党支部"}
    joined = cadre.post(
        "/memberships/", {"joint_org": shown["id"], "unit": str(cast.daxing.pk), "from_on": "2026-04-01"}
    )
    assert joined.status_code == 201
    hub = cadre.post(f"{joined.json()['links']['self']}make-hub/")
    assert (hub.status_code, hub.json()["is_hub"]) == (200, True)
    old = next(m for m in members if m["unit"]["name"] == "双寨村党支部")
    left = cadre.post(f"{old['links']['self']}leave/", {"on": "2026-05-01", "reason": "村民代表会议决定"})
    assert (left.status_code, left.json()["to_on"], left.json()["actions"]) == (200, "2026-05-01", [])
    gone = cadre.post(
        f"{shown['links']['self']}dissolve/", {"document": "三委〔2026〕10号", "reason": "试点结束", "on": "2026-06-01"}
    )
    assert (gone.status_code, gone.json()["state_label"]) == (200, "已撤销")


def test_a_person_is_registered_posted_and_relieved(call, cast):
    cadre = call("cadre_chen")
    person = cadre.post("/people/", {"name": "周平", "organization": str(cast.daxing.pk), "work_phone": "13900990000"})
    assert person.status_code == 201
    posting = cadre.post(
        "/postings/",
        {
            "person": person.json()["id"],
            "organization": str(cast.daxing.pk),
            "role": "unit_secretary",
            "from_on": "2026-02-01",
        },
    )
    assert (posting.status_code, posting.json()["is_running"]) == (201, True)
    ended = cadre.post(f"{posting.json()['links']['self']}end/", {"on": "2026-03-01", "reason": "换届"})
    assert (ended.status_code, ended.json()["is_running"], ended.json()["actions"]) == (200, False, [])


def test_an_overlapping_posting_is_refused_at_the_field(call, cast):
    body = {
        "person": str(cast.secretary_li.pk),
        "organization": str(cast.mingyue.pk),
        "role": "unit_secretary",
        "from_on": "2026-06-01",
    }
    refusal = problem(call("cadre_chen").post("/postings/", body), 422, "overlapping_posting")
    assert list(refusal["errors"]) == ["from_on"]
    assert Posting.objects.filter(person=cast.secretary_li).count() == 1


def test_s5_a_posting_that_ended_opens_nothing_with_the_next_request(call, cast):
    li = call("secretary_li")
    assert li.get("/organizations/").json()["results"]
    posting = Posting.objects.get(person=cast.secretary_li)
    ended = call("cadre_chen").post(
        f"/postings/{posting.pk}/end/", {"on": str(date.today() - timedelta(days=1)), "reason": "换届"}
    )
    assert ended.status_code == 200
    assert li.get("/organizations/").json()["results"] == []
    assert li.get("/me/").json()["postings"] == []


@pytest.mark.parametrize(
    "change, field",
    [
        ({"kind": "village_branch", "division": "511902105201"}, "division"),
        ({"kind": "village_branch"}, "division"),
        ({"kind": "enterprise", "credit_code": "91511902MA0000000X"}, "credit_code"),
        ({"kind": "township_committee"}, "parent"),
        ({"kind": "joint_org"}, "kind"),
    ],
)
def test_a_rule_about_values_is_422_at_the_field(call, cast, change, field):
    DivisionFactory(code="511902105201")
    body = {"name": "某单位", "parent": str(cast.sanjiang.pk)} | change
    before = Organization.objects.count()
    refusal = call("cadre_chen").post("/organizations/", body)
    assert refusal.status_code in (403, 422)
    if refusal.status_code == 422:
        assert list(problem(refusal, 422)["errors"]) == [field]
    assert Organization.objects.count() == before


@pytest.mark.parametrize("code", ["51190", "5119021", "511902107205x", "５１１９０２", "-51190"])
def test_a_malformed_division_code_is_refused_at_the_field(call, cast, code):
    body = {"kind": "village_branch", "name": "某村", "parent": str(cast.sanjiang.pk), "division": code}
    refusal = problem(call("cadre_chen").post("/organizations/", body), 400, "invalid")
    assert list(refusal["errors"]) == ["division"]


# --- filters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query, names",
    [
        ("/organizations/?kind=enterprise", {"某农业公司"}),
        ("/organizations/?search=天马山", {"天马山村党支部"}),
        ("/organizations/?division=511902107205", {"明月村党支部"}),
        ("/joint-orgs/?type=village_alliance&search=龙门", {"龙门农副产品基地联村党委"}),
        ("/divisions/?parent=511902107&search=明月", {"明月村民委员会"}),
        ("/divisions/?level=6", {"巴州区"}),
    ],
)
def test_filters(call, query, names):
    assert {row["name"] for row in call("cadre_chen").get(query).json()["results"]} == names


def test_running_is_true_or_false(call, cast):
    old = PersonFactory(organization=cast.daxing)
    PostingFactory(person=old, organization=cast.daxing, from_on=date(2020, 1, 1), to_on=date(2021, 1, 1))
    cadre = call("cadre_chen")
    names = lambda flag: {r["person"]["name"] for r in cadre.get(f"/postings/?running={flag}").json()["results"]}  # noqa: E731
    assert names("false") == {old.name}
    assert old.name not in names("true")
    problem(cadre.get("/postings/?running=maybe"), 400)


def test_me(call, cast):
    me = call("secretary_li").get("/me/").json()
    assert me["person"]["name"] == "李顺"
    assert [p["role_label"] for p in me["postings"]] == ["单位负责人"]
    assert me["reach"]["paths"] == ["d511902/t107/v205/"]
    assert me["reach"]["bodies"] == sorted([str(cast.tianma.pk), str(cast.area.pk)])
    assert me["todos"]["total"] >= 0


def test_the_trail_of_a_hidden_subject_is_hidden(call, cast):
    sun = call("secretary_sun")
    for subject in (
        f"orgs.organization:{cast.mingyue.pk}",
        "orgs.organization:019ab000-0000-7000-8000-000000000000",
        "orgs.unknown:019ab000-0000-7000-8000-000000000000",
        "orgs.organization:511902",
    ):
        problem(sun.get(f"/timeline/?subject={subject}"), 404, "not_found")
    problem(sun.get("/timeline/?subject=x"), 400)


def test_each_verb_left_one_fact(call, cast):
    before = Fact.objects.count()
    call("cadre_chen").post(
        "/organizations/", {"kind": "institution", "name": "农技站", "parent": str(cast.sanjiang.pk)}
    )
    assert Fact.objects.count() == before + 1
    assert JointOrg.objects.count() == 3
    assert Membership.objects.count() == 8
