"""需求: the register of demands, the township's desk for them, and the author's words beside every level's."""

from django.urls import reverse
from django.utils import timezone
from unfold.decorators import display

from deliberation import selectors as deliberation
from kit import facts, policies
from kit.admin import (
    Act,
    Adding,
    Card,
    Cell,
    Changing,
    Column,
    GovernedAdmin,
    Link,
    Panel,
    ReasonForm,
    acts_of,
    capped_count,
    glow,
    select_filter,
    site,
)
from kit.calendar import day_of, long_moment
from orgs import selectors as orgs
from resources import selectors
from resources.admin import forms
from resources.choices import Category, DemandKind, DemandState
from resources.models import DEMAND, Demand
from resources.services import demands, following

STATE_TONES = {
    DemandState.SUBMITTED.label: "warning",
    DemandState.RETURNED.label: "info",
    DemandState.WAITING.label: "info",
    DemandState.CONFIRMED.label: "success",
}
LIGHTS = [("red", "■ 红"), ("yellow", "▲ 黄"), ("green", "● 绿"), ("blue", "◆ 蓝")]


def body_choices(request):
    return [(str(each.pk), each.organization.name) for each in orgs.joint_org_cards(request.user)]


def in_state(queryset, value):
    return queryset.open() if value == "open" else queryset.filter(state=value)


def by_deadline(queryset, value):
    if value == "escalated":
        return queryset.filter(escalated_at__isnull=False)
    return queryset.overdue(timezone.localdate())


def _light(row):
    return selectors.demand_light(row, on=timezone.localdate())


def _light_words(row, person) -> str:
    light = _light(row)
    return light.word if light else ""


def _day(moment):
    return day_of(moment) if moment else None


def _amount(row) -> str:
    return f"{row.quantity} {row.quantity_unit}" if row.quantity is not None else ""


