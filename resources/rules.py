"""Deadlines, lights and distortion of demands. Pure: the day and the calendar are passed in."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kit.calendar import WorkingDays
from kit.lights import Light, light
from resources.choices import DemandState


def accept_by(submitted_on: date, *, days: int, calendar: WorkingDays) -> date:
    """The last day to accept: ``days`` working days after submission (F-11)."""
    return calendar.add(submitted_on, days)


def answer_by(accepted_on: date, *, days: int, calendar: WorkingDays) -> date:
    """The last day to answer: verified with a way forward, or closed with a reason (F-11)."""
    return calendar.add(accepted_on, days)


def demand_light(
    state: str, *, accept_by_on: date | None, answer_by_on: date | None, on: date, calendar: WorkingDays
) -> Light | None:
    """The one light of a demand: by the deadline of whoever has it now (F-11)."""
    if state == DemandState.WAITING:
        return Light("blue", "等外部答复")
    if state == DemandState.RETURNED:
        return Light("blue", "待补正")
    due = {DemandState.SUBMITTED: accept_by_on, DemandState.ACCEPTED: answer_by_on}.get(DemandState(state))
    return light(due_on=due, on=on, calendar=calendar)


@dataclass(frozen=True)
class Wording:
    """What an author or a level said: the parts whose change is a distortion (F-10)."""

    category: str
    quantity: int | None
    quantity_unit: str


def differs(author: Wording, layer: Wording) -> bool:
    """Category or quantity changed on the way up; words alone may be clearer without distorting."""
    return author != layer


def distortion_index(distorted: int, total: int) -> Fraction | None:
    """Share of demands changed without consent; None when there is none to judge (缺项, never 0)."""
    return Fraction(distorted, total) if total else None
