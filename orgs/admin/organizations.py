"""组织: the tree of organizations that townships and the organization department keep."""

from typing import cast

from django import forms
from django.utils import timezone
from unfold.decorators import display

from kit import policies
from kit.admin import (
    ActForm,
    Adding,
    Card,
    Cell,
    Changing,
    Column,
    GovernedAdmin,
    Panel,
    Pick,
    Reason,
    ServiceForm,
    acts_of,
    capped_count,
    select_filter,
    site,
)
from kit.admin.acts import Act
from orgs import rules, selectors
from orgs.admin import intakes
from orgs.choices import OrganizationKind as Kind
from orgs.choices import OrganizationState, Role
from orgs.models import ORGANIZATION, JointOrg, Organization, Posting
from orgs.selectors import registers
from orgs.services import organizations

STATE_TONES = {OrganizationState.ACTIVE.label: "success", OrganizationState.RETIRED.label: "danger"}


def of_township(field: str):
    """A narrowing by township: everything whose path lies under the chosen one."""

    def narrow(queryset, path):
        return queryset.filter(**{f"{field}__startswith": path})

    return narrow


def township_choices(request):
    return [(row.path, row.name) for row in registers.townships(request.user)]


class OrganizationForm(ServiceForm):
    """Offers the kinds that this person may register; the service decides."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            person = self.request.user
            cast(forms.ChoiceField, self.fields["kind"]).choices = [
                ("", "请选择"),
                *(
                    (kind.value, kind.label)
                    for kind in Kind
                    if kind != Kind.JOINT_ORG and policies.holds(person, f"{rules.circle(kind)}.create")
                ),
            ]
            self.fields["parent"].help_text = "村、企业、合作社等选乡镇党委；乡镇党委、片区联合党委选区委。"
            self.fields["division"].help_text = "区委、乡镇党委、村党组织须选；输入区划名称或代码查找。"
            self.fields["credit_code"].help_text = "18 位；没有可不填。"


class MoveForm(ActForm):
    parent = Pick(Organization._meta.get_field("parent"), label="调整到")
    reason = Reason(label="调整依据")


class OrganizationAdmin(GovernedAdmin):
    """组织"""

    selector = selectors.organizations
    menu_order = 10
    icon = "account_tree"
    picked_by = ("admin.staff",)
    purpose = "村、企业、合作社等单位由乡镇登记；区、片区、乡镇机构由区委组织部登记。联村党组织另在“联村党组织”办理。"
    list_display = ["name", "show_kind", "parent", "division", "show_state"]
    list_select_related = ["parent", "division"]
    ordering = ["path"]
    columns = (
        Column("名称", lambda row, person: row.name),
        Column("类别", lambda row, person: row.get_kind_display()),
        Column("上级组织", lambda row, person: row.parent.name if row.parent_id else ""),
        Column("区划代码", lambda row, person: row.division_id or ""),
        Column("统一社会信用代码", lambda row, person: row.credit_code),
        Column("办公电话", lambda row, person: row.contact_phone),
        Column("状态", lambda row, person: row.get_state_display()),
    )
    search_text = ("name", "credit_code")
    search_initials = ("initials",)
    search_help_text = "名称、拼音首字母或信用代码"
    list_filter = [
        select_filter("kind", "类别", Kind.choices, "kind"),
        select_filter("township", "乡镇", township_choices, of_township("path")),
        select_filter("state", "状态", OrganizationState.choices, "state"),
        select_filter(
            "leader",
            "负责人",
            [("none", "村党组织没有负责人")],
            lambda queryset, _: registers.without_holder(
                queryset.filter(kind=Kind.VILLAGE_BRANCH), Role.UNIT_SECRETARY, on=timezone.localdate()
            ),
        ),
    ]
    form = OrganizationForm
    imports = intakes.ORGANIZATIONS
    add = Adding(
        organizations.create_organization,
        verbs=("unit.create", "office.create"),
        fields=(("kind", "name"), ("parent", "division"), ("credit_code", "contact_phone")),
    )
    change = Changing(
        organizations.change_organization,
        verb=lambda row: f"{rules.circle(row.kind)}.change",
        fields=("name", "credit_code", "contact_phone"),
        subject="organization",
    )
    fields = [("name", "kind"), ("parent", "division"), ("credit_code", "contact_phone"), ("state", "path")]
    acts = (
        Act(
            "move",
            "调整隶属",
            organizations.move_organization,
            subject="organization",
            verb="organization.move",
            form=MoveForm,
            when=lambda row: row.state == OrganizationState.ACTIVE and row.kind in rules.UNITS,
            hint="只用于真实的行政合并或划转。联村不改变隶属，请勿为联村办理调整。",
            icon="drive_file_move",
        ),
        *acts_of(
            ORGANIZATION,
            {"retire": organizations.retire_organization},
            subject="organization",
            retire={
                "verb": lambda row: (
                    "joint_org.dissolve" if row.kind == Kind.JOINT_ORG else f"{rules.circle(row.kind)}.retire"
                ),
                "when": lambda row: row.kind != Kind.JOINT_ORG,
                "hint": "撤销后不能再任职、不能再加入联村党组织，档案仍可查看。",
                "danger": True,
                "icon": "block",
            },
        ),
    )
    pick_rules = {
        "orgs.organization.parent": lambda queryset, person: queryset.active().filter(
            kind__in=[Kind.DISTRICT_COMMITTEE, Kind.TOWNSHIP_COMMITTEE]
        ),
        "orgs.membership.unit": lambda queryset, person: queryset.active().filter(kind__in=rules.UNITS),
        # The names of the offices above are public within the tree.
        "orgs.jointorg.superior": lambda queryset, person: registers.area_committees(person),
        "orgs.person.organization": lambda queryset, person: queryset.active(),
        "orgs.posting.organization": lambda queryset, person: queryset.active(),
    }

    def pick_label(self, row) -> str:
        return f"{row.name}（{row.parent.name}）" if row.parent_id else row.name

    @display(description="类别", ordering="kind", label=True)
    def show_kind(self, row):
        return row.get_kind_display()

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    def panels(self, request, row):
        today = timezone.localdate()
        posts = selectors.postings(request.user).on(today).filter(organization=row).select_related("person")
        joined = selectors.memberships(request.user).on(today).filter(unit=row)
        posting_screen, joint_screen = site.get_model_admin(Posting), site.get_model_admin(JointOrg)
        links = []
        if posting_screen.has_add_permission(request) and row.state == OrganizationState.ACTIVE:
            links.append(("任命", f"{posting_screen.address('add')}?organization={row.pk}"))
        return [
            Panel(
                "在任人员",
                ("姓名", "职责", "任职日期"),
                tuple(
                    (
                        Cell(post.person.name, posting_screen.address("change", post.pk)),
                        Cell(post.get_role_display()),
                        Cell(f"{post.from_on:%Y年%-m月%-d日}"),
                    )
                    for post in posts.order_by("role", "pk")
                ),
                links=tuple(links),
            ),
            *(
                [
                    Panel(
                        "参加的联村党组织",
                        ("联村党组织", "加入日期", ""),
                        tuple(
                            (
                                Cell(
                                    each.joint_org.organization.name, joint_screen.address("change", each.joint_org_id)
                                ),
                                Cell(f"{each.from_on:%Y年%-m月%-d日}"),
                                Cell("中心村", tone="red") if each.is_hub else Cell(""),
                            )
                            for each in joined.select_related("joint_org__organization").order_by("from_on", "pk")
                        ),
                    )
                ]
                if row.kind in rules.UNITS
                else []
            ),
        ]

    def cards(self, request):
        mine = self.get_queryset(request).active()
        here = self.address("changelist")
        villages = Card(
            "村党组织", capped_count(mine.filter(kind=Kind.VILLAGE_BRANCH)), f"{here}?kind=village_branch&state=active"
        )
        others = Card("全部组织", capped_count(mine), f"{here}?state=active")
        leaderless = registers.without_holder(
            mine.filter(kind=Kind.VILLAGE_BRANCH), Role.UNIT_SECRETARY, on=timezone.localdate()
        )
        return [
            villages,
            others,
            Card("村党组织没有负责人", capped_count(leaderless), f"{here}?leader=none", attention=True),
        ]


site.register(Organization, OrganizationAdmin)

__all__ = ["OrganizationAdmin", "of_township", "township_choices"]