class DemandAdmin(GovernedAdmin):
    """需求"""

    selector = selectors.demands
    menu_order = 10
    icon = "campaign"
    purpose = "村里、企业报上来的需求。原话提交后谁也不能改，各级在旁边加注；三个工作日内受理，受理后十个工作日内答复。"
    list_display = ["title", "unit", "body", "show_category", "show_state", "show_light", "due", "show_filled_in"]
    list_select_related = ["unit", "body", "author"]
    ordering = ["-pk"]
    columns = (
        Column("联村党组织", lambda row, person: row.body.name),
        Column("单位", lambda row, person: row.unit.name),
        Column("来源", lambda row, person: row.get_kind_display()),
        Column("类别", lambda row, person: row.get_category_display()),
        Column("需要什么", lambda row, person: row.title),
        Column("具体情况", lambda row, person: row.text),
        Column("数量", lambda row, person: _amount(row)),
        Column("希望办到", lambda row, person: row.needed_by_on),
        Column("填报人", lambda row, person: f"{row.author.name}（代填）" if row.is_filled_in else row.author.name),
        Column("提交日期", lambda row, person: _day(row.submitted_at)),
        Column("受理期限", lambda row, person: row.accept_by_on),
        Column("答复期限", lambda row, person: row.answer_by_on),
        Column("状态", lambda row, person: row.get_state_display()),
        Column("期限情况", _light_words),
        Column("意见", lambda row, person: row.reason),
    )
    search_text = ("title", "unit__name", "body__name")
    search_initials = ("unit__initials", "body__initials")
    search_help_text = "需求、单位或拼音首字母"
    list_filter = [
        select_filter("state", "状态", [("open", "正在办（全部）"), *DemandState.choices], in_state),
        select_filter(
            "light", "灯", LIGHTS, lambda queryset, value: selectors.lit(queryset, value, on=timezone.localdate())
        ),
        select_filter("deadline", "期限", [("overdue", "已逾期"), ("escalated", "已转上级")], by_deadline),
        select_filter("category", "类别", Category.choices, "category"),
        select_filter("kind", "来源", DemandKind.choices, "kind"),
        select_filter("body", "联村党组织", body_choices, "body"),
        select_filter("filled_in", "代填", [("True", "代填"), ("False", "本人填报")], "is_filled_in"),
    ]
    add_form = forms.DemandForm
    change_form = forms.WordsForm
    add_label = "登记需求"
    add_tool = "登记"
    add = Adding(
        demands.write_demand,
        verbs=("demand.write",),
        fields=(
            ("membership", "kind"),
            ("title", "category"),
            "text",
            ("quantity", "quantity_unit"),
            "needed_by_on",
        ),
    )
    change = Changing(
        demands.change_demand,
        verb="demand.write",
        fields=("title", "category", "text", "quantity", "quantity_unit", "needed_by_on"),
        subject="demand",
    )
    fields = [
        ("title", "show_state", "show_light"),
        ("unit", "body", "wrote"),
        ("kind", "category", "amount"),
        "text",
        ("needed_by_on", "submitted_at", "accept_by_on"),
        ("accepted_at", "answer_by_on", "answered_at"),
    ]
    acts = (
        *acts_of(
            DEMAND,
            {
                "submit": demands.submit_demand,
                "resubmit": demands.submit_demand,
                "accept": demands.accept_demand,
                "return": demands.return_demand,
                "verify": demands.verify_demand,
            },
            subject="demand",
            submit={"hint": "提交后原话不能再改；乡镇三个工作日内受理。", "icon": "send"},
            resubmit={"hint": "补正后重新计算受理期限。", "icon": "send"},
            accept={"hint": "受理后十个工作日内答复。", "icon": "task_alt"},
            verify={
                "label": "核实答复",
                "form": forms.WayForwardForm,
                "hint": "写明怎么办，就算答复。",
                "icon": "fact_check",
            },
            **{"return": {"hint": "退回后时限暂停，填报单位会看到缺什么。", "icon": "undo"}},
        ),
        Act(
            "layer",
            "加注",
            demands.add_layer,
            subject="demand",
            verb="demand.handle",
            form=forms.LayerForm,
            when=lambda row: row.state in (DemandState.ACCEPTED, DemandState.WAITING, DemandState.VERIFIED),
            hint="写在原话旁边，原话不变；类别或数量与原话不同会标出来。",
            icon="note_add",
        ),
        Act(
            "object",
            "提出异议",
            demands.object_demand,
            subject="demand",
            verb="demand.object",
            form=ReasonForm,
            when=lambda row: row.state in (DemandState.ACCEPTED, DemandState.VERIFIED) and row.objected_at is None,
            hint="对初核意见只能提一次异议，由上级答复。",
            icon="feedback",
        ),
        *acts_of(
            DEMAND,
            {
                "offer": following.offer_settlement,
                "decline": following.decline_settlement,
                "settle": following.agree_settlement,
                "table": demands.table_demand,
                "fulfil": following.fulfil_demand,
                "confirm": following.confirm_demand,
                "reopen": following.reopen_demand,
                "wait": demands.wait_demand,
                "close": demands.close_demand,
                "withdraw": demands.withdraw_demand,
            },
            subject="demand",
            offer={"form": forms.SettlementForm, "hint": "两家商定，下次会议通报。", "icon": "handshake"},
            decline={"by": selectors.answers_offer, "icon": "thumb_down"},
            settle={"by": selectors.answers_offer, "hint": "同意后在下次会议通报。", "icon": "handshake"},
            table={"form": forms.TableForm, "hint": "以填报单位名义提请联席会议审议。", "icon": "gavel"},
            fulfil={"hint": "报落实后由填报单位确认。", "icon": "done"},
            confirm={"hint": "事情真的办成了再确认，确认后办结。", "icon": "done_all"},
            reopen={"icon": "replay"},
            wait={"hint": "写明等谁答复什么；灯变蓝，不再催办。", "icon": "hourglass_empty"},
            close={"hint": "理由所有成员单位都看得到。", "danger": True, "icon": "block"},
            withdraw={"hint": "撤回后不再办理，可以另报。", "danger": True, "icon": "cancel"},
        ),
    )

    def has_change_permission(self, request, obj=None):
        drafted = obj is not None and obj.state in (DemandState.DRAFT, DemandState.RETURNED)
        return drafted and super().has_change_permission(request, obj)

    def get_fields(self, request, obj=None):
        """To be read, an amount is one thing; to be written, a number and its unit."""
        names = super().get_fields(request, obj)
        if obj is None or not self.has_change_permission(request, obj):
            return names
        split = {("kind", "category", "amount"): ("category", "quantity", "quantity_unit")}
        return [split.get(line, line) for line in names]

    def arguments(self, request, values, *, adding):
        return {name: value for name, value in values.items() if name != "membership"} | (
            self._place(request, values["membership"]) if adding else {}
        )

    @staticmethod
    def _place(request, chosen: str) -> dict:
        places = selectors.writable(request.user)
        return next({"unit": u, "body": b} for u, b in places if forms.place_key(u, b) == chosen)

    @display(description="类别", ordering="category")
    def show_category(self, row):
        return row.get_category_display()

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    @display(description="灯")
    def show_light(self, row):
        return glow(_light(row))

    @display(description="期限")
    def due(self, row):
        return {DemandState.SUBMITTED: row.accept_by_on, DemandState.ACCEPTED: row.answer_by_on}.get(row.state)

    @display(description="代填", label={"代填": "info"})
    def show_filled_in(self, row):
        return "代填" if row.is_filled_in else None

    @display(description="数量")
    def amount(self, row):
        return _amount(row)

    @display(description="填报人")
    def wrote(self, row):
        return f"{row.author.name}（代填）" if row.is_filled_in else row.author.name

    def links(self, request, row):
        return [Link("需求页面", reverse("demand", args=[row.pk]), "open_in_new")]

    def notes(self, request, row):
        home = selectors.demand_home(request.user, row.pk, on=timezone.localdate())
        said = [f"现在由{home.held_by}办理。"] if home.held_by else []
        if row.reason:
            said.append(f"意见：{row.reason}")
        objected = [f"填报单位对初核有异议：{row.objection}"] if row.objection else []
        return [*([" ".join(said)] if said else []), *objected]

    def panels(self, request, row):
        home = selectors.demand_home(request.user, row.pk, on=timezone.localdate())
        motion = deliberation.motions_about(facts.subject_label(row)).first()
        handles = policies.allows(request.user, "demand.handle", row)
        may_add = handles and next(act for act in self.acts if act.name == "layer").when(row)
        return [
            Panel(
                "原话和各级加注",
                ("谁说的", "类别", "数量", "内容", "与原话"),
                (_own_words(row), *(_layer(row, each) for each in home.layers)),
                links=(("加注", self.address("act", row.pk, "layer")),) if may_add else (),
            ),
            *([_settlement(home.settlement)] if home.settlement else []),
            *([_motion(motion)] if motion else []),
            Panel(
                "办理过程",
                ("时间", "姓名", "单位", "事项", "意见"),
                tuple(
                    (
                        Cell(long_moment(each.at)),
                        Cell(each.name),
                        Cell(each.unit),
                        Cell(each.did),
                        Cell(each.said),
                    )
                    for each in home.trail
                ),
                empty="还没有提交。",
            ),
        ]

    def cards(self, request):
        rows, here, today = super().get_queryset(request), self.address("changelist"), timezone.localdate()
        waiting = capped_count(rows.filter(state=DemandState.SUBMITTED))
        handles = policies.holds(request.user, "demand.handle")
        return [
            Card("正在办的需求", capped_count(rows.open()), f"{here}?state=open"),
            Card("等待受理的需求", waiting, f"{here}?state=submitted", attention=handles),
            Card("逾期的需求", capped_count(rows.overdue(today)), f"{here}?deadline=overdue", attention=True),
        ]


