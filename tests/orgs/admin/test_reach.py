"""Who sees which screens and rows in the admin, and that a hand-made id or lookup opens nothing (S1, S2, S4, S5)."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from kit.admin import site
from tests.factories import OrganizationFactory, PostingFactory

BUSINESS = {
    *("组织", "联村党组织", "成员单位", "人员", "任职", "行政区划", "节假日", "参数"),
    *("需求", "议题", "会议", "会议记录", "表决", "决议", "四议两公开", "四议两公开步骤", "公示", "任务", "表决规则"),
}
KEEPING = {"待发消息", "内部未送达", "定时作业"}
# The screens in the menu of each of the cast.
SCREENS = {
    # The organization department reviews what area committees answer to objections.
    "district_zhao": BUSINESS | {"异议", "投诉建议"},
    "cadre_chen": BUSINESS | {"异议", "投诉建议"},
    "secretary_li": BUSINESS,
    "secretary_wang": BUSINESS,
    "secretary_sun": BUSINESS,
    "entrepreneur_he": BUSINESS,
    "discipline_wu": BUSINESS,
    "system_admin": {"人员"} | KEEPING,
    "security_admin": {"人员", "任职"},
    "audit_admin": {"办理日志", "变更日志"},
}
ROW_MODELS = ["organization", "jointorg", "membership", "person", "posting"]


@pytest.mark.parametrize("name", SCREENS)
def test_the_menu_and_the_lists_agree_with_the_policy_table(visit, cast, name):
    """Screens not in the menu are closed by address as well."""
    person = visit(cast[name])
    menu = person.client.get(reverse("admin:index")).context["sidebar_navigation"]
    assert {item["title"] for group in menu[1:] for item in group["items"]} == SCREENS[name]
    for screen in (each for each in site._registry.values() if each.in_menu):
        expected = 200 if screen.title in SCREENS[name] else 403
        assert person.client.get(screen.address("changelist")).status_code == expected, screen.title


def test_mechanisms_stand_in_the_order_of_the_report(visit, cast):
    menu = visit(cast.district_zhao).client.get(reverse("admin:index")).context["sidebar_navigation"]
    assert [group["title"] for group in menu[1:]] == ["组织准备", "资源整合", "议事协调", "运行保障", "系统管理"]


def test_the_anonymous_go_to_the_login_and_the_unposted_are_refused(visit, cast, client):
    """There is one login, the product's own."""
    for address in (reverse("admin:orgs_person_changelist"), "/admin/login/?next=/admin/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/?next=%2Fadmin")
    assert visit(cast.outsider).client.get(reverse("admin:index"), follow=True).status_code == 403


@pytest.mark.parametrize("model", ROW_MODELS)
def test_lists_hold_no_row_of_a_neighbour(visit, cast, model):
    """S2: a village secretary of another township sees nothing of 三江镇."""
    rows = visit(cast.secretary_sun).rows(model)
    assert rows
    own = {cast.zengkou.path, cast.zengkou_joint.organization.path}
    for row in rows:
        assert any(row.place.path.startswith(path) for path in own), row


@pytest.mark.parametrize("model", ROW_MODELS)
def test_absent_and_foreign_rows_look_the_same(visit, cast, model):
    """S4: the same 404 for a row of another township, for none at all and for a malformed id."""
    foreign = {
        "organization": cast.yangfan,
        "jointorg": cast.zengkou_joint,
        "membership": cast.zengkou_joint.memberships.first(),
        "person": cast.secretary_sun,
        "posting": cast.secretary_sun.postings.first(),
    }[model]
    person = visit(cast.cadre_chen)
    for key in (foreign.pk, uuid.uuid4(), "x"):
        assert person.open(model, key).status_code == 404
        assert person.client.get(person.address(model, "history", key)).status_code == 404
        assert person.change(model, key, name="改").status_code == 404
        assert person.do(model, key, "retire", reason="试").status_code == 404


@pytest.mark.parametrize("model", ROW_MODELS)
def test_nothing_can_be_deleted(visit, cast, model):
    person = visit(cast.cadre_chen)
    row = person.rows(model)[0]
    address = person.address(model, "change", row.pk).replace("/change/", "/delete/")
    assert person.client.post(address, {"post": "yes"}).status_code in (404, 302)
    bulk = {"action": "delete_selected", "_selected_action": str(row.pk)}
    person.client.post(person.address(model, "changelist"), bulk)
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "query", [{"work_phone__startswith": "139"}, {"password__contains": "a"}, {"parent__name": "x"}]
)
def test_a_filter_made_up_by_hand_is_refused(visit, cast, query):
    """Otherwise ``?work_phone__startswith=`` would ask digit by digit around the mask."""
    assert visit(cast.secretary_li).listing("person", **query).status_code == 400


def test_pickers_offer_only_what_is_in_reach_and_fits(visit, cast):
    person = visit(cast.cadre_chen)
    offered = person.pick("membership", "unit")
    assert "明月村党支部（三江镇党委）" in offered
    assert not [each for each in offered if "扬帆" in each or "联村" in each or each == "三江镇党委（巴州区委）"]
    assert person.pick("membership", "unit", "myc") == ["明月村党支部（三江镇党委）"]
    assert person.pick("jointorg", "superior") == ["曾口三产融合发展片区联合党委（巴州区委）"]


def test_a_picker_is_closed_to_those_who_may_not_see_its_rows(visit, cast):
    assert visit(cast.audit_admin).pick("posting", "person") == [403]


def test_a_phone_out_of_the_own_township_is_masked(visit, cast):
    """The colleague of the same joint organization sees 139****0000, the township's cadre the number."""
    li, chen = cast.secretary_li, cast.cadre_chen
    page = visit(cast.entrepreneur_he).open("person", li).content.decode()
    assert li.work_phone not in page
    assert f"139****{li.work_phone[-4:]}" in page
    listing = visit(cast.entrepreneur_he).listing("person").content.decode()
    assert li.work_phone not in listing
    assert li.work_phone in visit(chen).open("person", li).content.decode()


def test_an_ended_post_closes_the_admin_with_the_next_click(visit, cast):
    """S5"""
    person = visit(cast.cadre_chen)
    assert person.listing("organization").status_code == 200
    cast.cadre_chen.postings.update(to_on=date(2026, 2, 1))
    assert person.listing("organization").status_code == 302


def test_the_security_administrator_sees_only_administrators_posts(visit, cast):
    roles = {row.role for row in visit(cast.security_admin).rows("posting")}
    assert roles == {"system_admin", "security_admin", "audit_admin"}


def test_search_finds_by_pinyin_initials(visit, cast):
    OrganizationFactory(kind="enterprise", parent=cast.sanjiang, number=7, name="龙门石材厂", initials="lmscc")
    person = visit(cast.cadre_chen)
    assert [row.name for row in person.rows("organization", q="lmscc")] == ["龙门石材厂"]
    assert [row.name for row in person.rows("organization", q="石材")] == ["龙门石材厂"]
    assert person.rows("organization", q="石材 zzz") == []


def test_drop_downs_narrow_the_list(visit, cast):
    person = visit(cast.cadre_chen)
    assert {row.kind for row in person.rows("organization", kind="village_branch")} == {"village_branch"}
    leaderless = {row.name for row in person.rows("organization", leader="none")}
    assert leaderless == {"大兴村党支部", "天马山村党支部", "双寨村党支部"}
    PostingFactory(person=cast.cadre_chen, organization=cast.daxing, role="unit_representative")
    assert person.rows("organization", kind="不存在") != []
