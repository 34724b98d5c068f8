"""投诉建议: the register of those who answer, one complaint with its light, and what a ticket shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from kit import facts, policies
from kit.calendar import day_of
from kit.components import TrailEntry
from kit.errors import Hidden
from kit.holidays import working_days
from kit.lights import Light, light
from kit.tickets import Progress
from orgs import selectors as orgs
from oversight.choices import ComplaintState
from oversight.models import COMPLAINT, Complaint
from oversight.querysets import ComplaintQuerySet


def complaints(person) -> ComplaintQuerySet[Complaint]:
    return Complaint.objects.visible_to(person)


def subjects() -> dict[str, Callable[..., QuerySet]]:
    """Subjects of facts, by label, with the list that says who may see them."""
    return {"oversight.complaint": complaints}


def complaint_light(complaint: Complaint, *, on: date) -> Light | None:
    """The light by the date of the answer (F-72)."""
    finished = day_of(complaint.answered_at) if complaint.answered_at else None
    return light(due_on=complaint.answer_due_on, on=on, calendar=working_days(), finished_on=finished)


@dataclass(frozen=True)
class ComplaintHome:
    """A complaint, its light, its trail."""

    complaint: Complaint
    light: Light | None
    trail: tuple[TrailEntry, ...]


def complaint_home(person, pk, *, on: date) -> ComplaintHome:
    """One complaint for those who answer it. Raises Hidden (404) for everybody else."""
    row = complaints(person).select_related("organization").filter(pk=pk).first()
    if row is None:
        raise Hidden
    return ComplaintHome(row, complaint_light(row, on=on), orgs.trail_entries(facts.trail(row)))


def complaint_steps(person, home: ComplaintHome) -> list[str]:
    """Names of the steps this person may take now, the main one first. No query."""
    row = home.complaint
    return [
        name
        for name, each in COMPLAINT.moves.items()
        if row.state in each.sources and policies.allows(person, each.verb, row)
    ]


def complaints_to_answer(on: date) -> QuerySet:
    """Complaints that wait for an answer, for the reminders. What they say stands in none."""
    return Complaint.objects.waiting().annotate(
        remind_by=F("answer_due_on"),
        remind_since=F("received_at"),
        remind_title=F("organization__name"),
        remind_path=F("organization__path"),
        remind_body=Cast(Value(None), UUIDField()),
        remind_key=F("pk"),
    )


def complaint_progress(ticket: str) -> Progress | None:
    """What a complaint's ticket shows."""
    row = Complaint.objects.select_related("organization").filter(ticket=ticket).first()
    if row is None:
        return None
    passed_on = row.state == ComplaintState.PASSED_ON
    return Progress(
        kind="投诉建议",
        about=row.organization.name,
        received_at=row.received_at,
        answer_by_on=row.answer_due_on,
        state=row.get_state_display(),
        is_open=row.state == ComplaintState.RECEIVED,
        answer=f"已转{row.passed_to}办理：{row.answer}" if passed_on else row.answer,
        answered_at=row.answered_at,
    )
