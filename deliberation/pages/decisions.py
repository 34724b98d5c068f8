"""决议 and 任务: publish, hear objections, let take effect, assign, report, accept, confirm."""

from typing import Any

from django import forms
from django.urls import reverse

from deliberation import rules, selectors
from deliberation.choices import Proposal
from deliberation.pages import forms as own
from deliberation.pages.base import InDeliberation
from deliberation.selectors import registers
from deliberation.services import notices, resolutions, tasks
from kit.calendar import day_of
from kit.components import Confirmation, Crumb
from kit.facts import subject_label
from kit.pages import Done, ReasonForm
from kit.reminders import nudge_button
from kit.steps import Step, StepPage, buttons

RESOLUTION: dict[str, Step] = {
    "publish": Step(
        "审核公示",
        notices.publish_notice,
        own.NoticeForm,
        "只公示审核过的文字，按批准的范围。",
        done="已公示",
        next="公示期内听取异议",
    ),
    "take_down": Step("撤下公示", notices.take_down_notice, ReasonForm, danger=True, done="公示已撤下"),
    "take_effect": Step(
        "生效", resolutions.make_effective, question="公示期满、没有未答复的异议才能生效。", done="决议已生效"
    ),
    "return": Step(
        "退回审议",
        resolutions.return_resolution,
        ReasonForm,
        "有村表决没有通过的，决议不能生效；退回后议题重新列入会议。",
        done="已退回审议",
        next="联村书记或副书记重新列入会议",
    ),
    "assign": Step("布置任务", tasks.assign_task, own.TaskForm, done="任务已布置", next="牵头单位"),
    "terminate": Step("终止决议", resolutions.terminate_resolution, ReasonForm, danger=True, done="决议已终止"),
}
TASK: dict[str, Step] = {
    "report": Step("报完成", tasks.report_task, own.ReportForm, done="已报完成", next="联村书记或副书记核对"),
    "wait": Step("等外部答复", tasks.wait_task, ReasonForm, "写明等谁答复什么。", done="已转为等外部答复"),
    "go_on": Step("恢复办理", tasks.go_on_task, done="已恢复办理"),
    "accept": Step("确认完成", tasks.accept_task, done="已确认完成", next="提出单位确认结果"),
    "return": Step("退回", tasks.return_task, ReasonForm, done="已退回", next="牵头单位"),
    "confirm": Step("确认结果", tasks.confirm_task, question="事情真的办成了再确认。", done="已确认结果"),
    "extend": Step("延期", tasks.extend_task, own.ExtendForm, "原时限留在办理过程里。", done="已延期"),
}
OBJECTION: dict[str, Step] = {
    "answer": Step("答复异议", notices.answer_objection, own.AnswerForm, done="答复已起草"),
    "confirm": Step(
        "审核通过",
        notices.confirm_answer,
        own.ConfirmAnswerForm,
        done="异议答复已审核通过",
        next="提出人凭查询码看答复",
    ),
    "return": Step(
        "退回修改",
        notices.return_answer,
        ReasonForm,
        "写明要改什么。答复期限照常计算。",
        done="异议答复已退回",
        next="书记修改",
    ),
}


class _InResolution(InDeliberation):
    @property
    def home(self) -> selectors.ResolutionHome:
        if not hasattr(self, "_home"):
            self._home = selectors.resolution_home(self.request.user, self.kwargs["pk"], on=self.today)
        return self._home


class ResolutionHome(_InResolution):
    template_name = "deliberation/resolution.html"

    def _on_the_board(self) -> str:
        notice = self.home.notice
        address = reverse("public-notice", args=[notice.pk]) if notice else reverse("public-board")
        return self.request.build_absolute_uri(address)

    def link(self, step: str) -> str:
        if step == "object":  # under nobody's name, so with the visitors' form
            return reverse("notice-object", args=[self.home.notice.pk]) if self.home.notice else ""
        return reverse("resolution-step", args=[self.kwargs["pk"], step])

    def context(self) -> dict[str, Any]:
        home = self.home
        offered = selectors.resolution_steps(self.request.user, home, on=self.today)
        labels = {name: step.label for name, step in RESOLUTION.items()} | {"object": "提出异议"}
        return {
            "title": home.resolution.title,
            "home": home,
            "resolution": home.resolution,
            "steps": home.line,
            "trail": home.trail,
            "actions": buttons(offered, labels, self.link),
            "shelf": selectors.shelf(self.request.user, home.resolution, home.notice),
            "copies": selectors.resolution_copies(
                home.resolution, home.notice, address=self._on_the_board(), on=day_of(self.now)
            ),
        }


