"""Every write of the admin is one service call: its refusal stands at its field, and without it nothing is saved."""

from dataclasses import replace

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from kit.admin import site
from kit.errors import DomainError, Forbidden
from orgs.models import Division, JointOrg, Membership, Organization, Person, Posting
from tests.factories import DivisionFactory, OrganizationFactory
from tests.orgs.admin.conftest import sentences

COUNTED = [Organization, JointOrg, Membership, Person, Posting, Division]


def census() -> dict:
    return {model: sorted(model.objects.values_list(), key=str) for model in COUNTED}


@pytest.fixture
def refused(monkeypatch):
    """Put a refusing service in the place of a screen's own, add, change and acts alike."""

    def refuse(model, error=None):
        screen = site.get_model_admin(model)
        calls = []

        def service(**kwargs):
            calls.append(kwargs)
            raise error or DomainError("closed", "今天不办理。")

        for kind in ("add", "change"):
            if (write := getattr(screen, kind)) is not None:
                monkeypatch.setattr(screen, kind, replace(write, service=service))
        monkeypatch.setattr(screen, "acts", tuple(replace(act, service=service) for act in screen.acts))
        return calls

    return refuse


def founding(cast, **changes):
    return {
        "name": "三江口联村党委",
        "lead_township": cast.sanjiang.pk,
        "units": [cast.mingyue.pk, cast.longmen.pk],
        "hub": cast.longmen.pk,
        "type": "village_alliance",
        "subtype": "mutual_aid",
        "content_areas": ["industry"],
        "approval_number": "三委〔2026〕9号",
        "approved_on": "2026/03/01",
        "founded_on": "2026/03/02",
    } | changes


WRITES = {
    "organization": lambda c: (
        {"kind": "enterprise", "name": "某合作公司", "parent": c.sanjiang.pk},
        (c.mingyue, {"name": "明月寺村党支部", "credit_code": "", "contact_phone": ""}),
    ),
    "jointorg": lambda c: (
        founding(c),
        (
            c.tianma,
            {"name": "天马联村党委", "type": "village_alliance", "subtype": "strong_led", "superior": c.area.pk},
        ),
    ),
    "person": lambda c: (
        {"name": "周新", "organization": c.mingyue.pk, "work_phone": "13900001111"},
        (c.secretary_li, {"name": "李顺利", "work_phone": "13900002222"}),
    ),
    "posting": lambda c: (
        {
            "person": c.secretary_wang.pk,
            "organization": c.tianma.pk,
            "role": "joint_deputy",
            "from_on": "2026/03/01",
        },
        None,
    ),
}


@pytest.mark.parametrize("model", WRITES)
def test_the_service_is_the_only_writer(visit, cast, refused, model):
    """Control first: with its service the form saves; with a refusing one every row stays byte for byte."""
    add, change = WRITES[model](cast)
    person = visit(cast.cadre_chen)
    before = census()
    answer = person.add(model, **add)
    assert answer.status_code == 302, sentences(answer)
    if change:
        answer = person.change(model, change[0], **change[1])
        assert answer.status_code == 302, sentences(answer)
    assert census() != before

    calls = refused(site.get_model_admin(COUNTED[[m._meta.model_name for m in COUNTED].index(model)]).model)
    before = census()
    answer = person.add(model, **({**add, "name": "另一个"} if "name" in add else add))
    assert answer.status_code == 200
    assert "今天不办理。" in answer.content.decode()
    if change:
        answer = person.change(model, change[0], **{**change[1], "name": "又一个名字"})
        assert "今天不办理。" in answer.content.decode()
    assert census() == before
    assert len(calls) == (2 if change else 1)
    assert all(call["actor"] == cast.cadre_chen and call["now"].tzinfo for call in calls)


ACTS = [
    ("organization", "fresh", "retire", "cadre_chen", {"reason": "停业"}),
    ("jointorg", "tianma", "join", "cadre_chen", {"unit": "longmen", "from_on": "2026/03/01"}),
    ("jointorg", "tianma", "dissolve", "cadre_chen", {"document": "三委1号", "on": "2026/03/01", "reason": "完成"}),
    ("membership", "daxing", "leave", "cadre_chen", {"on": "2026/03/01", "reason": "调整"}),
    ("membership", "daxing", "hub", "cadre_chen", {}),
    ("posting", "secretary_li", "end", "cadre_chen", {"on": "2026/03/01", "reason": "换届"}),
]


