"""四议两公开 of one village: its steps, entered and corrected by the village itself."""

from typing import Any

from django import forms
from django.urls import reverse

from deliberation import selectors
from deliberation.pages import forms as own
from deliberation.pages.base import InDeliberation
from deliberation.services import checklists
from kit.calendar import long_date
from kit.components import Crumb
from kit.facts import subject_label
from kit.reminders import nudge_button
from kit.steps import Step, StepPage, buttons

STEPS: dict[str, Step] = {
    "mark": Step("登记这一步", checklists.mark_step, own.MarkForm, done="已登记"),
    "refuse": Step(
        "村级未通过",
        checklists.refuse_resolution,
        own.RefuseForm,
        "村民会议或村民代表会议没有通过的，决议不能生效，由书记退回审议或者终止。登记后不能再改。",
        danger=True,
        done="已登记未通过",
        next="书记退回审议或者终止",
    ),
    "correct": Step(
        "更正", checklists.correct_step, own.CorrectForm, "原来填的留在办理过程里，谁都看得到。", done="已更正"
    ),
}


class _InChecklist(InDeliberation):
    @property
    def home(self) -> selectors.ChecklistHome:
        if not hasattr(self, "_home"):
            self._home = selectors.checklist_home(self.request.user, self.kwargs["pk"], on=self.today)
        return self._home

    def crumbs(self) -> list[Crumb]:
        resolution = self.home.checklist.resolution
        return [*super().crumbs(), Crumb("决议", reverse("resolution", args=[resolution.pk]))]


class ChecklistHome(_InChecklist):
    template_name = "deliberation/checklist.html"

    def context(self) -> dict[str, Any]:
        home = self.home
        labels = {name: step.label for name, step in STEPS.items()}
        offered = selectors.checklist_steps(self.request.user, home)
        actions = buttons(offered, labels, lambda name: reverse("checklist-step", args=[home.checklist.pk, name]))
        if selectors.waits_for_checklist(self.request.user, home.checklist):
            actions.append(nudge_button(subject_label(home.checklist)))
        return {
            "title": f"四议两公开：{home.checklist.resolution.title}",
            "home": home,
            "checklist": home.checklist,
            "trail": home.trail,
            "actions": actions,
        }


class ChecklistStep(_InChecklist, StepPage):
    """Any one step of a checklist."""

    steps = STEPS
    argument = "checklist"

    @property
    def row(self) -> Any:
        return self.home.checklist

    @property
    def subject_title(self) -> str:
        now = self.home.now
        if self.kwargs["step"] == "correct" or now is None:
            return f"{self.row.village.name}四议两公开"
        return f"{self.row.village.name} · {now.name}"

    def back(self) -> str:
        return reverse("checklist", args=[self.kwargs["pk"]])

    def initial(self) -> dict[str, Any]:
        if self.kwargs["step"] == "mark" and self.home.now is not None:
            return {"position": self.home.now.position}
        return {}

    def offered(self, source: str) -> list[tuple[Any, str]]:
        entered = [(each, each.entry) for each in self.home.lines if each.entry is not None]
        return [
            (entry, f"{each.name}（{long_date(entry.done_on, weekday=False)}，{entry.evidence}）")
            for each, entry in entered
        ]

    def values(self, form: forms.Form) -> dict[str, Any]:
        """Steps are counted, not keyed: what is corrected is the step, whichever entry of it was the last."""
        values = super().values(form)
        return values | {"position": values["position"].position} if self.kwargs["step"] == "correct" else values
