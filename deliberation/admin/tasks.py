"""任务: what units do to carry resolutions out, until when, and whose confirmation ends it."""

from django.urls import reverse
from django.utils import timezone
from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import forms
from deliberation.admin.lists import LIGHTS, body_choices, trail
from deliberation.choices import TaskState
from deliberation.models import TASK, Resolution, ResolutionTask
from deliberation.selectors import registers
from deliberation.services import tasks
from kit.admin import (
    Act,
    Card,
    Column,
    GovernedAdmin,
    Link,
    acts_of,
    capped_count,
    glow,
    select_filter,
    site,
)

STATE_TONES = {
    TaskState.REPORTED.label: "warning",
    TaskState.WAITING.label: "info",
    TaskState.ACCEPTED.label: "success",
    TaskState.CONFIRMED.label: "success",
}


def _owners_verb(row) -> str:
    """An outside body's task is reported by whoever leads the body."""
    return "task.report" if row.owner_id else "task.accept"


def _owner(row) -> str:
    return row.owner.name if row.owner_id else row.outside_body


def _light(row):
    return selectors.task_light(row, on=timezone.localdate())


def _light_words(row, person) -> str:
    light = _light(row)
    return light.word if light else ""


def in_state(queryset, value):
    return queryset.open() if value == "open" else queryset.filter(state=value)


class ResolutionTaskAdmin(GovernedAdmin):
    """决议任务"""

    selector = selectors.tasks
    title = "任务"
    menu_order = 70
    icon = "assignment"
    purpose = "决议落实到单位和日期。报完成、确认完成、确认结果三步都办完才算办结；到期不等于办成。"
    list_display = ["title", "show_owner", "show_resolution", "due_on", "show_light", "show_state"]
    list_select_related = ["owner", "resolution__body", "resolution__motion__unit"]
    ordering = ["due_on", "pk"]
    columns = (
        Column("决议文号", lambda row, person: row.resolution.number),
        Column("议事主体", lambda row, person: row.resolution.body.name),
        Column("任务", lambda row, person: row.title),
        Column("牵头单位", lambda row, person: _owner(row)),
        Column("完成时限", lambda row, person: row.due_on),
        Column("进展和佐证", lambda row, person: row.progress),
        Column("办结日期", lambda row, person: row.finished_on),
        Column("状态", lambda row, person: row.get_state_display()),
        Column("期限情况", _light_words),
        Column("说明", lambda row, person: row.reason),
    )
    search_text = ("title", "owner__name", "outside_body", "resolution__number")
    search_initials = ("owner__initials",)
    search_help_text = "任务、单位、拼音首字母或文号"
    list_filter = [
        select_filter("state", "状态", [("open", "没有办结（全部）"), *TaskState.choices], in_state),
        select_filter(
            "light",
            "灯",
            LIGHTS,
            lambda queryset, value: registers.lit_tasks(queryset, value, on=timezone.localdate()),
        ),
        select_filter(
            "deadline",
            "期限",
            [("overdue", "已逾期")],
            lambda queryset, _: queryset.overdue(timezone.localdate()),
        ),
        select_filter("body", "议事主体", body_choices, "resolution__body"),
    ]
    fields = [
        ("title", "show_owner", "show_resolution"),
        ("show_state", "due_on", "show_light"),
        "progress",
        ("reported_at", "finished_on", "reason"),
    ]
    acts = (
        *acts_of(
            TASK,
            {"report": tasks.report_task, "accept": tasks.accept_task, "return": tasks.return_task},
            subject="task",
            report={"form": forms.ReportForm, "verb": _owners_verb, "icon": "done"},
            accept={"hint": "按报完成的那天算办结；最后一项办完，决议办结。", "icon": "task_alt"},
            **{"return": {"hint": "退回牵头单位继续办。", "icon": "undo"}},
        ),
        Act(
            "confirm",
            "确认结果",
            tasks.confirm_task,
            subject="task",
            verb="task.confirm",
            by=registers.confirms,
            when=lambda row: row.state == TaskState.ACCEPTED,
            hint="由提出议题的单位确认：事情真的办成了。",
            icon="done_all",
        ),
        Act(
            "extend",
            "延期",
            tasks.extend_task,
            subject="task",
            verb="task.accept",
            form=forms.ExtendForm,
            when=lambda row: row.state in (TaskState.ASSIGNED, TaskState.WAITING),
            hint="原时限留在办理过程里。",
            icon="event_repeat",
        ),
        *acts_of(
            TASK,
            {"wait": tasks.wait_task, "go_on": tasks.go_on_task},
            subject="task",
            wait={"verb": _owners_verb, "hint": "写明等谁答复什么；灯变蓝。", "icon": "hourglass_empty"},
            go_on={"verb": _owners_verb, "icon": "play_arrow"},
        ),
    )

    @display(description="牵头", ordering="owner__name")
    def show_owner(self, row):
        return _owner(row)

    @display(description="决议")
    def show_resolution(self, row):
        return row.resolution.number

    @display(description="灯")
    def show_light(self, row):
        return glow(_light(row))

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    def links(self, request, row):
        resolution = site.get_model_admin(Resolution).address("change", row.resolution_id)
        return [Link("决议", resolution, "gavel"), Link("任务页面", reverse("task", args=[row.pk]), "open_in_new")]

    def notes(self, request, row):
        home = selectors.task_home(request.user, row.pk, on=timezone.localdate())
        return [f"现在由{home.held_by}办理。"] if home.held_by else []

    def panels(self, request, row):
        return [trail(selectors.task_home(request.user, row.pk, on=timezone.localdate()).trail)]

    def cards(self, request):
        rows, here = super().get_queryset(request), self.address("changelist")
        late = capped_count(rows.overdue(timezone.localdate()))
        return [
            Card("没有办结的任务", capped_count(rows.open()), f"{here}?state=open"),
            Card("逾期的任务", late, f"{here}?deadline=overdue", attention=True),
        ]


site.register(ResolutionTask, ResolutionTaskAdmin)

__all__ = ["ResolutionTaskAdmin"]
