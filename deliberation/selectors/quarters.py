"""F-20: each body holds a joint conference in each quarter. The one figure behind page, report, API and reminder.

Which quarter a day belongs to is ``kit.calendar.Quarter.of``; what counts as a conference is
``rules.counts_for_quarter``, here as a condition of the database.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Case, Count, Exists, Expression, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from deliberation import rules
from deliberation.choices import HELD, ItemKind, ItemState, MeetingForm
from deliberation.models import AgendaItem, Meeting
from kit import parameters, scoping
from kit.calendar import Quarter
from kit.lights import Light
from orgs import selectors as orgs


def conferences(quarter: Quarter) -> QuerySet[Meeting]:
    """The meetings that count for a quarter."""
    deliberated = AgendaItem.objects.filter(meeting=OuterRef("pk")).exclude(
        Q(kind=ItemKind.BRIEFING) | Q(state=ItemState.DEFERRED)
    )
    held = Meeting.objects.filter(quarter=str(quarter), form=MeetingForm.JOINT_CONFERENCE, state__in=HELD)
    return held.filter(Exists(deliberated))


def bodies_in_quarter(quarter: Quarter, *, person=None) -> QuerySet:
    """Bodies of which the quarter asks a conference: those that exist on its last day.

    ``conference`` is the id of the first that counts, or None. person: only bodies in reach; without one all,
    for the system itself.
    """
    rows = orgs.running_bodies(on=quarter.end)
    if person is not None:
        rows = rows.filter(scoping.within(scoping.standing_of(person), path="path", body="pk"))
    first = conferences(quarter).filter(body=OuterRef("pk")).order_by("starts_at", "pk")
    return rows.annotate(conference=Subquery(first.values("pk")[:1]))


def with_conference(quarter: Quarter, *, person=None) -> QuerySet:
    """Bodies that held theirs."""
    return bodies_in_quarter(quarter, person=person).filter(conference__isnull=False)


def without_conference(quarter: Quarter, *, person=None) -> QuerySet:
    """Bodies that have not held theirs (yet)."""
    return bodies_in_quarter(quarter, person=person).filter(conference__isnull=True)


@dataclass(frozen=True)
class QuarterFigure:
    """One row of the figure: ``held`` of ``due`` bodies. ``path`` is empty for bodies under no area committee."""

    path: str
    name: str
    held: int
    due: int

    @property
    def missing(self) -> int:
        return self.due - self.held

    @property
    def share(self) -> Fraction | None:
        """None when nothing was due (缺项, never 0 or 1)."""
        return Fraction(self.held, self.due) if self.due else None


class _Township(Func):
    """The first two segments of a path: the lead township of a joint organization, an area committee itself."""

    template = "substring(%(expressions)s from '^[^/]+/[^/]+/')"


_GROUPS: dict[str, Expression | F] = {
    "body": F("path"),
    "township": _Township(F("path")),
    "area": Case(
        When(kind="area_committee", then=F("path")), default=Coalesce(F("joint_org__superior__path"), Value(""))
    ),
}


def quarter_figures(quarter: Quarter, *, by: str = "township", person=None) -> list[QuarterFigure]:
    """How many bodies held their conference, by ``township`` (of the lead), ``area`` or ``body``. Two statements."""
    rows = bodies_in_quarter(quarter, person=person).annotate(place=_GROUPS[by]).order_by()
    counted = rows.values("place").annotate(
        due=Count("pk"), held=Count("pk", filter=Exists(conferences(quarter).filter(body=OuterRef("pk"))))
    )
    found = {row["place"]: (row["held"], row["due"]) for row in counted}
    names = orgs.names_by_path(found)
    return [QuarterFigure(path, names.get(path, ""), *found[path]) for path in sorted(found)]


def quarter_total(figures: list[QuarterFigure]) -> QuarterFigure:
    """All rows of a figure as one row."""
    return QuarterFigure("", "合计", sum(each.held for each in figures), sum(each.due for each in figures))


def quarter_light(body, quarter: Quarter, *, on: date) -> Light:
    """The light of one row of ``bodies_in_quarter``."""
    days = parameters.get("deliberation.quarter_early_days", on=on)
    return rules.quarter_light(is_held=body.conference is not None, quarter=quarter, on=on, yellow_days=days)
