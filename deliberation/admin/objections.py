"""异议: what was said against a public notice, for those who answer it and for nobody else."""

from django.utils import timezone
from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import forms
from deliberation.admin.lists import on_day
from deliberation.choices import OPEN_OBJECTION, ObjectionState, Proposal
from deliberation.models import Objection, Resolution
from deliberation.selectors import registers
from deliberation.services import notices
from kit import policies
from kit.admin import (
    Act,
    Card,
    Column,
    GovernedAdmin,
    Link,
    ReasonForm,
    capped_count,
    glow,
    select_filter,
    site,
)

STATE_TONES = dict.fromkeys((each.label for each in OPEN_OBJECTION), "warning")


def _reviews(row, person) -> bool:
    """The twin of the service: never one's own draft."""
    return policies.allows(person, "objection.review", row) and not selectors.is_own_draft(person, row)


class ObjectionAdmin(GovernedAdmin):
    """异议"""

    selector = selectors.objections
    business = False
    opened_by = ("objection.answer", "objection.review")
    menu_order = 60
    icon = "contact_support"
    purpose = (
        "公示期内收到的异议，不留提出人姓名。书记起草答复，联村党组织的由乡镇干部审核，片区的由组织部干部审核，"
        "审核通过才送给提出人，十个工作日内办完；只有这些人看得到，答复不能让人认出提出人。"
    )
    list_display = ["show_text", "show_resolution", "received_at", "answer_due_on", "show_light", "show_state"]
    list_select_related = [
        *("notice__resolution__body", "notice__resolution__motion"),
        *("answered_by", "reviewed_by"),
    ]
    ordering = ["-received_at", "-pk"]
    columns = (
        Column("决议文号", lambda row, person: row.notice.resolution.number),
        Column("决议", lambda row, person: row.notice.resolution.title),
        Column("异议内容", lambda row, person: row.text),
        Column("收到日期", lambda row, person: on_day(row.received_at)),
        Column("答复期限", lambda row, person: row.answer_due_on),
        Column("状态", lambda row, person: row.get_state_display()),
        Column("拟处理", lambda row, person: row.get_proposal_display()),
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
            lambda queryset, _: queryset.open().filter(answer_due_on__lt=timezone.localdate()),
        ),
    ]
    fields = [
        ("show_resolution", "show_state"),
        "text",
        ("received_at", "answer_due_on"),
        "show_proposal",
        "answer",
        ("answered", "drafted_at"),
        ("reviewed", "answered_at"),
        "reason",
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
            hint="起草答复，联村党组织的交乡镇干部、片区的交组织部干部审核；审核通过之前，提出人看不到。",
            icon="reply",
        ),
        Act(
            "confirm",
            "审核通过",
            notices.confirm_answer,
            subject="objection",
            verb="objection.review",
            by=_reviews,
            form=forms.ConfirmAnswerForm,
            when=lambda row: row.state == ObjectionState.IN_REVIEW,
            hint="成立的，决议退回会议重新审议；最后一件不成立的答复后，公示继续。",
            icon="task_alt",
        ),
        Act(
            "return",
            "退回修改",
            notices.return_answer,
            subject="objection",
            verb="objection.review",
            by=_reviews,
            form=ReasonForm,
            when=lambda row: row.state == ObjectionState.IN_REVIEW,
            hint="写明要改什么；答复期限照常计算。",
            icon="undo",
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

    @display(description="状态", ordering="state", label=STATE_TONES)
    def show_state(self, row):
        return row.get_state_display()

    @display(description="拟处理", label={Proposal.UPHOLD.label: "warning"})
    def show_proposal(self, row):
        return row.get_proposal_display() or None

    @display(description="审核人")
    def reviewed(self, row):
        return row.reviewed_by.name if row.reviewed_by_id else None

    @display(description="答复人")
    def answered(self, row):
        return row.answered_by.name if row.answered_by_id else None

    def links(self, request, row):
        resolution = site.get_model_admin(Resolution).address("change", row.notice.resolution_id)
        return [Link("决议", resolution, "gavel")]

    def cards(self, request):
        rows, here = super().get_queryset(request), self.address("changelist")
        answers, reviews = (policies.holds(request.user, verb) for verb in ("objection.answer", "objection.review"))
        received = capped_count(rows.filter(state=ObjectionState.RECEIVED))
        in_review = capped_count(rows.filter(state=ObjectionState.IN_REVIEW))
        return [
            Card("等待答复的异议", received, f"{here}?state=received", attention=answers),
            Card("等待审核的异议答复", in_review, f"{here}?state=in_review", attention=reviews),
        ]


site.register(Objection, ObjectionAdmin)

__all__ = ["ObjectionAdmin"]
