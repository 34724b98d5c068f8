"""筹备会议, one meeting, its steps, and signing in."""

from typing import Any

from django import forms
from django.urls import reverse

from deliberation import selectors
from deliberation.pages import forms as own
from deliberation.pages.base import InDeliberation, Watch
from deliberation.services import attendance, meetings
from kit.calendar import day_of
from kit.components import Confirmation
from kit.errors import Hidden
from kit.pages import Done, ReasonForm
from kit.steps import Picks, Step, StepPage, buttons

STEPS: dict[str, Step] = {
    "item": Step(
        "加议题", meetings.add_item, own.AddItemForm, "议题确定以后再加的会标明；三重一大不能临时加。", done="已列入"
    ),
    "freeze": Step(
        "确定议题",
        meetings.freeze_agenda,
        question="确定后再加的议题会标明“后加”。",
        done="议题已确定",
        next="会议筹备人发通知",
    ),
    "convene": Step(
        "发出通知",
        meetings.convene,
        question="通知发给所有应到人员，请他们回执。",
        done="会议通知已发出",
        next="参会人员回执",
    ),
    "invite": Step(
        "邀请列席",
        meetings.invite_observer,
        own.InviteForm,
        "出席人员按任职确定，这里另外邀请列席。",
        done="已邀请列席",
    ),
    "postpone": Step(
        "延期", meetings.postpone, own.PostponeForm, "延期后须重新发通知，回执重新开始。", done="会议已延期"
    ),
    "cancel": Step("取消会议", meetings.cancel, ReasonForm, "议题退回待列入，不会丢。", danger=True, done="会议已取消"),
    "reply": Step(
        "回执", attendance.reply, own.ReplyForm, "开会前可以改，以最后一次为准。", done="回执已收到", next="会议联系人"
    ),
}
LABELS = {name: step.label for name, step in STEPS.items()} | {
    "change": "改时间地点",
    "sign_in": "签到",
    "live": "现场主持",
}
_ADDRESSES = {"change": "meeting-edit", "sign_in": "meeting-sign-in", "live": "meeting-live"}


class MeetingHome(InDeliberation):
    template_name = "deliberation/meeting.html"

    def context(self) -> dict[str, Any]:
        home = selectors.meeting_home(self.request.user, self.kwargs["pk"])

        def link(name: str) -> str:
            if name in _ADDRESSES:
                return reverse(_ADDRESSES[name], args=[home.meeting.pk])
            return reverse("meeting-step", args=[home.meeting.pk, name])

        shelf = selectors.shelf(self.request.user, home.meeting)
        return {
            "title": home.meeting.title,
            "home": home,
            "meeting": home.meeting,
            "mark": selectors.meeting_mark(home.meeting) if home.meeting.state in selectors.SITTING else "",
            "steps": home.line,
            "trail": home.trail,
            "shelf": shelf,
            "folder": any(each.latest for each in shelf) and reverse("meeting-folder", args=[home.meeting.pk]),
            "copies": selectors.meeting_copies(home.meeting, may_remind=home.is_clerk, on=day_of(self.now)),
            "actions": buttons(selectors.meeting_steps(self.request.user, home, now=self.now), LABELS, link),
        }


class NewMeeting(InDeliberation, Picks):
    title = "筹备会议"
    lead = "先定时间、地点和主持人，再加议题、发通知。"
    form_class = own.PlanForm
    draft_name = "meeting"

    @property
    def bodies(self) -> list[Any]:
        if not hasattr(self, "_bodies"):
            self._bodies = selectors.plannable(self.request.user)
            if not self._bodies:
                raise Hidden("您没有可以筹备会议的组织。")
        return self._bodies

    def initial(self) -> dict[str, Any]:
        return {"body": str(self.bodies[0].pk)} if len(self.bodies) == 1 else {}

    def offered(self, source: str) -> list[tuple[Any, str]]:
        if source == "bodies":
            return [(body, body.name) for body in self.bodies]
        if not hasattr(self, "_people"):
            self._people = selectors.people_for(self.bodies, on=self.today)
        return [(person, f"{person.name}（{person.organization.name}）") for person in self._people]

    def act(self, form: forms.Form) -> Done:
        values = self.values(form)
        meeting = meetings.plan_meeting(actor=self.request.user, contact=values["clerk"], now=self.now, **values)
        return Done(
            reverse("meeting", args=[meeting.pk]),
            Confirmation(f"已筹备：{meeting.title}", now_with="会议筹备人", next_step="加入议题，确定议题后发出通知。"),
        )


class _InMeeting(InDeliberation):
    """A page about one meeting in reach."""

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = selectors.meeting_in_reach(self.request.user, self.kwargs["pk"])
        return self._row

    def back(self) -> str:
        return reverse("meeting", args=[self.kwargs["pk"]])


class ChangeMeeting(_InMeeting, Picks):
    title = "改会议时间地点"
    form_class = own.ChangeMeetingForm
    draft_name = "meeting-change"

    def initial(self) -> dict[str, Any]:
        words = ("title", "starts_at", "place_text", "online_number", "requirements", "ad_hoc_reason")
        return {name: getattr(self.row, name) for name in words} | {"contact": str(self.row.contact_id)}

    def offered(self, source: str) -> list[tuple[Any, str]]:
        return [(person, person.name) for person in selectors.people_for([self.row.body], on=self.today)]

    def act(self, form: forms.Form) -> Done:
        meeting = meetings.change_meeting(actor=self.request.user, meeting=self.row, now=self.now, **self.values(form))
        return Done(self.back(), Confirmation(f"已改：{meeting.title}", now_with="会议筹备人"))


class MeetingStep(_InMeeting, StepPage):
    """Any one step of a meeting."""

    steps = STEPS
    argument = "meeting"

    def offered(self, source: str) -> list[tuple[Any, str]]:
        if source == "invitable":
            people = selectors.invitable(self.request.user, self.row)
            return [(person, f"{person.name}（{person.organization.name}）") for person in people]
        return [(motion, f"{motion.title}（{motion.unit.name}）") for motion in selectors.schedulable(self.row)]


class MeetingWatch(Watch):
    """Has the meeting moved on since the page was drawn?"""

    def mark(self) -> str:
        return selectors.meeting_mark(selectors.meeting_in_reach(self.request.user, self.kwargs["pk"]))


class SignIn(_InMeeting, StepPage):
    """签到: the code shown in the room, also reached by scanning it (``?code=``)."""

    steps = {"sign-in": Step("签到", attendance.sign_in, own.CodeForm, "在开会前后各三十分钟内签到。", done="已签到")}
    argument = "meeting"

    @property
    def step(self) -> Step:
        return self.steps["sign-in"]

    def initial(self) -> dict[str, Any]:
        return {"code": self.request.GET.get("code", "")[:16]}
