"""联村党组织 and 我的单位: what a person sees of organizations in reach."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from kit import masking, policies
from kit.components import Action, Crumb, Empty
from kit.tilemap import Spot, lay_out
from orgs import selectors
from orgs.choices import ContentArea
from orgs.models import JointOrg, Organization

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


def _phone_for(viewer, person) -> str:
    """The full work phone where the policy opens it, otherwise 138****1234."""
    allowed = policies.allows(viewer, "person.read_phone", person)
    return person.work_phone if allowed else masking.masked_phone(person.work_phone)


@login_required
def joint_org_list(request: HttpRequest) -> HttpResponse:
    """Every joint organization in reach, as cards."""
    return render(
        request,
        "orgs/joint_org_list.html",
        {
            "title": "联村党组织",
            "joint_orgs": list(selectors.joint_org_cards(request.user)),
            "empty": NO_JOINT_ORGS,
            "crumbs": [Crumb("工作台", reverse("workbench"))],
        },
    )


@login_required
def joint_org_home(request: HttpRequest, pk) -> HttpResponse:
    """One joint organization: members on a schematic map, content areas, posts, basics."""
    try:
        home = selectors.joint_org_home(request.user, pk)
    except JointOrg.DoesNotExist:
        raise Http404 from None
    joint_org = home.joint_org
    return render(
        request,
        "orgs/joint_org_home.html",
        {
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
            "posts": [(posting, _phone_for(request.user, posting.person)) for posting in home.posts],
            "five_invariants": FIVE_INVARIANTS,
            "definitions": _basics(home),
            "crumbs": [Crumb("工作台", reverse("workbench")), Crumb("联村党组织", reverse("joint-orgs"))],
            "members_register": reverse("joint-org-members", args=[joint_org.pk]),
        },
    )


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


@login_required
def members_register(request: HttpRequest, pk) -> HttpResponse:
    """成员单位台账 for printing: every membership, also those that ended."""
    try:
        register = selectors.members_register(request.user, pk)
    except JointOrg.DoesNotExist:
        raise Http404 from None
    return render(
        request,
        "orgs/members_register.html",
        {
            "title": "成员单位台账",
            "register": register,
            "crumbs": [
                Crumb("联村党组织", reverse("joint-orgs")),
                Crumb(register.joint_org.organization.name, reverse("joint-org", args=[pk])),
            ],
        },
    )


@login_required
def my_unit(request: HttpRequest) -> HttpResponse:
    """我的单位: straight to the unit when there is one, a choice when there are several."""
    units = list(selectors.own_units(request.user))
    if len(units) == 1:
        return redirect("unit", pk=units[0].pk)
    return render(
        request,
        "orgs/my_units.html",
        {"title": "我的单位", "units": units, "empty": NO_UNITS, "crumbs": [Crumb("工作台", reverse("workbench"))]},
    )


def _division(unit: Organization) -> str:
    return f"{unit.division.name}（{unit.division.code}）" if unit.division else ""


@login_required
def unit_home(request: HttpRequest, pk) -> HttpResponse:
    """One organization in reach: where it stands, who is in post, which joint organizations it is in."""
    try:
        home = selectors.unit_home(request.user, pk)
    except Organization.DoesNotExist:
        raise Http404 from None
    return render(
        request,
        "orgs/unit_home.html",
        {
            "title": home.unit.name,
            "home": home,
            "posts": [(posting, _phone_for(request.user, posting.person)) for posting in home.people],
            "several": len(home.memberships) > 1,
            "definitions": [
                (term, text)
                for term, text in (
                    ("类别", home.unit.get_kind_display()),
                    ("上级组织", " › ".join(org.name for org in home.ancestors)),
                    (
                        "行政区划",
                        f"{home.unit.division.name}（{home.unit.division.code}）" if home.unit.division else "",
                    ),
                    ("统一社会信用代码", home.unit.credit_code),
                    ("办公电话", home.unit.contact_phone),
                    ("状态", home.unit.get_state_display()),
                )
                if text
            ],
            "no_people": Empty(
                title="还没有登记任职",
                purpose="登记负责人和经办人以后，通知、待办才送得到人。",
                icon="people",
                steps=("请乡镇组织干部在管理端登记任职",),
            ),
            "crumbs": [Crumb("工作台", reverse("workbench")), Crumb("我的单位", reverse("my-unit"))],
            "joint_orgs_action": Action("看联村党组织", reverse("joint-orgs")),
        },
    )
