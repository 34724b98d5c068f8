"""投诉建议 for those who answer: the register, the answer, passing on. Nobody can be found out here."""

from typing import Any

from django.utils import timezone
from unfold.decorators import display

from kit.admin import (
    ActForm,
    Card,
    Column,
    GovernedAdmin,
    Text,
    Words,
    acts_of,
    capped_count,
    select_filter,
    site,
)
from oversight import selectors
from oversight.choices import ComplaintCategory, ComplaintState
from oversight.models import COMPLAINT, Complaint
from oversight.services import complaints

STATE_TONES = {ComplaintState.RECEIVED.label: "warning", ComplaintState.ANSWERED.label: "success"}


class AnswerForm(ActForm):
    answer = Words(label="答复", max_length=1000)


class PassOnForm(ActForm):
    to = Text(label="转给哪个单位", max_length=60)
    reason = Words(label="转办原因", max_length=1000, rows=3)


class ComplaintAdmin(GovernedAdmin):
    """投诉建议"""

    selector = selectors.complaints
    business = False
    opened_by = ("complaint.answer",)
    menu_order = 10
    icon = "feedback"
    purpose = "群众和成员单位对工作的意见，不署名；十个工作日内答复，提出人凭查询码看。反映镇党委的由区委组织部答复。"
    list_display = ["organization", "category", "show_state", "due"]
    list_select_related = ["organization"]
    ordering = ["-received_at", "-pk"]
    search_text = ("organization__name", "text")
    search_help_text = "单位名称、拼音首字母或内容"
    search_initials = ("organization__initials",)
    list_filter = [
        select_filter("state", "状态", ComplaintState.choices, "state"),
        select_filter("category", "类别", ComplaintCategory.choices, "category"),
    ]
    fields = [("organization", "category"), "text", ("received_at", "answer_due_on"), "passed_to", "answer"]
    acts = tuple(
        acts_of(
            COMPLAINT,
            {"answer": complaints.answer_complaint, "pass_on": complaints.pass_on_complaint},
            subject="complaint",
            answer={"form": AnswerForm, "icon": "reply", "hint": "不要写出能认出提出人的内容。"},
            pass_on={"form": PassOnForm, "icon": "forward", "hint": "转到哪里、为什么，提出人看得到。"},
        )
    )
    columns = (
        Column("反映的单位", lambda row, person: row.organization.name),
        Column("类别", lambda row, person: row.get_category_display()),
        Column("内容", lambda row, person: row.text),
        Column("收到时间", lambda row, person: row.received_at),
        Column("答复期限", lambda row, person: row.answer_due_on),
        Column("状态", lambda row, person: row.get_state_display()),
        Column("转给", lambda row, person: row.passed_to),
        Column("答复", lambda row, person: row.answer),
    )

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row: Complaint) -> str:
        return row.get_state_display()

    @display(description="答复期限", ordering="answer_due_on")
    def due(self, row: Complaint) -> str:
        light = selectors.complaint_light(row, on=timezone.localdate())
        return f"{row.answer_due_on:%-m月%-d日} {light.word}" if light else ""

    def cards(self, request: Any) -> list[Card]:
        waiting = self.get_queryset(request).waiting()
        address = f"{self.address('changelist')}?state=received"
        return [Card("投诉建议待答复", capped_count(waiting), address, attention=True)]


site.register(Complaint, ComplaintAdmin)

__all__ = ["ComplaintAdmin"]
