"""任职: who holds which role where. An appointment changes nothing at the person's home organization."""

from typing import cast

from django import forms
from django.utils import timezone
from unfold.decorators import display

from kit import policies
from kit.admin import (
    Act,
    ActForm,
    Adding,
    Card,
    Column,
    Day,
    GovernedAdmin,
    Reason,
    ServiceForm,
    capped_count,
    select_filter,
    site,
)
from kit.scoping import standing_of
from orgs import rules, selectors
from orgs.admin.organizations import of_township, township_choices
from orgs.choices import OrganizationKind, Role
from orgs.models import Posting
from orgs.services import postings


class AppointForm(ServiceForm):
    """Offers the roles that this person may fill somewhere; the service decides for the organization chosen."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            roles = self.screen.roles_for(self.request.user)
            cast(forms.ChoiceField, self.fields["role"]).choices = [
                ("", "请选择"),
                *((r.value, r.label) for r in Role if r in roles),
            ]
            self.fields["field"].help_text = "只有乡镇干部填写。"
            self.fields["to_on"].help_text = "任期未定可不填。"
            self.fields["document"].help_text = "例如：三委〔2026〕8号"


class EndForm(ActForm):
    on = Day(label="免职日期", help_text="履职的最后一天。")
    reason = Reason(label="免职原因")


_FIELDS = (("person", "organization"), ("role", "field"), ("from_on", "to_on"), ("recruitment_channel", "document"))


class PostingAdmin(GovernedAdmin):
    """任职"""

    selector = selectors.postings
    menu_order = 50
    icon = "badge"
    opened_by = ("admin.staff",)
    purpose = "谁在哪个组织担任什么、从何时到何时。任职到期或免职后，下一次点击起就不再有相应权限。"
    list_display = ["person", "organization", "show_role", "from_on", "to_on", "show_state"]
    list_select_related = ["person", "organization__parent"]
    ordering = ["-from_on", "-pk"]
    columns = (
        Column("姓名", lambda row, person: row.person.name),
        Column("组织", lambda row, person: row.organization.name),
        Column("职责", lambda row, person: row.get_role_display()),
        Column("分管", lambda row, person: row.get_field_display()),
        Column("任职日期", lambda row, person: row.from_on),
        Column("免职日期", lambda row, person: row.to_on),
        Column("来源", lambda row, person: row.get_recruitment_channel_display()),
        Column("任职文件", lambda row, person: row.document),
    )
    search_text = ("person__name", "organization__name")
    search_initials = ("person__initials", "organization__initials")
    search_help_text = "姓名、组织或拼音首字母"
    list_filter = [
        select_filter("role", "职责", Role.choices, "role"),
        select_filter("township", "乡镇", township_choices, of_township("organization__path")),
        select_filter(
            "now",
            "情况",
            [("yes", "在任"), ("no", "已结束")],
            lambda queryset, value: (
                queryset.on(timezone.localdate()) if value == "yes" else queryset.filter(to_on__lt=timezone.localdate())
            ),
        ),
    ]
    form = AppointForm
    add_label = "任命"
    add_tool = "任命"
    add = Adding(
        postings.appoint,
        verbs=("unit.staff", "joint_org.staff", "office.staff", "admin.staff"),
        fields=_FIELDS,
    )
    fields = _FIELDS
    acts = (
        Act(
            "end",
            "免职",
            postings.end_posting,
            subject="posting",
            verb=lambda row: postings.staffing_verb(row.organization, row.role),
            form=EndForm,
            when=lambda row: row.to_on is None or row.to_on >= timezone.localdate(),
            hint="从免职日期的次日起不再有这项职责的权限。",
            danger=True,
            icon="person_remove",
        ),
    )

    def get_queryset(self, request):
        """Whoever only keeps the administrators sees only their posts."""
        rows = super().get_queryset(request)
        standing = standing_of(request.user)
        return rows if standing.paths or standing.body_ids else rows.filter(role__in=rules.ADMINISTRATORS)

    def roles_for(self, person) -> set[str]:
        """The roles that a verb of this person fills somewhere."""
        roles: set[str] = set()
        for kind in OrganizationKind:
            for role in rules.roles_at(kind):
                verb = "admin.staff" if role in rules.ADMINISTRATORS else f"{rules.circle(kind)}.staff"
                if policies.holds(person, verb):
                    roles.add(role)
        return roles

    @display(description="职责", ordering="role", label=True)
    def show_role(self, row):
        return row.get_role_display()

    @display(description="情况", label={"在任": "success", "未到任": "info"})
    def show_state(self, row):
        today = timezone.localdate()
        if row.from_on > today:
            return "未到任"
        return "在任" if row.to_on is None or row.to_on >= today else "已结束"

    def cards(self, request):
        running = self.get_queryset(request).on(timezone.localdate())
        return [Card("在任职务", capped_count(running), f"{self.address('changelist')}?now=yes")]


site.register(Posting, PostingAdmin)

__all__ = ["PostingAdmin"]