class ResolutionStep(_InResolution, StepPage):
    """Any one step of a resolution; taking down works on its live notice."""

    steps = RESOLUTION
    argument = "resolution"

    @property
    def row(self) -> Any:
        return self.home.resolution

    def back(self) -> str:
        return reverse("resolution", args=[self.kwargs["pk"]])

    def initial(self) -> dict[str, Any]:
        if self.kwargs["step"] == "publish":
            return {"title": f"{self.row.title}公示"[:80], "text": self.row.text}
        return {}

    def offered(self, source: str) -> list[tuple[Any, str]]:
        return [(unit, unit.name) for unit in selectors.task_owners(self.row, on=self.today)]

    def act(self, form: forms.Form) -> Done:
        if self.kwargs["step"] != "take_down":
            return super().act(form)
        notice = self.home.notice
        if notice is None:
            return Done(self.back(), Confirmation("现在没有公示"))
        self.step.run(actor=self.request.user, notice=notice, now=self.now, **form.cleaned_data)
        return Done(self.back(), Confirmation(f"{self.step.done}：{self.subject_title}", now_with=self.step.next))


class _OneObjection(InDeliberation, StepPage):
    argument = "objection"
    steps = OBJECTION
    step_name = ""

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = selectors.objection_in_reach(self.request.user, self.kwargs["pk"])
        return self._row

    @property
    def step(self) -> Step:
        return self.steps[self.step_name]

    @property
    def subject_title(self) -> str:
        return str(self.row.notice.resolution.title)

    @property
    def reviewer(self) -> str:
        return rules.reviewing_role(self.row.notice.resolution.body.kind).label

    def back(self) -> str:
        return reverse("resolution", args=[self.row.notice.resolution_id])

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("决议", self.back())]

    def context(self) -> dict[str, Any]:
        return super().context() | {"objection": self.row}


class AnswerObjection(_OneObjection):
    """The form of the draft; what came back from the review begins with what was written before."""

    step_name = "answer"
    template_name = "deliberation/objection_answer.html"

    @property
    def now_with(self) -> str:
        return f"{self.reviewer}审核，审核通过才送给提出人"

    def initial(self) -> dict[str, Any]:
        if not self.row.proposal:
            return {}
        return {"upheld": "yes" if self.row.proposal == Proposal.UPHOLD else "no", "answer": self.row.answer}


class ReviewObjection(_OneObjection):
    """What was objected and what is to be answered, for whoever reviews; the secretary reads it here too."""

    step_name = "confirm"
    template_name = "deliberation/objection_review.html"

    def context(self) -> dict[str, Any]:
        return super().context() | {
            "title": f"审核异议答复：{self.subject_title}",
            "offered": selectors.objection_steps(self.request.user, self.row),
            "own_draft": selectors.is_own_draft(self.request.user, self.row),
            "reviewer": self.reviewer,
            "shown_light": registers.objection_light(self.row, on=self.today),
        }


class ReturnAnswer(_OneObjection):
    step_name = "return"

    def back(self) -> str:
        return reverse("objection-review", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs()[:-1], Crumb("审核异议答复", self.back())]

    def after(self, result: Any) -> str:
        return reverse("resolution", args=[self.row.notice.resolution_id])


class _InTask(InDeliberation):
    @property
    def home(self) -> selectors.TaskHome:
        if not hasattr(self, "_home"):
            self._home = selectors.task_home(self.request.user, self.kwargs["pk"], on=self.today)
        return self._home


class TaskHome(_InTask):
    template_name = "deliberation/task.html"

    def context(self) -> dict[str, Any]:
        home = self.home
        labels = {name: step.label for name, step in TASK.items()}
        offered = selectors.task_steps(self.request.user, home)
        actions = buttons(offered, labels, lambda name: reverse("task-step", args=[home.task.pk, name]))
        if selectors.waits_for_task(self.request.user, home.task):
            actions.append(nudge_button(subject_label(home.task)))
        return {
            "title": home.task.title,
            "home": home,
            "task": home.task,
            "steps": home.line,
            "trail": home.trail,
            "copies": selectors.task_copies(home.task, on=day_of(self.now)),
            "actions": actions,
        }


class TaskStep(_InTask, StepPage):
    """Any one step of a task."""

    steps = TASK
    argument = "task"

    @property
    def row(self) -> Any:
        return self.home.task

    def back(self) -> str:
        return reverse("task", args=[self.kwargs["pk"]])
