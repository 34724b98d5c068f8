"""The register of demands as its page asks for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from kit.holidays import working_days
from kit.lights import Light
from resources import rules
from resources.choices import DemandState
from resources.querysets import DemandQuerySet
from resources.selectors.demands import demands

COLUMNS = ("id", "title", "state", "kind", "unit__name", "submitted_at", "accept_by_on", "answer_by_on")


def register(person, *, show: str, q: str = "", category: str = "", light: str = "", on: date) -> DemandQuerySet:
    """Demands in reach. show: ``open``, ``mine`` or all; q: a part of the words, of the unit or its pinyin initials."""
    rows = demands(person)
    if show == "mine":
        rows = rows.filter(author=person.pk)
    elif show == "open":
        rows = rows.open()
    if text := q.strip():
        by_unit = Q(unit__name__contains=text) | Q(unit__initials__startswith=text.lower())
        rows = rows.filter(Q(title__contains=text) | by_unit)
    if category:
        rows = rows.filter(category=category)
    return rows.lit(light, on=on, calendar=working_days()) if light else rows


@dataclass(frozen=True)
class RegisterLine:
    """One line: until when somebody must accept or answer, and the light."""

    id: UUID
    title: str
    kind: str
    unit: str
    state: str
    submitted_at: datetime | None
    until: date | None
    light: Light | None


def register_lines(rows: Iterable[dict[str, Any]], *, on: date) -> list[RegisterLine]:
    """The lines of a page from the ``COLUMNS`` of its rows."""
    calendar = working_days()

    def line(row: dict[str, Any]) -> RegisterLine:
        state = DemandState(row["state"])
        due = {"accept_by_on": row["accept_by_on"], "answer_by_on": row["answer_by_on"]}
        until = {DemandState.SUBMITTED: due["accept_by_on"], DemandState.ACCEPTED: due["answer_by_on"]}.get(state)
        shown = rules.demand_light(state, **due, on=on, calendar=calendar)
        words = (row["id"], row["title"], row["kind"], row["unit__name"], str(state.label))
        return RegisterLine(*words, row["submitted_at"], until, shown)

    return [line(row) for row in rows]