def act_row(cast, model, name):
    if name == "fresh":
        return OrganizationFactory(parent=cast.sanjiang, number=9, name="某停业公司")
    if model == "membership":
        return getattr(cast, name).memberships.get()
    if model == "posting":
        return cast[name].postings.get()
    return getattr(cast, name)


@pytest.mark.parametrize("model, row, act, actor, values", ACTS)
def test_acts_go_through_their_service(visit, cast, refused, model, row, act, actor, values):
    """The refusing service leaves every row as it was and is the one that was asked; the real one changes rows."""
    values = {key: getattr(cast, str(v)).pk if v == "longmen" else v for key, v in values.items()}
    target, person = act_row(cast, model, row), visit(cast[actor])
    before, calls = census(), refused(type(target))
    answer = person.do(model, target, act, **values)
    assert (answer.status_code, len(calls)) == (409, 1)
    assert "今天不办理。" in answer.content.decode()
    assert census() == before


@pytest.mark.parametrize("model, row, act, actor, values", ACTS)
def test_acts_change_what_they_say(visit, cast, model, row, act, actor, values):
    """The control of the test above."""
    values = {key: getattr(cast, str(v)).pk if v == "longmen" else v for key, v in values.items()}
    target, person = act_row(cast, model, row), visit(cast[actor])
    before = census()
    answer = person.do(model, target, act, **values)
    assert answer.status_code == 302, sentences(answer)
    assert census() != before


def test_a_reason_is_required_where_the_lifecycle_says_so(visit, cast):
    person = visit(cast.cadre_chen)
    for model, row, act, values in [
        ("organization", cast.company, "retire", {}),
        ("jointorg", cast.tianma, "dissolve", {"document": "三委1号", "on": "2026/03/01"}),
        ("posting", cast.secretary_li.postings.get(), "end", {"on": "2026/03/01", "reason": "   "}),
    ]:
        before = census()
        answer = person.do(model, row, act, **values)
        assert answer.status_code == 422
        assert "reason" in answer.context["form"].errors
        assert census() == before


def test_a_rule_broken_stands_at_its_field(visit, cast):
    person, before = visit(cast.cadre_chen), census()
    add = {"kind": "enterprise", "name": "某公司", "parent": cast.sanjiang.pk, "credit_code": "915119025904xxxx"}
    answer = person.add("organization", **add)
    assert "GB 32100" in answer.context["adminform"].form.errors["credit_code"][0]
    answer = person.add("jointorg", **founding(cast, subtype=""))
    assert "强村带动型" in answer.context["adminform"].form.errors["subtype"][0]
    answer = person.add("jointorg", **founding(cast, units=[cast.longmen.pk]))
    assert "至少要有两个成员单位" in answer.context["adminform"].form.errors["units"][0]
    posting = {
        "person": cast.secretary_li.pk,
        "organization": cast.mingyue.pk,
        "role": "unit_secretary",
        "from_on": "2026/03/01",
    }
    answer = person.add("posting", **posting)
    assert "重叠" in answer.context["adminform"].form.errors["from_on"][0]
    assert census() == before


def test_a_refusal_without_a_field_stands_above_the_form(visit, cast):
    answer = visit(cast.cadre_chen).do("organization", cast.company, "retire", reason="停业")
    assert answer.status_code == 422
    assert "还有1人在任" in answer.content.decode()


@pytest.mark.parametrize(
    "field, values", [("units", ["mingyue", "yangfan"]), ("hub", "yangfan"), ("lead_township", "zengkou")]
)
def test_a_foreign_id_posted_by_hand_is_refused(visit, cast, field, values):
    """S2, S3: a village of another township is no choice, exactly as an id that does not exist."""
    keys = [getattr(cast, v).pk for v in values] if isinstance(values, list) else getattr(cast, values).pk
    person, before = visit(cast.cadre_chen), census()
    answer = person.add("jointorg", **founding(cast, **{field: keys}))
    assert answer.status_code == 200
    foreign = answer.context["adminform"].form.errors[field]
    absent = "01a20909-0000-7000-8000-000000000000"
    keys = [cast.mingyue.pk, absent] if isinstance(values, list) else absent
    answer = person.add("jointorg", **founding(cast, **{field: keys}))
    same = answer.context["adminform"].form.errors[field]
    assert [e.replace(str(cast.yangfan.pk), "X") for e in foreign] == [e.replace(absent, "X") for e in same]
    assert census() == before


