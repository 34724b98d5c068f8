"""人员: who works with the system. Accounts are opened, unlocked and disabled by the system administrator here."""

from django.utils import timezone
from unfold.decorators import display

from kit import policies
from kit.admin import (
    Adding,
    Card,
    Cell,
    Changing,
    Column,
    GovernedAdmin,
    Panel,
    ServiceForm,
    capped_count,
    select_filter,
    site,
)
from kit.masking import masked_phone
from orgs import selectors
from orgs.admin import intakes
from orgs.admin.accounts import ACTS
from orgs.admin.organizations import of_township, township_choices
from orgs.choices import IdentityType
from orgs.models import Organization, Person
from orgs.selectors import accounts, registers
from orgs.services import people


def _phone(row: Person, reader) -> str:
    return row.work_phone if policies.allows(reader, "person.read_phone", row) else masked_phone(row.work_phone)


class PersonForm(ServiceForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        hints = {
            "organization": "人事关系所在单位；参加联村不改变它。",
            "work_phone": "只填办公或工作手机，其他乡镇看到的是 138****1234。",
            "party_post": "例如：党支部书记。没有可不填。",
        }
        for field, hint in hints.items():
            if field in self.fields:
                self.fields[field].help_text = hint


class PersonAdmin(GovernedAdmin):
    """人员"""

    selector = selectors.people
    menu_order = 40
    icon = "person"
    opened_by = ("account.open", "account.reset_totp")
    picked_by = ("admin.staff",)
    purpose = "登记在单位名下的人员。登记不等于开户；要登录系统，由系统管理员开户，再由单位任职。"
    list_display = ["name", "organization", "party_post", "show_phone", "account"]
    list_select_related = ["organization__parent"]
    ordering = ["-pk"]
    columns = (
        Column("姓名", lambda row, person: row.name),
        Column("所在单位", lambda row, person: row.organization.name),
        Column("性别", lambda row, person: row.get_sex_display()),
        Column("党内职务", lambda row, person: row.party_post),
        Column("身份类型", lambda row, person: row.get_identity_type_display()),
        Column("工作电话", lambda row, person: _phone(row, person)),
    )
    search_text = ("name",)
    search_initials = ("initials",)
    search_help_text = "姓名或拼音首字母"
    list_filter = [
        select_filter("township", "乡镇", township_choices, of_township("organization__path")),
        select_filter("identity", "身份类型", IdentityType.choices, "identity_type"),
        select_filter(
            "account",
            "账号",
            [("open", "已开户"), ("none", "未开户"), ("disabled", "已停用")],
            lambda queryset, value: {
                "open": queryset.filter(username__isnull=False, is_active=True),
                "none": queryset.filter(username__isnull=True),
                "disabled": queryset.filter(username__isnull=False, is_active=False),
            }[value],
        ),
        select_filter(
            "post",
            "任职",
            [("none", "目前没有任职")],
            lambda queryset, _: registers.without_post(queryset, on=timezone.localdate()),
        ),
    ]
    form = PersonForm
    imports = intakes.PEOPLE
    add = Adding(
        people.register_person,
        verbs=("person.create",),
        fields=(("name", "organization"), ("sex", "identity_type"), ("party_post", "work_phone")),
    )
    change = Changing(
        people.change_person,
        verb="person.change",
        fields=("name", "sex", "party_post", "identity_type", "work_phone"),
        subject="person",
    )
    add_label = "登记人员"
    add_tool = "登记"
    fields = [("name", "organization"), ("sex", "identity_type"), ("party_post", "work_phone"), "account"]
    acts = ACTS

    def get_fields(self, request, obj=None):
        """The whole number only for those who may read it; no link where the person may not follow."""
        names = super().get_fields(request, obj)
        if obj is not None and not site.get_model_admin(Organization).has_view_permission(request):
            names = [("name", "home") if "organization" in line else line for line in names]
        if obj is None or policies.allows(request.user, "person.read_phone", obj):
            return names
        return [("party_post", "show_phone") if "work_phone" in line else line for line in names]

    @display(description="所在单位")
    def home(self, row):
        return row.organization.name

    @display(description="工作电话")
    def show_phone(self, row):
        return masked_phone(row.work_phone) if row.work_phone else None

    @display(description="账号", label={"已开户": "success", "已停用": "danger"})
    def account(self, row):
        if row.username is None:
            return "未开户"
        return "已开户" if row.is_active else "已停用"

    def notes(self, request, row):
        """Whoever keeps accounts sees a lock at once."""
        locked = accounts.keeps_accounts(request.user) and row.username in accounts.locked_names(now=timezone.now())
        return ["连续输错密码，账号已锁定；本人核实后可以解锁。"] if locked else []

    def panels(self, request, row):
        posts = selectors.postings(request.user).filter(person=row).select_related("organization")
        screen = site.get_model_admin(posts.model)
        add = (("任命", f"{screen.address('add')}?person={row.pk}"),) if screen.has_add_permission(request) else ()
        return [
            Panel(
                "任职经历",
                ("组织", "职责", "起", "止"),
                tuple(
                    (
                        Cell(post.organization.name),
                        Cell(post.get_role_display()),
                        Cell(f"{post.from_on:%Y年%-m月%-d日}"),
                        Cell(f"{post.to_on:%Y年%-m月%-d日}") if post.to_on else Cell("在任", tone="good"),
                    )
                    for post in posts.order_by("-from_on", "pk")
                ),
                links=add,
            )
        ]

    def cards(self, request):
        mine = self.get_queryset(request)
        here = self.address("changelist")
        free = registers.without_post(mine, on=timezone.localdate())
        return [
            Card("人员", capped_count(mine), here),
            Card("还没有任职的人员", capped_count(free), f"{here}?post=none"),
        ]


site.register(Person, PersonAdmin)

__all__ = ["PersonAdmin"]
