"""决议 and 公示: from the formed text through its publication to its effect."""

from django.urls import reverse
from django.utils import timezone
from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import forms
from deliberation.admin import papers as word
from deliberation.admin.checklists import villages_panel
from deliberation.admin.lists import body_choices, day, moment, on_day, trail
from deliberation.choices import PaperKind, ResolutionState, Scope
from deliberation.models import RESOLUTION, Objection, PublicNotice, Resolution, ResolutionTask
from deliberation.selectors import registers
from deliberation.services import notices, resolutions, tasks
from kit import policies
from kit.admin import (
    Act,
    Card,
    Cell,
    Column,
    GovernedAdmin,
    Link,
    Panel,
    ReasonForm,
    acts_of,
    capped_count,
    lit,
    select_filter,
    site,
)

STATE_TONES = {
    ResolutionState.CONDITIONAL.label: "warning",
    ResolutionState.IN_NOTICE.label: "info",
    ResolutionState.OBJECTED.label: "warning",
    ResolutionState.EFFECTIVE.label: "success",
    ResolutionState.TERMINATED.label: "danger",
}
OPEN = (
    *(ResolutionState.FORMED, ResolutionState.CONDITIONAL, ResolutionState.IN_NOTICE),
    *(ResolutionState.OBJECTED, ResolutionState.EFFECTIVE),
)


class ResolutionAdmin(GovernedAdmin):
    """决议"""

    selector = selectors.resolutions
    menu_order = 40
    icon = "gavel"
    purpose = "由表决通过的议题形成，文号连续。先按批准的范围公示，期满无异议后生效，再由具体单位按期落实。"
    list_display = ["number", "title", "body", "show_scope", "show_state", "formed_at", "effective_at"]
    list_select_related = ["body", "motion__unit", "poll__item__meeting"]
    ordering = ["-formed_at", "-pk"]
    columns = (
        Column("文号", lambda row, person: row.number),
        Column("议事主体", lambda row, person: row.body.name),
        Column("标题", lambda row, person: row.title),
        Column("决议事项", lambda row, person: row.text),
        Column("提出单位", lambda row, person: row.motion.unit.name),
        Column("公开范围", lambda row, person: row.get_scope_display()),
        Column("形成日期", lambda row, person: on_day(row.formed_at)),
        Column("生效日期", lambda row, person: on_day(row.effective_at)),
        Column("状态", lambda row, person: row.get_state_display()),
    )
    search_text = ("number", "title", "body__name")
    search_initials = ("body__initials",)
    search_help_text = "文号、标题、组织或拼音首字母"
    list_filter = [
        select_filter("state", "状态", ResolutionState.choices, "state"),
        select_filter("scope", "公开范围", Scope.choices, "scope"),
        select_filter("body", "议事主体", body_choices, "body"),
    ]
    fields = [
        ("number", "title", "show_state"),
        "text",
        ("body", "motion", "poll"),
        "replaces",
        ("show_scope", "formed_at", "effective_at"),
        "reason",
    ]
    acts = (
        *acts_of(
            RESOLUTION,
            {"publish": notices.publish_notice, "take_effect": resolutions.make_effective},
            subject="resolution",
            publish={
                "label": "审核公示",
                "form": forms.NoticeForm,
                "when": lambda row: row.scope != Scope.NONE,
                "hint": "只公示审核过的文字，按批准的范围。",
                "icon": "campaign",
            },
            take_effect={
                "when": lambda row: row.state == ResolutionState.IN_NOTICE or row.scope == Scope.NONE,
                "hint": "公示期满、没有未答复的异议才能生效；期满也会自动生效。",
                "icon": "verified",
            },
        ),
        Act(
            "assign",
            "布置任务",
            tasks.assign_task,
            subject="resolution",
            verb="task.assign",
            form=forms.TaskForm,
            when=lambda row: row.state in OPEN,
            hint="一项任务只有一个牵头单位，或一个外部单位。",
            icon="assignment_add",
        ),
        word.issue(PaperKind.RESOLUTION),
        word.issue(PaperKind.EXCERPT),
        *acts_of(
            RESOLUTION,
            {"return": resolutions.return_resolution, "terminate": resolutions.terminate_resolution},
            subject="resolution",
            **{
                "return": {
                    "when": selectors.has_refused,
                    "hint": "有村表决没有通过的，决议不能生效；退回后议题重新列入会议。",
                    "icon": "undo",
                }
            },
            terminate={"hint": "公示同时撤下，原因留在决议里。", "danger": True, "icon": "block"},
        ),
    )

    @display(description="公开范围", ordering="scope")
    def show_scope(self, row):
        return row.get_scope_display()

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    def links(self, request, row):
        return [Link("决议页面", reverse("resolution", args=[row.pk]), "open_in_new")]

    def notes(self, request, row):
        home = selectors.resolution_home(request.user, row.pk, on=timezone.localdate())
        return [f"还有 {home.open_objections} 件异议没有答复。"] if home.open_objections else []

    def panels(self, request, row):
        home = selectors.resolution_home(request.user, row.pk, on=timezone.localdate())
        notice_screen, task_screen = site.get_model_admin(PublicNotice), site.get_model_admin(ResolutionTask)
        objection_screen = site.get_model_admin(Objection)
        may_assign = policies.allows(request.user, "task.assign", row) and row.state in OPEN
        return [
            Panel(
                "任务",
                ("任务", "牵头", "完成时限", "状态", "灯"),
                tuple(
                    (
                        Cell(each.task.title, task_screen.address("change", each.task.pk)),
                        Cell(each.task.owner.name if each.task.owner else each.task.outside_body),
                        Cell(day(each.task.due_on)),
                        Cell(each.task.get_state_display()),
                        lit(each.light),
                    )
                    for each in home.tasks
                ),
                links=(("布置任务", self.address("act", row.pk, "assign")),) if may_assign else (),
                empty="还没有布置任务。",
            ),
            *villages_panel(home.checklists),
            Panel(
                "公示",
                ("标题", "范围", "起", "止", "情况"),
                tuple(
                    (
                        Cell(each.title, notice_screen.address("change", each.pk)),
                        Cell(each.get_scope_display()),
                        Cell(day(each.from_on)),
                        Cell(day(each.to_on)),
                        Cell(_standing(each)),
                    )
                    for each in registers.notices_of(row)
                ),
                empty="还没有公示。",
            ),
            *(
                [
                    Panel(
                        "异议",
                        ("异议内容", "收到时间", "答复期限", "状态"),
                        tuple(
                            (
                                Cell(each.text, objection_screen.address("change", each.pk)),
                                Cell(moment(each.received_at)),
                                Cell(day(each.answer_due_on)),
                                Cell(each.get_state_display()),
                            )
                            for each in (listed.objection for listed in home.objections)
                        ),
                    )
                ]
                if home.objections
                else []
            ),
            *word.panel(request.user, row),
            trail(home.trail),
        ]

    def cards(self, request):
        rows, here = super().get_queryset(request), self.address("changelist")
        formed = capped_count(rows.filter(state=ResolutionState.FORMED))
        publishes = policies.holds(request.user, "notice.publish")
        effective = capped_count(rows.filter(state=ResolutionState.EFFECTIVE))
        return [
            Card("正在落实的决议", effective, f"{here}?state=effective"),
            Card("等待公示的决议", formed, f"{here}?state=formed", attention=publishes),
        ]