def test_fields_that_are_not_on_the_form_cannot_be_written(visit, cast):
    """S3: read-only columns posted along are not looked at."""
    person = visit(cast.cadre_chen)
    values = {
        "name": "明月村党支部",
        "credit_code": "",
        "contact_phone": "0827-5000000",
        "path": "d999999/",
        "kind": "enterprise",
        "parent": str(cast.zengkou.pk),
        "state": "retired",
    }
    assert person.change("organization", cast.mingyue, **values).status_code == 302
    row = Organization.objects.get(pk=cast.mingyue.pk)
    assert row.contact_phone == "0827-5000000"
    assert (row.path, row.kind, row.parent_id, row.state) == (
        cast.mingyue.path,
        "village_branch",
        cast.sanjiang.pk,
        "active",
    )
    li = {"name": "李顺", "username": "root", "is_active": "", "password": "x", "organization": str(cast.longmen.pk)}
    assert person.change("person", cast.secretary_li, **li).status_code == 302
    row = Person.objects.get(pk=cast.secretary_li.pk)
    assert (row.username, row.is_active, row.organization_id) == ("secretary_li", True, cast.mingyue.pk)


def test_a_choice_out_of_reach_is_kept_when_the_form_is_saved(visit, cast):
    """The area committee of a joint organization may have been retired, or lie outside: saving must not clear it."""
    Organization.objects.filter(pk=cast.area.pk).update(state="retired")
    values = {"name": "天马联村党委", "type": "village_alliance", "subtype": "strong_led", "superior": cast.area.pk}
    person = visit(cast.cadre_chen)
    assert str(cast.area.pk) in person.open("jointorg", cast.tianma).content.decode()
    assert person.change("jointorg", cast.tianma, **values).status_code == 302
    assert JointOrg.objects.get(pk=cast.tianma.pk).superior_id == cast.area.pk


@pytest.mark.parametrize("name", ["secretary_li", "entrepreneur_he", "discipline_wu"])
def test_who_may_only_read_sees_no_way_to_write(visit, cast, name):
    person, before = visit(cast[name]), census()
    for model, row in (("organization", cast.mingyue), ("jointorg", cast.tianma)):
        if name == "discipline_wu":
            break
        page = person.open(model, row)
        assert page.status_code == 200
        assert not page.context["acts"]
        assert 'name="_save"' not in page.content.decode()
        assert person.change(model, row, name="改").status_code == 403
    for model in ("organization", "jointorg", "person", "posting"):
        assert person.add(model, name="某").status_code == 403
    assert census() == before


def test_an_act_that_is_not_yours_is_refused(visit, cast):
    """403 where the row is visible and the verb is not held, 404 where there is no such act."""
    person, before = visit(cast.secretary_li), census()
    assert person.ask("jointorg", cast.tianma, "dissolve").status_code == 403
    assert person.do("jointorg", cast.tianma, "join", unit=cast.longmen.pk, from_on="2026/03/01").status_code == 403
    assert person.do("jointorg", cast.tianma, "erase").status_code == 404
    assert census() == before
    person = visit(cast.cadre_chen)
    before = census()
    assert person.do("organization", cast.mingyue, "move", parent=cast.zengkou.pk).status_code == 403
    assert census() == before


def test_the_service_has_the_last_word_on_who_may(visit, cast, refused):
    """A verb lost between page and click: the service's 403 is shown as a sentence, nothing changes."""
    refused(JointOrg, Forbidden())
    answer = visit(cast.cadre_chen).do("jointorg", cast.tianma, "join", unit=cast.longmen.pk, from_on="2026/03/01")
    assert answer.status_code == 403
    assert "您没有办理这一步的权限。" in answer.content.decode()


