"""联村党组织 and its members. Joining and leaving never touch the establishment."""

from django import forms
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from kit import policies
from kit.admin import (
    Act,
    ActForm,
    Adding,
    Card,
    Cell,
    Changing,
    Column,
    Day,
    GovernedAdmin,
    Panel,
    Pick,
    PickMany,
    Reason,
    ServiceForm,
    Text,
    acts_of,
    capped_count,
    select_filter,
    site,
)
from orgs import selectors
from orgs.admin.organizations import of_township, township_choices
from orgs.choices import ContentArea, JointOrgState, JointOrgType, Role
from orgs.models import JOINT_ORG, JointOrg, Membership, Organization, Posting
from orgs.selectors import registers
from orgs.services import joint_orgs

UNIT = Membership._meta.get_field("unit")
STATE_TONES = {JointOrgState.ACTIVE.label: "success", JointOrgState.DISSOLVED.label: "danger"}


class CharacterForm(ServiceForm):
    """What founding and changing ask for alike."""

    name = Text(label="名称", max_length=80, help_text="例如：天马粮油农旅融合联村党委")
    content_areas = forms.MultipleChoiceField(
        label="五大内容", choices=ContentArea.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )


class FoundingForm(CharacterForm):
    lead_township = Pick(Organization._meta.get_field("parent"), label="牵头乡镇党委")
    units = PickMany(UNIT, label="成员单位", help_text="至少两个；输入名称或拼音首字母查找，逐个选入。")
    hub = Pick(UNIT, label="中心村", help_text="从成员单位的村里选一个。")


