"""Tasks, objections and joint conferences in numbers, for dashboards: one statement for what has a deadline, one for
the quarters, and the rows behind each number by the same words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Count, F, Min, Q, QuerySet, Value

from deliberation.choices import Outcome
from deliberation.models import Objection, ResolutionTask
from deliberation.querysets import ObjectionQuerySet, TaskQuerySet
from deliberation.selectors.quarters import bodies_in_quarter
from kit.calendar import Quarter
from kit.holidays import working_days
from kit.lights import due_days
from kit.scoping import Circle

TASKS, OBJECTIONS = "tasks", "objections"


@dataclass
class Kept:
    """Things with a deadline, by what became of them. Not due is no success, and waiting for others no failure."""

    by_outcome: dict[str, int] = field(default_factory=dict)
    overdue_since: date | None = None

    def __getitem__(self, outcome: str) -> int:
        return self.by_outcome.get(outcome, 0)

    def add(self, outcome: str, number: int, oldest: date | None = None) -> None:
        self.by_outcome[outcome] = self[outcome] + number
        if outcome == Outcome.OVERDUE and oldest is not None:
            self.overdue_since = min(oldest, self.overdue_since or oldest)

    @property
    def judged(self) -> int:
        count = self.by_outcome.get
        return count("on_time", 0) + count("late", 0) + count("overdue", 0)

    @property
    def share(self) -> Fraction | None:
        """Kept in time, of all that were due or done; None when none was (缺项, never 0 or 1)."""
        return Fraction(self[Outcome.ON_TIME], self.judged) if self.judged else None


@dataclass(frozen=True)
class DeadlineFigures:
    """``of(TASKS, place, quarter)``: one body, or the township that leads it, in one quarter; without a place all of
    them, without a quarter all that were read."""

    cells: dict[tuple[str, UUID | None, str], Kept]
    bodies: frozenset[UUID]

    def of(self, what: str, place: UUID | None = None, quarter: Quarter | None = None) -> Kept:
        return self.cells.get((what, place, str(quarter or "")), Kept())


def _last_yellow(on: date) -> date | None:
    return due_days("yellow", on=on, calendar=working_days())[1]


def deadline_figures(circle: Circle, *, since: Quarter, on: date) -> DeadlineFigures:
    """Tasks and objections whose deadline falls into ``since`` or later, and all that are still open. One statement."""
    cells: dict[tuple[str, UUID | None, str], Kept] = {}
    bodies = set()
    for what, body, home, quarter, outcome, number, oldest in _read(
        _deadlines_sql(circle, since, on, _last_yellow(on))
    ):
        bodies.add(body)
        for place in (body, home, None):
            for when in (quarter, ""):
                cells.setdefault((what, place, when), Kept()).add(outcome, number, oldest)
    return DeadlineFigures(cells, frozenset(bodies))


def _read(statement: tuple[str, tuple]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchall()


# Written by the ORM from the very words of the lists, kept as SQL: writing them anew cost 25 ms a dashboard.
@lru_cache(maxsize=512)
def _deadlines_sql(circle: Circle, since: Quarter, on: date, yellow: date | None) -> tuple[str, tuple]:
    tasks = _counted(
        TASKS, tasks_behind(circle).with_outcome(on=on, last_yellow=yellow), body="resolution__body", since=since
    )
    objections = _counted(
        OBJECTIONS,
        objections_behind(circle).with_outcome(on=on, last_yellow=yellow),
        body="notice__resolution__body",
        since=since,
    )
    return tasks.union(objections, all=True).query.sql_with_params()


def _counted(what: str, rows: QuerySet, *, body: str, since: Quarter) -> QuerySet:
    recent = rows.filter(Q(due__gte=since.start) | Q(done_on__isnull=True)).order_by()
    grouped = recent.annotate(
        what=Value(what, output_field=CharField()), body=F(f"{body}_id"), home=F(f"{body}__parent_id")
    )
    return grouped.values_list("what", "body", "home", "quarter", "outcome").annotate(
        number=Count("pk"), oldest=Min("due")
    )


def tasks_behind(
    circle: Circle, *, outcomes: Iterable[str] = (), quarter: Quarter | None = None, on: date | None = None
) -> TaskQuerySet:
    """The tasks behind a number: of these outcomes on a day, due in a quarter; without either all of them."""
    rows = ResolutionTask.objects.in_force().filter(
        circle.holds(path="resolution__body__path", body="resolution__body_id")
    )
    return _behind(rows, outcomes, quarter, on)


def objections_behind(
    circle: Circle, *, outcomes: Iterable[str] = (), quarter: Quarter | None = None, on: date | None = None
) -> ObjectionQuerySet:
    """The objections behind a number, as for tasks."""
    rows = Objection.objects.filter(
        circle.holds(path="notice__resolution__body__path", body="notice__resolution__body_id")
    )
    return _behind(rows, outcomes, quarter, on)


def _behind(rows, outcomes: Iterable[str], quarter: Quarter | None, on: date | None):
    if on is not None:
        rows = rows.with_outcome(on=on, last_yellow=_last_yellow(on))
        rows = rows.filter(outcome__in=[str(each) for each in outcomes])
        if quarter is not None:
            rows = rows.filter(quarter=str(quarter))
    return rows


@dataclass(frozen=True)
class BodyQuarter:
    """One body in one quarter; ``conference`` is the id of the joint conference that counts, or None (F-20)."""

    quarter: str
    body_id: UUID
    name: str
    kind: str
    path: str
    parent_id: UUID
    conference: UUID | None


def bodies_behind(circle: Circle, quarter: Quarter) -> QuerySet:
    """Bodies of which the quarter asks a conference, those of a circle (``quarters.bodies_in_quarter``)."""
    return bodies_in_quarter(quarter).filter(circle.holds(path="path", body="pk"))


def body_quarters(circle: Circle, quarters: Sequence[Quarter]) -> list[BodyQuarter]:
    """Every body in each of these quarters. One statement."""
    return [BodyQuarter(*row) for row in _read(_body_quarters_sql(circle, tuple(quarters)))]


@lru_cache(maxsize=512)
def _body_quarters_sql(circle: Circle, quarters: tuple[Quarter, ...]) -> tuple[str, tuple]:
    columns = ("asked", "pk", "name", "kind", "path", "parent_id", "conference")
    first, *others = (
        bodies_behind(circle, quarter)
        .order_by()
        .annotate(asked=Value(str(quarter), output_field=CharField()))
        .values_list(*columns)
        for quarter in quarters
    )
    return first.union(*others, all=True).order_by("asked", "path", "pk").query.sql_with_params()
