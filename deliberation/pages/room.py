"""现场: the chair drives the meeting, the clerk signs people in; the room redraws itself every few seconds."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from deliberation import selectors
from deliberation.pages import forms as own
from deliberation.pages.base import InDeliberation
from deliberation.pages.polls import STEPS as POLL
from deliberation.services import attendance, meetings, polls, sittings
from kit.components import Action, Crumb
from kit.pages import ReasonForm
from kit.steps import Step, StepPage

SITTING: dict[str, Step] = {
    "open": Step("宣布开会", sittings.open_meeting, done="会议开始"),
    "adjourn": Step("休会", sittings.adjourn, ReasonForm, done="已休会"),
    "resume": Step("复会", sittings.resume, done="已复会"),
    "end": Step(
        "宣布散会", sittings.end_meeting, question="没有审议的议题顺延到下次会议。", danger=True, done="会议已散会"
    ),
}
ITEM: dict[str, Step] = {
    "open": Step("开始审议", sittings.open_item, done="开始审议"),
    "discussed": Step("已充分讨论", sittings.confirm_discussed, done="已确认充分讨论"),
    "finish": Step("本议题结束", sittings.finish_item, own.OutcomeForm, done="已审议"),
    "defer": Step("顺延", sittings.defer_item, ReasonForm, "理由所有成员单位都看得到。", done="已顺延"),
    "recuse": Step(
        "回避", sittings.recuse_unit, own.RecuseForm, "有利害关系的单位回避，应到和实到随之减少。", done="已登记回避"
    ),
    "note": Step("记发言", sittings.note_statement, own.StatementForm, "主持人末位表态。", done="已记录发言"),
    "poll": Step("开始表决", polls.open_poll, own.OpenPollForm, "开始后名册和应到人数不再变。", done="表决开始"),
}
AGENDA: dict[str, Step] = {
    "move": Step("调整次序", meetings.move_item, own.PositionForm, done="次序已调整"),
    "remove": Step("移出", meetings.remove_item, question="移出后，议题仍是已受理，可以列入别的会议。", done="已移出"),
}
ATTENDANCE: dict[str, Step] = {
    "arrive": Step(
        "登记签到", attendance.sign_in_for, question="纸质签到、晚到或回到会场的，由记录人登记。", done="已签到"
    ),
    "leave": Step("登记离会", attendance.leave_meeting, done="已离会"),
    "replace": Step(
        "更换代表",
        attendance.replace_representative,
        own.ReplaceForm,
        "凭单位的书面委托，由本单位另一人出席。按单位表决时由他投票；按人表决时不能代投。",
        done="已更换代表",
    ),
}
# Steps without a question are one press in the room.
_PRESS = {"open", "resume", "discussed", "arrive"}


class Live(InDeliberation):
    """The chair's view, fit for a projector. The fragment is asked for again by the page itself."""

    template_name = "deliberation/live.html"
    fragment_name = "deliberation/live_room.html"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("会议", reverse("meeting", args=[self.kwargs["pk"]]))]

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        """The fragment alone while nothing is decided; otherwise the whole page, so that the buttons follow."""
        if self.request.htmx and self.request.GET.get("at") != self.room.mark:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().show(status=status, **more)

    @property
    def room(self) -> selectors.LiveRoom:
        if not hasattr(self, "_room"):
            self._room = selectors.live_room(self.request.user, self.kwargs["pk"])
        return self._room

    def context(self) -> dict[str, Any]:
        room = self.room
        meeting = room.home.meeting
        ending = {name: POLL[name].label for name in ("begin", "stop", "close", "void")}
        named = {**{name: step.label for name, step in ITEM.items()}, **ending}

        def of_item(slot: Any) -> list[Action]:
            found = []
            for number, name in enumerate(selectors.item_steps(room.home, slot) if slot else []):
                address = (
                    reverse("poll-step", args=[slot.poll.pk, name])
                    if name in ending
                    else reverse("item-step", args=[slot.item.pk, name])
                )
                found.append(Action(named[name], address, primary=number == 0, post=name in _PRESS))
            return found

        sitting = [
            Action(
                SITTING[name].label,
                reverse("sitting-step", args=[meeting.pk, name]),
                primary=name in _PRESS,
                post=name in _PRESS,
            )
            for name in selectors.sitting_steps(room.home)
        ]
        return {
            "title": meeting.title,
            "room": room,
            "home": room.home,
            "meeting": meeting,
            "window": selectors.sign_in_window(meeting),
            "sign_in_address": self.request.build_absolute_uri(
                f"{reverse('meeting-sign-in', args=[meeting.pk])}?code={meeting.sign_in_code}"
            ),
            "item_actions": of_item(room.current),
            "next_actions": of_item(room.following) if room.current is None else [],
            "sitting_actions": sitting,
        }


class _InRoom(InDeliberation, StepPage):
    """A step taken in the room; the answer is shown in the room."""

    @property
    def meeting_pk(self) -> Any:
        return self.row.meeting_id

    def back(self) -> str:
        return reverse("meeting-live", args=[self.meeting_pk])


class SittingStep(_InRoom):
    steps = SITTING
    argument = "meeting"

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = selectors.meeting_in_reach(self.request.user, self.kwargs["pk"])
        return self._row

    @property
    def meeting_pk(self) -> Any:
        return self.kwargs["pk"]


class ItemStep(_InRoom):
    """A step of one item: in the room, or on the agenda before the meeting."""

    steps = ITEM | AGENDA
    argument = "item"

    def back(self) -> str:
        return reverse("meeting", args=[self.meeting_pk]) if self.kwargs["step"] in AGENDA else super().back()

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = selectors.item_in_reach(self.request.user, self.kwargs["pk"])
        return self._row

    def offered(self, source: str) -> list[tuple[Any, str]]:
        room = selectors.here(self.row.meeting)
        if source == "here":
            return [(each, f"{each.person.name}（{each.unit.name}）") for each in room]
        if source == "tellers":
            return [(each.person, each.person.name) for each in room]
        units = {each.unit_id: each.unit for each in selectors.voting(self.row.meeting)}
        return [(unit, unit.name) for unit in units.values()]


class AttendanceStep(_InRoom):
    steps = ATTENDANCE
    argument = "attendance"

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = selectors.attendance_in_reach(self.request.user, self.kwargs["pk"])
        return self._row

    @property
    def subject_title(self) -> str:
        return str(self.row.person.name)

    def offered(self, source: str) -> list[tuple[Any, str]]:
        return [(each, each.name) for each in selectors.substitutes(self.row, on=self.today)]
