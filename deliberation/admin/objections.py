"""异议: what was said against a public notice, for those who answer it and for nobody else."""

from django.utils import timezone
from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import forms
from deliberation.admin.lists import on_day
from deliberation.choices import ObjectionState
from deliberation.models import Objection, Resolution
from deliberation.selectors import registers
from deliberation.services import notices
from kit.admin import Act, Card, Column, GovernedAdmin, Link, capped_count, glow, select_filter, site


class ObjectionAdmin(GovernedAdmin):
    """异议"""

    selector = selectors.objections
    business = False
    opened_by = ("objection.answer",)
    menu_order = 60
    icon = "contact_support"
    purpose = "公示期内收到的异议，不留提出人姓名。只有负责答复的人看得到；十个工作日内答复，答复不能让人认出提出人。"
    list_display = ["show_text", "show_resolution", "received_at", "answer_due_on", "show_light", "show_state"]
    list_select_related = ["notice__resolution__body", "notice__resolution__motion", "answered_by"]
    ordering = ["-received_at", "-pk"]
    columns = (
        Column("决议文号", lambda row, person: row.notice.resolution.number),
        Column("决议", lambda row, person: row.notice.resolution.title),
        Column("异议内容", lambda row, person: row.text),
        Column("收到日期", lambda row, person: on_day(row.received_at)),
        Column("答复期限", lambda row, person: row.answer_due_on),
        Column("状态", lambda row, person: row.get_state_display()),
        Column("答复", lambda row, person: row.answer),
        Column("答复日期", lambda row, person: on_day(row.answered_at)),
    )
    search_text = ("text", "notice__resolution__number", "notice__resolution__title")
    search_help_text = "异议内容或决议文号"
    list_filter = [
        select_filter("state", "状态", ObjectionState.choices, "state"),
        select_filter(
            "deadline",
            "期限",
            [("overdue", "已逾期")],
            lambda queryset, _: queryset.filter(state=ObjectionState.RECEIVED, answer_due_on__lt=timezone.localdate()),
        ),
    ]
    fields = [
        ("show_resolution", "show_state"),
        "text",
        ("received_at", "answer_due_on"),
        "answer",
        ("answered", "answered_at"),
    ]
    acts = (
        Act(
            "answer",
            "答复异议",
            notices.answer_objection,
            subject="objection",
            verb="objection.answer",
            form=forms.AnswerForm,
            when=lambda row: row.state == ObjectionState.RECEIVED,
            hint="成立的，决议退回会议重新审议；最后一件不成立的答复后，公示继续。",
            icon="reply",
        ),
    )

    @display(description="异议内容")
    def show_text(self, row):
        return row.text[:40]

    @display(description="决议")
    def show_resolution(self, row):
        return f"{row.notice.resolution.number} {row.notice.resolution.title}"

    @display(description="灯")
    def show_light(self, row):
        return glow(registers.objection_light(row, on=timezone.localdate()))

    @display(description="状态", ordering="state", label={ObjectionState.RECEIVED.label: "warning"})
    def show_state(self, row):
        return row.get_state_display()

    @display(description="答复人")
    def answered(self, row):
        return row.answered_by.name if row.answered_by_id else None

    def links(self, request, row):
        resolution = site.get_model_admin(Resolution).address("change", row.notice.resolution_id)
        return [Link("决议", resolution, "gavel")]

    def cards(self, request):
        waiting = super().get_queryset(request).filter(state=ObjectionState.RECEIVED)
        here = self.address("changelist")
        return [Card("等待答复的异议", capped_count(waiting), f"{here}?state=received", attention=True)]


site.register(Objection, ObjectionAdmin)

__all__ = ["ObjectionAdmin"]