def _standing(notice: PublicNotice) -> str:
    today = timezone.localdate()
    if notice.taken_down_at is not None:
        return "已撤下"
    if today < notice.from_on:
        return "未开始"
    return "公示中" if today <= notice.to_on else "已期满"


def _by_standing(queryset, value):
    today = timezone.localdate()
    if value == "down":
        return queryset.filter(taken_down_at__isnull=False)
    live = queryset.live()
    return live.filter(from_on__lte=today, to_on__gte=today) if value == "running" else live.filter(to_on__lt=today)


class PublicNoticeAdmin(GovernedAdmin):
    """公示"""

    selector = selectors.published
    menu_order = 50
    icon = "newspaper"
    purpose = "审核后公示的文字和期限。发布在决议页面办理；发现不妥可以撤下，改好后再公示。"
    list_display = ["title", "show_resolution", "show_scope", "from_on", "to_on", "show_publisher", "show_standing"]
    list_select_related = ["resolution__body", "resolution__motion", "publisher"]
    ordering = ["-published_at", "-pk"]
    columns = (
        Column("标题", lambda row, person: row.title),
        Column("决议文号", lambda row, person: row.resolution.number),
        Column("议事主体", lambda row, person: row.resolution.body.name),
        Column("公示内容", lambda row, person: row.text),
        Column("公开范围", lambda row, person: row.get_scope_display()),
        Column("公示开始", lambda row, person: row.from_on),
        Column("公示结束", lambda row, person: row.to_on),
        Column("审核发布人", lambda row, person: row.publisher.name),
        Column("情况", lambda row, person: _standing(row)),
        Column("撤下原因", lambda row, person: row.reason),
    )
    search_text = ("title", "resolution__number", "resolution__title")
    search_help_text = "标题或决议文号"
    list_filter = [
        select_filter(
            "standing", "情况", [("running", "公示中"), ("over", "已期满"), ("down", "已撤下")], _by_standing
        ),
        select_filter("scope", "公开范围", Scope.choices, "scope"),
        select_filter("body", "议事主体", body_choices, "resolution__body"),
    ]
    fields = [
        ("title", "show_resolution", "show_standing"),
        "text",
        ("show_scope", "from_on", "to_on"),
        ("show_publisher", "published_at"),
        ("taken_down_at", "reason"),
    ]
    acts = (
        Act(
            "take-down",
            "撤下公示",
            notices.take_down_notice,
            subject="notice",
            verb="notice.publish",
            form=ReasonForm,
            when=lambda row: row.taken_down_at is None,
            hint="撤下后决议退回“已形成”，改好文字可以再公示。",
            danger=True,
            icon="visibility_off",
        ),
        word.issue(PaperKind.PUBLIC_NOTICE),
        word.issue(PaperKind.NOTICE_RESULT),
    )

    @display(description="决议")
    def show_resolution(self, row):
        return row.resolution.number

    @display(description="公开范围", ordering="scope")
    def show_scope(self, row):
        return row.get_scope_display()

    @display(description="审核发布人")
    def show_publisher(self, row):
        return row.publisher.name

    @display(description="情况", label={"公示中": "success", "已撤下": "danger"})
    def show_standing(self, row):
        return _standing(row)

    def links(self, request, row):
        return [Link("决议", site.get_model_admin(Resolution).address("change", row.resolution_id), "gavel")]

    def panels(self, request, row):
        return word.panel(request.user, row)

    def cards(self, request):
        running = _by_standing(super().get_queryset(request), "running")
        return [Card("正在公示", capped_count(running), f"{self.address('changelist')}?standing=running")]


site.register(Resolution, ResolutionAdmin)
site.register(PublicNotice, PublicNoticeAdmin)

__all__ = ["PublicNoticeAdmin", "ResolutionAdmin"]
