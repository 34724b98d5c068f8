"""A row behind a number, the same shape for bodies, tasks, objections and demands. No person's name in any of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from deliberation.choices import Outcome
from kit.calendar import day_of
from kit.holidays import working_days
from kit.lights import Light, light
from orgs.choices import OrganizationKind
from oversight.choices import Figure
from resources.choices import DemandState

_DEMAND = ("id", "title", "unit__name", "body__name", "state", "accept_by_on", "answer_by_on", "submitted_at")
COLUMNS: dict[str, tuple[str, ...]] = {
    Figure.MEETINGS: ("id", "name", "kind", "parent__name", "conference"),
    Figure.TASKS: (
        *("id", "title", "owner__name", "outside_body", "resolution__body__name"),
        *("due_on", "finished_on", "state", "outcome"),
    ),
    Figure.OBJECTIONS: (
        *("id", "notice__title", "notice__resolution_id", "notice__resolution__body__name"),
        *("answer_due_on", "answered_at", "outcome"),
    ),
    Figure.HANDLED: _DEMAND,
    Figure.DEMANDS: _DEMAND,
}
# What the columns of the list are called; the date differs by what has one.
HEADINGS: dict[str, tuple[str, str, str]] = {
    Figure.MEETINGS: ("组织", "所属", ""),
    Figure.TASKS: ("任务", "牵头单位", "完成时限"),
    Figure.OBJECTIONS: ("公示", "议事主体", "答复期限"),
    Figure.HANDLED: ("需求", "填报单位", "期限"),
    Figure.DEMANDS: ("需求", "填报单位", "期限"),
}
_COLOURS = {
    Outcome.ON_TIME: "green",
    Outcome.LATE: "yellow",
    Outcome.OVERDUE: "red",
    Outcome.WAITING: "blue",
    Outcome.SOON: "yellow",
    Outcome.RUNNING: "green",
}


@dataclass(frozen=True)
class RowShown:
    """One line: what, whose, before which body, until when, how it stands."""

    what: str
    href: str
    whose: str
    body: str
    until: Any
    state: str
    light: Light | None


def row_shown(figure: str, row: dict[str, Any], *, now: datetime) -> RowShown:
    """From the columns of ``COLUMNS[figure]``."""
    return _SHOW[Figure(figure)](row, now)


def _body(row: dict[str, Any], now: datetime) -> RowShown:
    if row["conference"]:
        href, shown = reverse("meeting", args=[row["conference"]]), Light("green", "已召开")
    else:
        page = "joint-org" if row["kind"] == OrganizationKind.JOINT_ORG else "unit"
        href, shown = reverse(page, args=[row["id"]]), Light("grey", "未召开")
    return RowShown(row["name"], href, row["parent__name"] or "", "", None, "", shown)


def _task(row: dict[str, Any], now: datetime) -> RowShown:
    return RowShown(
        what=row["title"],
        href=reverse("task", args=[row["id"]]),
        whose=row["owner__name"] or row["outside_body"],
        body=row["resolution__body__name"],
        until=row["due_on"],
        state="",
        light=Light(_COLOURS[row["outcome"]], Outcome(row["outcome"]).label),
    )


def _objection(row: dict[str, Any], now: datetime) -> RowShown:
    word = {Outcome.LATE: "逾期答复", Outcome.OVERDUE: "超期未答复", Outcome.ON_TIME: "按期答复"}
    return RowShown(
        what=row["notice__title"],
        href=reverse("resolution", args=[row["notice__resolution_id"]]),
        whose=row["notice__resolution__body__name"],
        body="",
        until=row["answer_due_on"],
        state="",
        light=Light(_COLOURS[row["outcome"]], word.get(row["outcome"], Outcome(row["outcome"]).label)),
    )


def _demand(row: dict[str, Any], now: datetime) -> RowShown:
    state = DemandState(row["state"])
    due = {DemandState.SUBMITTED: row["accept_by_on"], DemandState.ACCEPTED: row["answer_by_on"]}.get(state)
    outside = state in (DemandState.WAITING, DemandState.RETURNED)
    shown = Light("blue", "") if outside else light(due_on=due, on=day_of(now), calendar=working_days())
    return RowShown(
        what=row["title"],
        href=reverse("demand", args=[row["id"]]),
        whose=row["unit__name"],
        body=row["body__name"],
        until=due,
        state=state.label,
        light=shown,
    )


_SHOW = {
    Figure.MEETINGS: _body,
    Figure.TASKS: _task,
    Figure.OBJECTIONS: _objection,
    Figure.HANDLED: _demand,
    Figure.DEMANDS: _demand,
}
