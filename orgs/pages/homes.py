"""联村党组织 and 我的单位: what a person sees of organizations in reach."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kit import masking, policies, providers
from kit.components import Action, Crumb, Empty
from kit.errors import Hidden
from kit.pages import Page
from kit.tilemap import Spot, lay_out
from orgs import selectors
from orgs.choices import ContentArea

FIVE_INVARIANTS = ("村级建制不变", "地域边界不变", "群众身份不变", "人员隶属不变", "债权债务不变")

NO_JOINT_ORGS = Empty(
    title="您的管理范围内还没有联村党组织",
    purpose="联村党组织把几个村和周边的企业、合作社联起来办事。成立以后，成员单位、班子和本季度的会议都在这里。",
    icon="org",
    steps=("乡镇党委研究并收到批复", "乡镇组织干部登记成立和成员单位", "登记联村书记、副书记和委员"),
)
NO_UNITS = Empty(
    title="您还没有任职",
    purpose="任职登记以后，这里显示您的单位、班子和它参加的联村党组织。",
    icon="village",
    steps=("请乡镇组织干部登记您的任职", "登记后刷新本页就能看到"),
)
NO_PEOPLE = Empty(
    title="还没有登记任职",
    purpose="登记负责人和经办人以后，通知、待办才送得到人。",
    icon="people",
    steps=("请乡镇组织干部在管理端登记任职",),
)


def _phone_for(viewer, person) -> str:
    """The full work phone where the policy opens it, otherwise 138****1234."""
    allowed = policies.allows(viewer, "person.read_phone", person)
    return person.work_phone if allowed else masking.masked_phone(person.work_phone)


class JointOrgList(Page):
    """Every joint organization in reach, as cards."""

    template_name = "orgs/joint_org_list.html"
    title = "联村党组织"
    needs_post = False

    def context(self) -> dict[str, Any]:
        return {"joint_orgs": list(selectors.joint_org_cards(self.request.user)), "empty": NO_JOINT_ORGS}


class JointOrgHome(Page):
    """One joint organization: members on a schematic map, content areas, posts, basics."""

    template_name = "orgs/joint_org_home.html"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("联村党组织", reverse("joint-orgs"))]

    def context(self) -> dict[str, Any]:
        try:
            home = selectors.joint_org_home(self.request.user, self.kwargs["pk"])
        except ObjectDoesNotExist:
            raise Hidden from None
        joint_org = home.joint_org
        return {
            "title": joint_org.organization.name,
            "joint_org": joint_org,
            "home": home,
            "map": lay_out(
                Spot(
                    label=member.unit.name,
                    href=reverse("unit", args=[member.unit.pk]),
                    note="中心村" if member.membership.is_hub else member.unit.get_kind_display(),
                    hub=member.membership.is_hub,
                )
                for member in home.members
            ),
            "areas": [(label, value in joint_org.content_areas) for value, label in ContentArea.choices],
            "posts": [(posting, _phone_for(self.request.user, posting.person)) for posting in home.posts],
            "five_invariants": FIVE_INVARIANTS,
            "definitions": _basics(home),
            "members_register": reverse("joint-org-members", args=[joint_org.pk]),
            "links": [
                link
                for found in providers.ask("joint_org.links", person=self.request.user, body=joint_org.pk)
                for link in found
            ],
        }


def _basics(home: selectors.JointOrgHome) -> list[tuple[str, str]]:
    joint_org = home.joint_org
    rows = [
        ("类型", joint_org.get_type_display() + (f" · {joint_org.get_subtype_display()}" if joint_org.subtype else "")),
        ("隶属", joint_org.superior.name if joint_org.superior else "乡镇党委直接领导"),
        ("牵头乡镇", home.lead_township.name if home.lead_township else ""),
        ("批复", f"{joint_org.approval_number}（{joint_org.approved_on:%Y年%-m月%-d日}）"),
        ("成立", f"{joint_org.founded_on:%Y年%-m月%-d日}"),
        ("经费来源", joint_org.funds_source),
    ]
    if joint_org.dissolved_on:
        rows.append(("撤销", f"{joint_org.dissolved_on:%Y年%-m月%-d日}"))
    return [(term, text) for term, text in rows if text]


class MembersRegister(Page):
    """成员单位台账 for printing: every membership, also those that ended."""

    template_name = "orgs/members_register.html"
    title = "成员单位台账"

    def context(self) -> dict[str, Any]:
        try:
            register = selectors.members_register(self.request.user, self.kwargs["pk"])
        except ObjectDoesNotExist:
            raise Hidden from None
        name = register.joint_org.organization.name
        return {
            "register": register,
            "crumbs": [
                Crumb("联村党组织", reverse("joint-orgs")),
                Crumb(name, reverse("joint-org", args=[self.kwargs["pk"]])),
            ],
        }


class MyUnit(Page):
    """我的单位: straight to the unit when there is one, a choice when there are several."""

    template_name = "orgs/my_units.html"
    title = "我的单位"
    needs_post = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        units = list(selectors.own_units(request.user))
        if len(units) == 1:
            return redirect("unit", pk=units[0].pk)
        return self.show(units=units, empty=NO_UNITS)


class UnitHome(Page):
    """One organization in reach: where it stands, who is in post, which joint organizations it is in."""

    template_name = "orgs/unit_home.html"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("我的单位", reverse("my-unit"))]

    def context(self) -> dict[str, Any]:
        try:
            home = selectors.unit_home(self.request.user, self.kwargs["pk"])
        except ObjectDoesNotExist:
            raise Hidden from None
        return {
            "title": home.unit.name,
            "home": home,
            "posts": [(posting, _phone_for(self.request.user, posting.person)) for posting in home.people],
            "several": len(home.memberships) > 1,
            "definitions": _about(home),
            "no_people": NO_PEOPLE,
            "joint_orgs_action": Action("看联村党组织", reverse("joint-orgs")),
        }


def _about(home: selectors.UnitHome) -> list[tuple[str, str]]:
    unit = home.unit
    rows = [
        ("类别", unit.get_kind_display()),
        ("上级组织", " › ".join(org.name for org in home.ancestors)),
        ("行政区划", f"{unit.division.name}（{unit.division.code}）" if unit.division else ""),
        ("统一社会信用代码", unit.credit_code),
        ("办公电话", unit.contact_phone),
        ("状态", unit.get_state_display()),
    ]
    return [(term, text) for term, text in rows if text]
