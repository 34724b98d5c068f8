"""议事: one's motions, the meetings, resolutions and tasks, each a register by pages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from deliberation import selectors
from deliberation.choices import MeetingForm, MeetingState, MotionClass, MotionState, ResolutionState, TaskState
from kit import policies
from kit.components import Action, Empty, Tab
from kit.pages import ListPage

NO_MOTIONS = Empty(
    title="还没有议题",
    purpose="成员单位都可以提议题。提交以后谁也不能删除，受理、缓议、表决都写明理由，所有成员单位看得到。",
    icon="talk",
    steps=("提一个议题，或请别的单位联名", "联村书记受理，列入季度联席会议", "讨论、表决，形成决议和任务"),
)
NO_MEETINGS = Empty(
    title="还没有会议",
    purpose="联席会议每季度至少开一次：确定议题，提前三个工作日通知，签到、讨论、表决都在这里办。",
    icon="calendar",
    steps=("筹备会议，加入已受理的议题", "确定议题，发出通知，收回执", "现场签到、讨论、表决"),
)
NO_RESOLUTIONS = Empty(
    title="还没有决议", purpose="议题表决通过后在这里形成决议，编文号，按批准的范围公示。", icon="file"
)
NO_TASKS = Empty(
    title="还没有任务", purpose="决议布置的任务都在这里：谁牵头、什么时候办完、办到哪一步，用灯表示。", icon="check"
)


@dataclass(frozen=True)
class View:
    """One tab: its rows as columns, their order, what an empty one teaches."""

    label: str
    columns: tuple[str, ...]
    ordering: tuple[str, ...]
    empty: Empty
    kind: str


_MOTION = ("id", "title", "state", "classification", "unit__name", "body__name", "submitted_at")
VIEWS = {
    "mine": View("我的议题", _MOTION, ("-id",), NO_MOTIONS, "motion"),
    "motions": View("全部议题", _MOTION, ("-id",), NO_MOTIONS, "motion"),
    "meetings": View(
        "会议",
        ("id", "title", "form", "state", "starts_at", "body__name", "quarter"),
        ("-starts_at", "-id"),
        NO_MEETINGS,
        "meeting",
    ),
    "resolutions": View(
        "决议", ("id", "number", "title", "state", "body__name", "formed_at"), ("-id",), NO_RESOLUTIONS, "resolution"
    ),
    "tasks": View(
        "任务",
        ("id", "title", "state", "owner_name", "outside_body", "due_on", "number"),
        ("-due_on", "-id"),
        NO_TASKS,
        "task",
    ),
}
_STATES = {
    "motion": MotionState,
    "meeting": MeetingState,
    "resolution": ResolutionState,
    "task": TaskState,
}


class Deliberation(ListPage):
    """议事 home with its tabs."""

    template_name = "deliberation/home.html"
    title = "议事"
    lead = "各成员单位看到的是同一本台账"
    shown = ""

    @property
    def view(self) -> View:
        return VIEWS[self.wanted]

    @property
    def wanted(self) -> str:
        asked = self.shown or self.request.GET.get("show", "")
        return asked if asked in VIEWS else "mine"

    @property
    def columns(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.view.columns

    @property
    def ordering(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.view.ordering

    def rows(self) -> QuerySet:
        person = self.request.user
        if self.wanted == "tasks":
            return selectors.tasks(person).annotate(owner_name=F("owner__name"), number=F("resolution__number"))
        read = {
            "mine": selectors.mine,
            "motions": selectors.motions,
            "meetings": selectors.meetings,
            "resolutions": selectors.resolutions,
        }
        return read[self.wanted](person)

    def context(self) -> dict[str, Any]:
        home, wanted, view = reverse("deliberation"), self.wanted, self.view
        actions = []
        if view.kind == "motion" and selectors.proposable(self.request.user):
            actions.append(Action("提议题", reverse("motion-new"), primary=True, icon="pencil"))
        if view.kind == "meeting" and selectors.plannable(self.request.user):
            actions.append(Action("筹备会议", reverse("meeting-new"), primary=True, icon="calendar"))
        if view.kind == "meeting":
            actions.append(Action("会议日历", reverse("calendar"), icon="calendar"))
        if view.kind in ("meeting", "resolution"):
            actions.append(Action("季度简报", reverse("briefs"), icon="copy"))
        if view.kind == "meeting" and policies.holds(self.request.user, selectors.QUALITY_VERB):
            actions.append(Action("过程质量", reverse("process-quality"), icon="check"))
        return {
            "tabs": [Tab(each.label, f"{home}?show={key}", key == wanted) for key, each in VIEWS.items()],
            "kind": view.kind,
            "states": dict(_STATES[view.kind].choices),
            "classes": dict(MotionClass.choices),
            "forms": dict(MeetingForm.choices),
            "empty": view.empty,
            "actions": actions,
        }


class Meetings(Deliberation):
    """The register of meetings at its own address."""

    shown = "meetings"
