"""工作台, 联村党组织, 我的单位, 找人找单位, 怎么用: who sees what, in how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.choices import OrganizationKind as Kind
from orgs.choices import Role
from orgs.models import Membership, Posting
from tests.factories import MembershipFactory, OrganizationFactory, PersonFactory, PostingFactory
from tests.resources.test_demands import submitted

TODAY = timezone.localdate()


@pytest.fixture
def as_(client):
    def log_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


@pytest.mark.parametrize("name", ["workbench", "joint-orgs", "my-unit", "search"])
def test_pages_ask_for_a_login(client, cast, name):
    response = page(client, name)
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_how_to_is_open_to_everybody(client, cast, as_):
    assert "村支书" in page(client, "how-to").text
    assert "与您有关" in page(as_(cast.cadre_chen), "how-to").text


def test_joint_org_home_shows_members_posts_and_basics(cast, as_):
    text = page(as_(cast.secretary_li), "joint-org", cast.tianma.pk).text
    for words in ("明月村党支部", "大兴村党支部", "某农业公司", "中心村", "五个不变", cast.area.name, "三委"):
        assert words in text


def test_a_neighbour_joint_org_and_its_villages_are_not_found(cast, as_):
    """S4: hidden and absent answer alike."""
    client = as_(cast.secretary_sun)
    hidden = page(client, "joint-org", cast.tianma.pk)
    absent = page(client, "joint-org", cast.company.pk)
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert page(client, "unit", cast.mingyue.pk).status_code == 404
    assert page(client, "joint-org-members", cast.tianma.pk).status_code == 404


def test_a_co_member_is_seen_but_not_what_lies_outside(cast, as_):
    client = as_(cast.secretary_li)
    assert page(client, "unit", cast.daxing.pk).status_code == 200
    assert page(client, "unit", cast.longmen.pk).status_code == 404


def test_phones_are_masked_outside_the_own_township(cast, as_):
    PostingFactory(person=cast.secretary_wang, organization=cast.tianma.organization, role=Role.ADVISER)
    phone = cast.secretary_wang.work_phone
    assert phone not in page(as_(cast.secretary_li), "joint-org", cast.tianma.pk).text
    assert phone in page(as_(cast.cadre_chen), "joint-org", cast.tianma.pk).text


def test_the_workbench_tells_what_is_missing(cast, as_):
    text = page(as_(cast.cadre_chen), "workbench").text
    assert "大兴村党支部还没有负责人" in text
    assert "现在没有要您办的事" in page(as_(cast.secretary_li), "workbench").text


def test_the_register_keeps_members_that_left(cast, as_):
    Membership.objects.filter(joint_org=cast.tianma, unit=cast.company).update(to_on=TODAY - timedelta(days=1))
    assert cast.company.name in page(as_(cast.secretary_li), "joint-org-members", cast.tianma.pk).text
    assert page(as_(cast.entrepreneur_he), "joint-org", cast.tianma.pk).status_code == 404


def test_two_joint_organizations_at_once_are_flagged(cast, as_):
    MembershipFactory(joint_org=cast.longmen_base, unit=cast.mingyue)
    assert "不止一个联村党组织" in page(as_(cast.secretary_li), "unit", cast.mingyue.pk).text


def test_search_finds_by_initials_only_in_reach(cast, as_):
    text = page(as_(cast.cadre_chen), "search", q="lmcdzb").text
    assert "龙门村党支部" in text
    assert "扬帆村党支部" not in page(as_(cast.cadre_chen), "search", q="扬帆").text
    assert "没有找到" in page(as_(cast.secretary_li), "search", q="龙门村").text
    assert page(as_(cast.secretary_li), "search", q="龙门村\x00").status_code == 400


def test_somebody_without_a_post_gets_an_explanation(cast, as_):
    assert "请联系乡镇组织干部" in page(as_(cast.outsider), "workbench").text
    assert "您还没有任职" in page(as_(cast.outsider), "my-unit").text


def _queries(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_query_counts_do_not_grow_with_the_rows(cast, as_):
    client = as_(cast.cadre_chen)
    urls = [
        reverse("workbench"),
        reverse("joint-orgs"),
        reverse("joint-org", args=[cast.tianma.pk]),
        reverse("joint-org-members", args=[cast.tianma.pk]),
        reverse("unit", args=[cast.mingyue.pk]),
        reverse("search") + "?q=m",
    ]
    few = [_queries(client, url) for url in urls]
    for n in range(20):
        unit = OrganizationFactory(kind=Kind.ENTERPRISE, parent=cast.sanjiang, number=100 + n, name=f"某米业公司{n}")
        MembershipFactory(joint_org=cast.tianma, unit=unit)
        person = PersonFactory(organization=cast.mingyue)
        PostingFactory(person=person, organization=cast.mingyue, role=Role.UNIT_REPRESENTATIVE)
    many = [_queries(client, url) for url in urls]
    assert few == many
    assert max(many) <= 12
    assert Posting.objects.filter(organization=cast.mingyue).count() > 20


@pytest.mark.parametrize(
    "who, first",
    [("secretary_li", ["报需求", "提议题"]), ("cadre_chen", ["筹备会议", "看板", "管理端"]), ("outsider", ["怎么用"])],
)
def test_the_workbench_offers_first_what_the_person_does_most(client, cast, who, first):
    client.force_login(cast[who])
    shortcuts = client.get("/").context["shortcuts"]
    assert [each.label for each in shortcuts][: len(first)] == first
    assert len(shortcuts) <= 4


def test_what_was_done_leads_to_its_chain(client, cast):
    row = submitted(cast)
    client.force_login(cast.secretary_li)
    page = client.get("/").content.decode()
    address = f"/trace/?subject=resources.demand%3A{row.pk}"
    assert f'href="{address}"' in page
    assert row.title in client.get(address).content.decode()
