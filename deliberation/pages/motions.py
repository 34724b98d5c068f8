"""提议题, one motion, and each of its steps."""

from typing import Any

from django import forms
from django.urls import reverse

from deliberation import rules, selectors
from deliberation.choices import ResolutionState
from deliberation.pages import forms as own
from deliberation.pages.base import InDeliberation
from deliberation.services import motions, resolutions
from kit.components import Confirmation
from kit.errors import Hidden
from kit.facts import subject_label
from kit.pages import Done, FormPage, ReasonForm
from kit.reminders import nudge_button
from kit.steps import Picks, Step, StepPage, buttons

STEPS: dict[str, Step] = {
    "submit": Step(
        "提交",
        motions.submit_motion,
        question="提交后不能删除，处理结果和理由所有成员单位都看得到。",
        next="联村书记或副书记受理",
    ),
    "second": Step("联名", motions.second_motion, own.SecondForm, "联名达到成员单位三分之一的，须列入下次会议。"),
    "accept": Step("受理", motions.accept_motion, question="受理后可以列入会议。", done="已受理", next="会议筹备人"),
    "return": Step("退回", motions.return_motion, ReasonForm, done="已退回", next="提出单位"),
    "defer": Step("缓议", motions.defer_motion, ReasonForm, "理由所有成员单位都看得到。", done="已缓议"),
    "merge": Step("合并", motions.merge_motion, own.MergeForm, done="已合并"),
    "withdraw": Step("撤回", motions.withdraw_motion, ReasonForm, danger=True, done="已撤回"),
    "form": Step("形成决议", resolutions.form_resolution, own.ResolutionForm, done="决议已形成"),
}
LABELS = {name: step.label for name, step in STEPS.items()} | {"change": "修改后提交"}


class _MotionPage(InDeliberation):
    """A page about one motion in reach."""

    @property
    def home(self) -> selectors.MotionHome:
        if not hasattr(self, "_home"):
            self._home = selectors.motion_home(self.request.user, self.kwargs["pk"], on=self.today)
        return self._home


class MotionHome(_MotionPage):
    template_name = "deliberation/motion.html"

    def context(self) -> dict[str, Any]:
        home = self.home

        def link(name: str) -> str:
            if name == "change":
                return reverse("motion-edit", args=[home.motion.pk])
            return reverse("motion-step", args=[home.motion.pk, name])

        actions = buttons(selectors.motion_steps(self.request.user, home), LABELS, link)
        if selectors.waits_for_motion(self.request.user, home.motion):
            actions.append(nudge_button(subject_label(home.motion)))
        return {
            "title": home.motion.title,
            "home": home,
            "motion": home.motion,
            "steps": home.line,
            "trail": home.trail,
            "actions": actions,
        }


class NewMotion(InDeliberation, FormPage):
    title = "提议题"
    lead = "一个议题只说一件事；提交前可以暂存。"
    draft_name = "motion"

    def form(self, data: Any = None, files: Any = None, **kwargs: Any) -> forms.Form:
        kwargs.setdefault("initial", self.initial())
        self.pairs = selectors.proposable(self.request.user)
        if not self.pairs:
            raise Hidden("您没有可以提议题的单位。")
        choices = [
            (f"{unit.pk}:{body.pk}", body.name if unit.pk == body.pk else f"{unit.name} · {body.name}")
            for unit, body in self.pairs
        ]
        return own.NewMotion(data, files, memberships=choices, use_required_attribute=False, **kwargs)

    def act(self, form: forms.Form) -> Done:
        values = dict(form.cleaned_data)
        place = values.pop("membership")
        unit, body = next((u, b) for u, b in self.pairs if f"{u.pk}:{b.pk}" == place)
        motion = motions.hand_in_motion(actor=self.request.user, unit=unit, body=body, now=self.now, **values)
        return _handed_in(motion, f"议题已提交：{motion.title}")


def _handed_in(motion: Any, happened: str) -> Done:
    return Done(
        reverse("motion", args=[motion.pk]),
        Confirmation(happened, now_with="联村书记或副书记受理", next_step="受理、列入会议和表决结果都会告诉您。"),
    )


class ChangeMotion(_MotionPage, FormPage):
    title = "修改议题"
    form_class = own.MotionWords
    draft_name = "motion-change"

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.home.motion, name) for name in motions.CHANGEABLE}

    def act(self, form: forms.Form) -> Done:
        motion = motions.complete_motion(
            actor=self.request.user, motion=self.home.motion, now=self.now, **form.cleaned_data
        )
        return _handed_in(motion, f"已修改并提交：{motion.title}")


class MotionStep(_MotionPage, StepPage, Picks):
    """Any one step of a motion."""

    steps = STEPS
    argument = "motion"
    waits_for_villages = False

    @property
    def row(self) -> Any:
        return self.home.motion

    def back(self) -> str:
        return reverse("motion", args=[self.kwargs["pk"]])

    @property
    def now_with(self) -> str:
        if self.kwargs["step"] != "form":
            return self.step.next
        if self.waits_for_villages:
            return "涉及的村办理四议两公开"
        return f"{rules.reviewing_role(self.row.body.kind).label}审核公示"

    def after(self, result: Any) -> str:
        if self.kwargs["step"] != "form":
            return self.back()
        self.waits_for_villages = result.state == ResolutionState.CONDITIONAL
        return reverse("resolution", args=[result.pk])

    def initial(self) -> dict[str, Any]:
        if self.kwargs["step"] == "form":
            title = self.home.motion.title
            return {"title": title.replace("的议题", "的决议"), "text": self.home.motion.text}
        return {}

    def offered(self, source: str) -> list[tuple[Any, str]]:
        if source == "can_second":
            return [(unit, unit.name) for unit in self.home.can_second]
        if source == "villages":
            return [(unit, unit.name) for unit in selectors.villages_of(self.home.motion.body, on=self.today)]
        if source == "replaceable":
            return [(row, f"{row.number} {row.title}") for row in selectors.replaceable(self.home.motion.body)]
        return [(motion, motion.title) for motion in selectors.mergeable(self.request.user, self.home.motion)]
