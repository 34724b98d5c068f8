"""议题: proposals from the draft to the meeting that takes them up, with who seconds them and what became of them."""

from django.urls import reverse
from django.utils import timezone
from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import forms
from deliberation.admin.lists import body_choices, moment, on_day, trail
from deliberation.choices import MotionClass, MotionState
from deliberation.models import MOTION, AgendaItem, Motion, Resolution
from deliberation.selectors import registers
from deliberation.services import motions, resolutions
from kit import policies
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
    acts_of,
    capped_count,
    select_filter,
    site,
)

STATE_TONES = {
    MotionState.SUBMITTED.label: "warning",
    MotionState.ADOPTED.label: "success",
    MotionState.REJECTED.label: "danger",
    MotionState.DISCUSSING.label: "info",
}
WAITING = (MotionState.SUBMITTED, MotionState.ACCEPTED, MotionState.DEFERRED)


def _may_second(row, person) -> bool:
    return bool(registers.may_second(person, row, on=timezone.localdate()))


def _unresolved(row) -> bool:
    return not row.resolutions.exclude(state="sent_back").exists()


def _proposer(row) -> str:
    return f"{row.proposer.name}（代填）" if row.filled_in_by_id else row.proposer.name


class MotionAdmin(GovernedAdmin):
    """议题"""

    selector = selectors.motions
    menu_order = 10
    icon = "lightbulb"
    purpose = "各成员单位都可以提，提交后谁也不能删。退回、合并、缓议的理由大家都看得到；联名满三分之一须列入下次会议。"
    list_display = ["title", "unit", "body", "show_class", "show_state", "seconders", "submitted_at"]
    list_select_related = ["unit", "body", "proposer"]
    ordering = ["-pk"]
    columns = (
        Column("议事主体", lambda row, person: row.body.name),
        Column("提出单位", lambda row, person: row.unit.name),
        Column("提出人", lambda row, person: _proposer(row)),
        Column("议题", lambda row, person: row.title),
        Column("类别", lambda row, person: row.get_classification_display()),
        Column("内容", lambda row, person: row.text),
        Column("联名单位数", lambda row, person: row.seconder_count),
        Column("提交日期", lambda row, person: on_day(row.submitted_at)),
        Column("状态", lambda row, person: row.get_state_display()),
        Column("理由", lambda row, person: row.reason),
    )
    search_text = ("title", "unit__name", "body__name")
    search_initials = ("unit__initials", "body__initials")
    search_help_text = "议题、单位或拼音首字母"
    list_filter = [
        select_filter("state", "状态", MotionState.choices, "state"),
        select_filter("class", "类别", MotionClass.choices, "classification"),
        select_filter("body", "议事主体", body_choices, "body"),
    ]
    add_form = forms.MotionForm
    change_form = forms.MotionWordsForm
    add_label = "提议题"
    add_tool = "提议题"
    add = Adding(
        motions.propose_motion,
        verbs=("motion.propose",),
        fields=(("membership", "classification"), "title", "text", "consultation_note"),
    )
    change = Changing(
        motions.change_motion,
        verb="motion.propose",
        fields=("title", "classification", "text", "consultation_note"),
        subject="motion",
    )
    fields = [
        ("title", "classification", "show_state"),
        ("unit", "body", "wrote"),
        "text",
        "consultation_note",
        ("submitted_at", "decided_at"),
    ]
    acts = (
        *acts_of(
            MOTION,
            {
                "submit": motions.submit_motion,
                "accept": motions.accept_motion,
                "return": motions.return_motion,
                "merge": motions.merge_motion,
                "defer": motions.defer_motion,
                "withdraw": motions.withdraw_motion,
            },
            subject="motion",
            submit={"hint": "提交后谁也不能删，由联村书记或副书记受理。", "icon": "send"},
            accept={"hint": "受理后可以列入会议。", "icon": "task_alt"},
            merge={"form": forms.MergeForm, "hint": "理由所有成员单位都看得到。", "icon": "merge"},
            defer={"hint": "理由所有成员单位都看得到；联名已满三分之一的不能缓议。", "icon": "schedule"},
            withdraw={"hint": "列入会议以前可以撤回。", "danger": True, "icon": "cancel"},
            **{"return": {"hint": "理由所有成员单位都看得到。", "icon": "undo"}},
        ),
        Act(
            "second",
            "联名",
            motions.second_motion,
            subject="motion",
            verb="motion.second",
            by=_may_second,
            form=forms.SecondForm,
            when=lambda row: row.state in WAITING,
            hint="联名满成员单位的三分之一，须列入下次会议。",
            icon="group_add",
        ),
        Act(
            "form",
            "形成决议",
            resolutions.form_resolution,
            subject="motion",
            verb="resolution.form",
            form=forms.FormForm,
            when=lambda row: row.state == MotionState.ADOPTED and _unresolved(row),
            hint="文号按本组织、本年度连续编号，不能跳号。",
            icon="gavel",
        ),
    )

    def get_queryset(self, request):
        return registers.with_seconders(super().get_queryset(request))

    def has_change_permission(self, request, obj=None):
        drafted = obj is not None and obj.state in (MotionState.DRAFT, MotionState.RETURNED)
        return drafted and super().has_change_permission(request, obj)

    def arguments(self, request, values, *, adding):
        given = {name: value for name, value in values.items() if name != "membership"}
        return given | (self._place(request, values["membership"]) if adding else {})

    @staticmethod
    def _place(request, chosen: str) -> dict:
        places = selectors.proposable(request.user)
        return next({"unit": u, "body": b} for u, b in places if forms.place_key(u, b) == chosen)

    @display(description="类别", ordering="classification")
    def show_class(self, row):
        return row.get_classification_display()

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    @display(description="联名")
    def seconders(self, row):
        return f"{row.seconder_count} 个单位" if row.seconder_count else None

    @display(description="提出人")
    def wrote(self, row):
        return _proposer(row)

    def after_act(self, act, row, outcome):
        if isinstance(outcome, Resolution):
            return site.get_model_admin(Resolution).address("change", outcome.pk)
        return super().after_act(act, row, outcome)

    def links(self, request, row):
        about = site.address_of(row.about)
        return [
            Link("议题页面", reverse("motion", args=[row.pk]), "open_in_new"),
            *([Link("所关于的事项", about, "link")] if about else []),
        ]

    def notes(self, request, row):
        home = selectors.motion_home(request.user, row.pk, on=timezone.localdate())
        said = [f"现在由{home.held_by}办理。"] if home.held_by else []
        if row.reason:
            said.append(f"理由：{row.reason}")
        if home.motion.merged_into is not None:
            said.append(f"已并入“{home.motion.merged_into.title}”。")
        return [" ".join(said)] if said else []

    def panels(self, request, row):
        home = selectors.motion_home(request.user, row.pk, on=timezone.localdate())
        item_screen = site.get_model_admin(AgendaItem)
        decided = home.resolution
        return [
            Panel(
                f"联名（成员单位 {home.units} 个，满 {home.needed} 个列入下次会议）",
                ("单位", "联名人", "时间"),
                tuple(
                    (Cell(each.unit.name), Cell(each.person.name), Cell(moment(each.seconded_at)))
                    for each in home.secondings
                ),
                empty="还没有单位联名。",
            ),
            Panel(
                "列入的会议",
                ("会议", "开会时间", "性质", "状态", "结果"),
                tuple(
                    (
                        Cell(item.meeting.title, item_screen.address("change", item.pk)),
                        Cell(moment(item.meeting.starts_at)),
                        Cell(item.get_kind_display()),
                        Cell(item.get_state_display()),
                        Cell(item.outcome),
                    )
                    for item in home.items
                ),
                empty="还没有列入会议。",
            ),
            *([_decided(decided)] if decided is not None else []),
            trail(home.trail, empty="还没有提交。"),
        ]

    def cards(self, request):
        rows, here = super().get_queryset(request), self.address("changelist")
        waiting = capped_count(rows.filter(state=MotionState.SUBMITTED))
        handles = policies.holds(request.user, "motion.handle")
        ready = capped_count(rows.filter(state=MotionState.ACCEPTED))
        return [
            Card("等待受理的议题", waiting, f"{here}?state=submitted", attention=handles),
            Card("等待列入会议的议题", ready, f"{here}?state=accepted"),
        ]


def _decided(resolution) -> Panel:
    return Panel(
        "形成的决议",
        ("文号", "标题", "状态"),
        (
            (
                Cell(resolution.number, site.get_model_admin(Resolution).address("change", resolution.pk)),
                Cell(resolution.title),
                Cell(resolution.get_state_display()),
            ),
        ),
    )


site.register(Motion, MotionAdmin)

__all__ = ["MotionAdmin"]
