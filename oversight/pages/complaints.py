"""投诉建议: handed in by anybody without a name, answered by those above the office it is about (F-72)."""

from typing import Any

from django import forms
from django.urls import reverse

from kit.actors import VISITOR
from kit.components import Crumb
from kit.errors import Hidden
from kit.pages import Page
from kit.steps import Step, StepPage, buttons
from kit.tickets import written
from kit.visitors import ForAnybody, VisitorForm
from orgs import selectors as orgs
from orgs.choices import OrganizationKind
from oversight import selectors
from oversight.pages import forms as own
from oversight.services import complaints

STEPS: dict[str, Step] = {
    "answer": Step(
        "答复",
        complaints.answer_complaint,
        own.AnswerForm,
        done="已答复",
        next="提出人凭查询码看答复",
    ),
    "pass_on": Step(
        "转办",
        complaints.pass_on_complaint,
        own.PassOnForm,
        "不归镇上管的事，转给能答复的单位。转到哪里、为什么，提出人看得到。",
        done="已转办",
        next="转去的单位",
    ),
}


class Complaints(ForAnybody, Page):
    """Where it begins: which township, and what is not taken here."""

    template_name = "oversight/complaints.html"
    title = "投诉建议"
    lead = "对联村工作和办事有意见、有建议，在这里说；不用登录，不用留姓名"

    def context(self) -> dict[str, Any]:
        return {"townships": orgs.public_townships()}


class NewComplaint(VisitorForm):
    """The form for one township."""

    button = "提交"

    @property
    def organizations(self) -> list[Any]:
        if not hasattr(self, "_organizations"):
            self._organizations = list(orgs.public_organizations(self.kwargs["township"]))
        if not self._organizations:
            raise Hidden("没有找到这个乡镇。")
        return self._organizations

    @property
    def township(self) -> Any:
        return next(each for each in self.organizations if each.kind == OrganizationKind.TOWNSHIP_COMMITTEE)

    def crumbs(self) -> list[Crumb]:
        return [Crumb("投诉建议", reverse("complaints"))]

    def form(self, data: Any = None, files: Any = None, **kwargs: Any) -> forms.Form:
        kwargs.setdefault("initial", self.initial())
        return own.ComplaintForm(data, files, organizations=self.organizations, use_required_attribute=False, **kwargs)

    def context(self) -> dict[str, Any]:
        return super().context() | {
            "title": f"{self.township.name}：投诉建议",
            "advice": "只收工作和办事上的事，十个工作日内答复。反映党员、干部个人违纪违法问题，请拨打 12388。",
        }

    def hand_in(self, form: forms.Form) -> dict[str, Any]:
        values = form.cleaned_data
        organization = next(each for each in self.organizations if str(each.pk) == values["organization"])
        complaint = complaints.file_complaint(
            actor=VISITOR, organization=organization, category=values["category"], text=values["text"], now=self.now
        )
        return {
            "happened": f"投诉建议已收到：{organization.name}",
            "ticket": written(complaint.ticket),
            "now_with": "区委组织部" if organization == self.township else self.township.name,
            "until": complaint.answer_due_on.isoformat(),
        }


class _OneComplaint(Page):
    @property
    def home(self) -> selectors.ComplaintHome:
        if not hasattr(self, "_home"):
            self._home = selectors.complaint_home(self.request.user, self.kwargs["pk"], on=self.today)
        return self._home


class ComplaintHome(_OneComplaint):
    """For those who answer it."""

    template_name = "oversight/complaint.html"

    def context(self) -> dict[str, Any]:
        home = self.home
        labels = {name: step.label for name, step in STEPS.items()}
        offered = selectors.complaint_steps(self.request.user, home)
        return {
            "title": f"投诉建议：{home.complaint.organization.name}",
            "home": home,
            "complaint": home.complaint,
            "trail": home.trail,
            "actions": buttons(offered, labels, lambda name: reverse("complaint-step", args=[home.complaint.pk, name])),
        }


class ComplaintStep(_OneComplaint, StepPage):
    """Answer, or pass on."""

    steps = STEPS
    argument = "complaint"

    @property
    def row(self) -> Any:
        return self.home.complaint

    @property
    def subject_title(self) -> str:
        return str(self.row.organization.name)

    def back(self) -> str:
        return reverse("complaint", args=[self.kwargs["pk"]])

    def context(self) -> dict[str, Any]:
        return super().context() | {"question": self.step.question or f"反映的事：{self.row.text}"}