def test_the_offered_kinds_and_roles_are_ones_own(visit, cast):
    kinds = visit(cast.cadre_chen).client.get("/admin/orgs/organization/add/").context["adminform"].form.fields["kind"]
    assert "township_committee" not in dict(kinds.choices)
    assert "joint_org" not in dict(kinds.choices)
    roles = visit(cast.security_admin).client.get("/admin/orgs/posting/add/").context["adminform"].form.fields["role"]
    assert set(dict(roles.choices)) == {"", "system_admin", "security_admin", "audit_admin"}


def test_the_trail_of_a_row_shows_what_who_and_why(visit, cast):
    """From the facts and the audit; Django's own log is not written."""
    person = visit(cast.cadre_chen)
    person.change("organization", cast.mingyue, name="明月寺村党支部", credit_code="", contact_phone="0827-5000001")
    page = person.client.get(person.address("organization", "history", cast.mingyue.pk)).content.decode()
    for text in ("更正组织信息", "陈立", "办公电话", "0827-5000001", "明月寺村党支部"):
        assert text in page, text
    person.do("posting", cast.secretary_li.postings.get(), "end", on="2026/03/01", reason="换届选举")
    page = person.client.get(person.address("posting", "history", cast.secretary_li.postings.get().pk)).content.decode()
    assert "原因：换届选举" in page
    assert not LogEntry.objects.exists()


def test_personal_values_are_masked_in_the_trail(visit, cast):
    person = visit(cast.cadre_chen)
    person.change("person", cast.secretary_li, name="李顺", work_phone="13987654321")
    page = person.client.get(person.address("person", "history", cast.secretary_li.pk)).content.decode()
    assert "工作电话" in page
    assert "13987654321" not in page


def test_holidays_are_entered_by_the_year_with_errors_by_the_line(visit, cast):
    person = visit(cast.district_zhao)
    wrong = person.add("kit.holiday", year=2027, source="国办发明电〔2026〕7号", days="2027-01-01 放假 元旦\n春节放假")
    assert "第 2 行看不懂" in sentences(wrong)
    refused = person.add("kit.holiday", year=2027, source="国办", days="2027-10-01 放假 国庆节")
    assert "元旦" in sentences(refused)
    days = "2027-01-01 放假 元旦\n2027/1/2 上班\n2027年10月1日 放假 国庆节"
    answer = person.add("kit.holiday", year=2027, source="国办发明电〔2026〕7号", days=days)
    assert answer.status_code == 302, sentences(answer)
    assert len(person.rows("kit.holiday", year="2027")) == 3
    assert visit(cast.cadre_chen).add("kit.holiday", year=2027, source="x", days=days).status_code == 403


def test_divisions_are_loaded_from_the_published_files_only(visit, cast):
    def csv(*lines, name="villages.csv", head="code,name,areaCode,streetCode"):
        return SimpleUploadedFile(name, "\n".join([head, *lines]).encode())

    person, before = visit(cast.district_zhao), census()
    wrong = person.add("division", uploads=csv("51190210721,短码村,511902,511902107"))
    assert "villages.csv:2" in sentences(wrong)
    assert "uploads" in person.add("division").context["adminform"].form.errors
    village = "511902199299,试点村民委员会,511902,511902199"
    orphan = person.add("division", uploads=csv(village))
    assert "511902199" in sentences(orphan)
    assert census() == before
    # The level above in a second file, whatever the order: all or nothing.
    town = csv("511902199,试点镇,511902", name="streets.csv", head="code,name,areaCode")
    answer = person.add("division", uploads=[csv(village), town])
    assert answer.status_code == 302, sentences(answer)
    assert Division.objects.filter(code__in=["511902199", "511902199299"]).count() == 2
    assert visit(cast.cadre_chen).add("division", uploads=csv("x")).status_code == 403
    assert person.change("division", DivisionFactory(code="511902107"), name="改名").status_code == 403


def test_many_people_can_be_registered_one_after_the_other(visit, cast):
    answer = visit(cast.cadre_chen).client.post(
        "/admin/orgs/person/add/", {"name": "周甲", "organization": cast.mingyue.pk, "_addanother": "1"}
    )
    assert answer["Location"].endswith("/person/add/")
    assert Person.objects.filter(name="周甲", initials="zj").exists()
