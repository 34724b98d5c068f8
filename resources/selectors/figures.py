"""需求 in numbers, for dashboards: read from the summary in one statement, equal to the list behind each number."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection

from kit import summaries
from kit.calendar import Quarter
from kit.holidays import working_days
from kit.lights import due_days
from kit.scoping import Circle
from orgs.choices import OrganizationKind as Kind
from resources.choices import DemandState as S
from resources.models import Demand
from resources.querysets import FINISHED, OUTSIDE, DemandQuerySet

LIGHTS = ("red", "yellow", "green", "blue")
# Confirmed by its author, or closed with a reason that everybody can read.
HANDLED = (S.CONFIRMED, S.CLOSED)

# Grouped in the database: some hundred rows come back, whatever the number of demands. grouping() tells which set.
_READ = """
SELECT g.kind, g.home_id, h.path, g.body_id, g.quarter, g.state, g.light, g.number, g.oldest
FROM (
    SELECT grouping(s.home_id, s.body_id, s.quarter) AS kind, s.home_id, s.body_id, s.quarter, s.state, s.light,
           sum(s.number) AS number, min(s.due_on) AS oldest
    FROM (
        SELECT c.home_id, c.body_id, c.quarter, c.state, c.due_on, c.number,
               CASE WHEN c.state = ANY (%(finished)s) THEN 'done'
                    WHEN c.state = ANY (%(outside)s) THEN 'blue'
                    WHEN c.due_on < %(on)s THEN 'red'
                    WHEN c.due_on <= %(last_yellow)s THEN 'yellow'
                    WHEN c.due_on IS NOT NULL THEN 'green' ELSE '' END AS light
        FROM ({current}) AS c WHERE {reach}
    ) AS s
    GROUP BY GROUPING SETS ((s.state, s.light), (s.home_id, s.light), (s.body_id, s.state, s.light),
                            (s.quarter, s.state))
    HAVING sum(s.number) <> 0
) AS g LEFT JOIN orgs_organization h ON h.id = g.home_id
"""
_BY_STATE, _BY_HOME, _BY_BODY, _BY_QUARTER = 7, 3, 5, 6


@dataclass
class Counts:
    """Unfinished demands of one place: all, and by light; ``late_since`` is the oldest deadline that was missed."""

    unfinished: int = 0
    by_light: dict[str, int] = field(default_factory=dict)
    by_state: dict[str, int] = field(default_factory=dict)
    late_since: dict[str, date] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DemandFigures:
    """submitted, handled: by quarter of submission (``2026Q4``), withdrawn ones left out. home_paths: of the homes in
    ``by_home``."""

    total: Counts
    by_home: dict[UUID, Counts]
    by_body: dict[UUID, Counts]
    submitted: dict[str, int]
    handled: dict[str, int]
    home_paths: dict[UUID, str]


def _last_yellow(on: date) -> date | None:
    return due_days("yellow", on=on, calendar=working_days())[1]


def demand_figures(circle: Circle, *, on: date) -> DemandFigures:
    """Every figure of the demands of a circle on a day. One statement."""
    reach, asked = _reach(circle)
    asked |= {
        "finished": list(FINISHED),
        "outside": list(OUTSIDE),
        "on": on,
        "last_yellow": _last_yellow(on),
    }
    found = DemandFigures(Counts(), {}, {}, {}, {}, {})
    with connection.cursor() as cursor:
        current = summaries.of("resources.Demand").current()
        cursor.execute(_READ.format(current=current, reach=reach), asked)
        for kind, home, path, body, quarter, state, light, number, oldest in cursor.fetchall():
            if kind == _BY_QUARTER:
                _flow(found, quarter, state, number)
            elif kind == _BY_STATE:
                _add(found.total, state, light, number, oldest)
            elif kind == _BY_BODY:
                _add(found.by_body.setdefault(body, Counts()), state, light, number, oldest)
            else:
                found.home_paths[home] = path
                _add(found.by_home.setdefault(home, Counts()), "", light, number, oldest)
    return found


def _reach(circle: Circle) -> tuple[str, dict]:
    if not circle.path:
        return "c.body_id = ANY (%(bodies)s)", {"bodies": list(circle.body_ids)}
    # Homes are the townships, and the district for what stands directly below it. As a list they lead into the index
    # of the folded rows; joined, every folded row of the country was read.
    homes = [Kind.TOWNSHIP_COMMITTEE, Kind.DISTRICT_COMMITTEE]
    return (
        "c.home_id = ANY (ARRAY(SELECT id FROM orgs_organization WHERE kind = ANY (%(homes)s) AND path LIKE %(path)s))",
        {"homes": [str(each) for each in homes], "path": f"{circle.path}%"},
    )


def _flow(found: DemandFigures, quarter: str, state: str, number: int) -> None:
    if state != S.WITHDRAWN:
        found.submitted[quarter] = found.submitted.get(quarter, 0) + number
    if state in HANDLED:
        found.handled[quarter] = found.handled.get(quarter, 0) + number


def _add(counts: Counts, state: str, light: str, number: int, oldest: date | None) -> None:
    if light == "done":
        return
    counts.unfinished += number
    if state:
        counts.by_state[state] = counts.by_state.get(state, 0) + number
    if light:
        counts.by_light[light] = counts.by_light.get(light, 0) + number
    if light == "red" and oldest is not None:
        counts.late[state], counts.late_since[state] = number, oldest


def demands_behind(circle: Circle, *, part: str, quarter: Quarter | None, on: date) -> DemandQuerySet:
    """The rows behind one number: ``unfinished``, ``state:…``, ``light:…``, ``late:…``, ``submitted``, ``handled``.

    quarter: the quarter of submission, for the last two. ValueError for an unknown part.
    """
    rows = Demand.objects.submitted().filter(circle.holds(path="unit__path", body="body_id"))
    if quarter is not None:
        rows = rows.submitted_in(quarter)
    kind, _, value = part.partition(":")
    if part == "submitted":
        return rows.exclude(state=S.WITHDRAWN)
    if part == "handled":
        return rows.filter(state__in=HANDLED)
    if part == "unfinished":
        return rows.unfinished()
    if kind == "state" and value in S.values:
        return rows.unfinished().filter(state=value)
    if kind == "light" and value in LIGHTS:
        return rows.lit(value, on=on, calendar=working_days())
    if kind == "late" and value in (S.SUBMITTED, S.ACCEPTED):
        return rows.lit("red", on=on, calendar=working_days()).filter(state=value)
    raise ValueError(f"unknown part of the demands: {part!r}")