def _own_words(row: Demand) -> tuple[Cell, ...]:
    return (
        Cell(f"原话 · {row.unit.name}"),
        Cell(row.get_category_display()),
        Cell(_amount(row) or "—"),
        Cell(row.text),
        Cell("原话", tone="good"),
    )


def _layer(row: Demand, each: selectors.Layer) -> tuple[Cell, ...]:
    layer = each.layer
    changed = layer.category != row.category
    return (
        Cell(f"{layer.get_level_display()} · {each.author}"),
        Cell(layer.get_category_display(), tone="warn" if changed else ""),
        Cell(_amount(layer) or "—", tone="warn" if _amount(layer) != _amount(row) else ""),
        Cell(layer.text),
        Cell(_difference(each), tone="warn" if each.differs and each.consented_at is None else ""),
    )


def _difference(each: selectors.Layer) -> str:
    if not each.differs:
        return "一致"
    return "与原话不同" if each.consented_at is None else "与原话不同，单位已同意"


def _settlement(settlement) -> Panel:
    agreed = settlement.agreed_at
    return Panel(
        "简易办理",
        ("对方单位", "商定内容", "提出时间", "对方答复"),
        (
            (
                Cell(settlement.partner.name),
                Cell(settlement.terms),
                Cell(long_moment(settlement.offered_at)),
                Cell(f"{long_moment(agreed)} 同意" if agreed else "等待答复"),
            ),
        ),
    )


def _motion(motion) -> Panel:
    return Panel(
        "提为议题",
        ("议题", "状态", "提交时间"),
        (
            (
                Cell(motion.title, reverse("admin:deliberation_motion_change", args=[motion.pk])),
                Cell(motion.get_state_display()),
                Cell(long_moment(motion.submitted_at) if motion.submitted_at else ""),
            ),
        ),
    )


site.register(Demand, DemandAdmin)

__all__ = ["DemandAdmin"]