class ChangingForm(CharacterForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("name", self.instance.organization.name)


class JoinForm(ActForm):
    unit = Pick(UNIT, label="成员单位")
    from_on = Day(label="加入日期")
    is_hub = forms.BooleanField(label="同时设为中心村", required=False)


class DissolveForm(ActForm):
    document = Text(label="撤销批复文号", max_length=80)
    on = Day(label="撤销日期")
    reason = Reason(label="撤销原因")


class LeaveForm(ActForm):
    on = Day(label="退出日期", help_text="作为成员的最后一天。")
    reason = Reason(label="退出原因")


def _areas(row: JointOrg) -> str:
    return "、".join(ContentArea(each).label for each in row.content_areas)


class JointOrgAdmin(GovernedAdmin):
    """联村党组织"""

    selector = selectors.joint_orgs
    menu_order = 20
    icon = "hub"
    purpose = "凭乡镇党委批复成立；成立、调整、撤销都不改变任何村的建制、人员、资产和债权债务。"
    list_display = ["show_name", "show_type", "lead", "hub", "members", "superior", "show_state"]
    list_select_related = ["organization__parent", "superior"]
    ordering = ["organization__path"]
    columns = (
        Column("名称", lambda row, person: row.organization.name),
        Column("类型", lambda row, person: row.get_type_display()),
        Column("子类型", lambda row, person: row.get_subtype_display()),
        Column("五大内容", lambda row, person: _areas(row)),
        Column("牵头乡镇", lambda row, person: row.organization.parent.name),
        Column("片区联合党委", lambda row, person: row.superior.name if row.superior_id else ""),
        Column("中心村", lambda row, person: row.hub_name),
        Column("成员单位数", lambda row, person: row.member_count),
        Column("批复文号", lambda row, person: row.approval_number),
        Column("批复日期", lambda row, person: row.approved_on),
        Column("成立日期", lambda row, person: row.founded_on),
        Column("状态", lambda row, person: row.get_state_display()),
    )
    search_text = ("organization__name", "approval_number")
    search_initials = ("organization__initials",)
    search_help_text = "名称、拼音首字母或批复文号"
    list_filter = [
        select_filter("type", "类型", JointOrgType.choices, "type"),
        select_filter("township", "牵头乡镇", township_choices, of_township("organization__path")),
        select_filter("state", "状态", JointOrgState.choices, "state"),
        select_filter(
            "leader",
            "书记",
            [("none", "没有书记")],
            lambda queryset, _: _without_secretary(queryset),
        ),
    ]
    add_form = FoundingForm
    change_form = ChangingForm
    add_label = "成立联村党组织"
    add_tool = "成立"
    add = Adding(
        joint_orgs.found_joint_org,
        verbs=("joint_org.found",),
        fields=(
            ("name", "lead_township"),
            ("units", "hub"),
            ("type", "subtype"),
            "content_areas",
            ("approval_number", "superior"),
            ("approved_on", "founded_on"),
            "funds_source",
        ),
    )
    change = Changing(
        joint_orgs.change_joint_org,
        verb="joint_org.change",
        fields=("name", "type", "subtype", "content_areas", "superior", "funds_source"),
        subject="joint_org",
    )
    fields = [
        ("name", "lead"),
        ("type", "subtype"),
        "content_areas",
        ("superior", "funds_source"),
        ("approval_number", "approved_on"),
        ("founded_on", "dissolved_on"),
    ]
    acts = (
        Act(
            "join",
            "吸收成员单位",
            joint_orgs.join_unit,
            subject="joint_org",
            verb="membership.join",
            form=JoinForm,
            when=lambda row: row.state == JointOrgState.ACTIVE,
            hint="只建立联建关系；该单位的隶属、人员、资产都不变。同时参加两个联村党组织允许，页面会标明。",
            icon="group_add",
        ),
        *acts_of(
            JOINT_ORG,
            {"dissolve": joint_orgs.dissolve_joint_org},
            subject="joint_org",
            dissolve={
                "form": DissolveForm,
                "hint": "成员关系和联村职务在撤销日期当天结束，档案冻结，仍可查看。",
                "danger": True,
                "icon": "block",
            },
        ),
    )

    def get_queryset(self, request):
        return registers.with_members(super().get_queryset(request), on=timezone.localdate())

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and obj.state == JointOrgState.ACTIVE

    def get_fields(self, request, obj=None):
        """The area committee is named to everybody; whoever may not open it gets no link."""
        names = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return names
        return [("area", "funds_source") if "superior" in line else line for line in names]

    @display(description="所属片区联合党委")
    def area(self, row):
        return row.superior.name if row.superior_id else None

    @display(description="名称", ordering="organization__name")
    def show_name(self, row):
        return row.organization.name

    @display(description="名称")
    def name(self, row):
        return row.organization.name

    @display(description="类型", ordering="type", label=True)
    def show_type(self, row):
        return row.get_subtype_display() or row.get_type_display()

    @display(description="牵头乡镇")
    def lead(self, row):
        return row.organization.parent.name

    @display(description="中心村")
    def hub(self, row):
        return row.hub_name

    @display(description="成员单位")
    def members(self, row):
        return f"{row.member_count} 个"

    @display(description="五大内容")
    def content_areas(self, row):
        return _areas(row)

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    def panels(self, request, row):
        home = selectors.joint_org_home(request.user, row.pk)
        member_screen = site.get_model_admin(Membership)
        unit_screen = site.get_model_admin(Organization)
        posting_screen = site.get_model_admin(Posting)
        active = row.state == JointOrgState.ACTIVE
        units = tuple(
            (
                Cell(member.unit.name, unit_screen.address("change", member.unit.pk)),
                Cell(member.unit.get_kind_display()),
                Cell(member.secretary or "—"),
                Cell("中心村", tone="red") if member.membership.is_hub else Cell(""),
                Cell(f"{member.membership.from_on:%Y年%-m月%-d日}"),
                Cell("办理", member_screen.address("change", member.membership.pk)),
            )
            for member in home.members
        )
        posts = tuple(
            (
                Cell(post.person.name, posting_screen.address("change", post.pk)),
                Cell(post.get_role_display()),
                Cell(f"{post.from_on:%Y年%-m月%-d日}"),
            )
            for post in home.posts
        )
        join = (("吸收成员单位", self.address("act", row.pk, "join")),)
        appoint = (("任命", f"{posting_screen.address('add')}?organization={row.pk}"),)
        return [
            Panel(
                "成员单位",
                ("单位", "类别", "负责人", "", "加入日期", ""),
                units,
                links=join if active and policies.allows(request.user, "membership.join", row) else (),
            ),
            Panel(
                "班子成员",
                ("姓名", "职责", "任职日期"),
                posts,
                links=appoint if active and policies.allows(request.user, "joint_org.staff", row) else (),
                empty="还没有任命班子。",
            ),
        ]

    def notes(self, request, row):
        home = selectors.joint_org_home(request.user, row.pk)
        return [f"{member.unit.name}同时参加{'、'.join(member.also_in)}。" for member in home.members if member.also_in]

    def cards(self, request):
        mine = super().get_queryset(request).active()
        here = self.address("changelist")
        return [
            Card("联村党组织", capped_count(mine), f"{here}?state=active"),
            Card("联村党组织没有书记", capped_count(_without_secretary(mine)), f"{here}?leader=none", attention=True),
        ]


def _without_secretary(queryset):
    return registers.bodies_without(queryset, Role.JOINT_SECRETARY, on=timezone.localdate())


class MembershipAdmin(GovernedAdmin):
    """成员单位"""

    selector = selectors.memberships
    menu_order = 30
    icon = "diversity_3"
    purpose = "每个单位在联村党组织里的起止时间。吸收新成员在联村党组织页面办理。"
    list_display = ["unit", "joint_org", "show_hub", "from_on", "to_on"]
    list_select_related = ["unit", "joint_org__organization__parent"]
    ordering = ["joint_org__organization__path", "-is_hub", "unit__path", "pk"]
    columns = (
        Column("联村党组织", lambda row, person: row.joint_org.organization.name),
        Column("成员单位", lambda row, person: row.unit.name),
        Column("类别", lambda row, person: row.unit.get_kind_display()),
        Column("中心村", lambda row, person: "是" if row.is_hub else ""),
        Column("加入日期", lambda row, person: row.from_on),
        Column("退出日期", lambda row, person: row.to_on),
    )
    search_text = ("unit__name", "joint_org__organization__name")
    search_initials = ("unit__initials", "joint_org__organization__initials")
    list_filter = [
        select_filter("township", "牵头乡镇", township_choices, of_township("joint_org__organization__path")),
        select_filter(
            "now",
            "情况",
            [("yes", "现在是成员"), ("no", "已退出")],
            lambda queryset, value: (
                queryset.on(timezone.localdate()) if value == "yes" else queryset.filter(to_on__lt=timezone.localdate())
            ),
        ),
    ]
    fields = [("unit", "joint_org"), "is_hub", ("from_on", "to_on")]
    acts = (
        Act(
            "hub",
            "设为中心村",
            joint_orgs.move_hub,
            subject="membership",
            verb="joint_org.change",
            when=lambda row: row.to_on is None and not row.is_hub and row.unit.kind == "village_branch",
            hint="原来的中心村同时取消。",
            icon="home_pin",
        ),
        Act(
            "leave",
            "办理退出",
            joint_orgs.leave_unit,
            subject="membership",
            verb="membership.leave",
            form=LeaveForm,
            when=lambda row: row.to_on is None,
            danger=True,
            icon="logout",
        ),
    )

    @display(description="中心村", boolean=True)
    def show_hub(self, row):
        return row.is_hub

    def after_act(self, act, row, outcome):
        return site.get_model_admin(JointOrg).address("change", row.joint_org_id)

    def cards(self, request):
        running = super().get_queryset(request).on(timezone.localdate())
        return [Card("在册成员单位", capped_count(running), f"{self.address('changelist')}?now=yes")]


site.register(JointOrg, JointOrgAdmin)
site.register(Membership, MembershipAdmin)

__all__ = ["JointOrgAdmin", "MembershipAdmin"]
