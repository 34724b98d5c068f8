"""What a year of one body is judged by, read in a bounded number of statements however many meetings it held."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery

from deliberation.choices import HELD, JUDGED, Capacity, ItemState, MotionState, PollState
from deliberation.models import AgendaItem, Attendance, Meeting, MinutesNote, Motion, Poll, Statement
from deliberation.selectors.figures import objections_behind, tasks_behind
from kit.calendar import moment_of
from kit.scoping import Circle

# F-26 looks back over so many meetings.
MEETINGS_BACK = 2


@dataclass(frozen=True)
class Item:
    """A slot of an agenda. ``spoken``: there is a statement to it, or the minutes say something."""

    id: UUID
    meeting_id: UUID
    motion_id: UUID | None
    title: str
    kind: str
    state: str
    classification: str | None
    is_late: bool
    spoken: bool


@dataclass(frozen=True)
class Sitting:
    """An ended meeting with its items and the items that were voted on."""

    id: UUID
    title: str
    form: str
    starts_at: datetime
    convened_at: datetime | None
    items: list[Item] = field(default_factory=list)
    voted: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class ProcessYear:
    """Everything of one body and one year. ``pairs``: (meeting, item, earlier meeting, earlier item), alike (F-26).

    heard: (meeting, unit's id, unit's name, whether it spoke); None where that is not for the reader's eyes.
    """

    sittings: list[Sitting]
    polls: list[dict[str, Any]]
    heard: list[tuple[Sitting, UUID, str, bool]] | None
    motions: list[dict[str, Any]]
    decided: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    objections: list[dict[str, Any]]
    pairs: list[tuple[Sitting, Item, Sitting, Item]]


def read_year(body, year: int, *, on: date, alike: Fraction, with_heard: bool) -> ProcessYear:
    """The rows of a year as they stand on a day. At most ten statements."""
    sittings, earlier = _sittings(body, year)
    known = {each.id: each for each in (*earlier, *sittings)}
    _fill(known)
    polls = _polls(sittings)
    for poll in polls:
        known[poll["item__meeting_id"]].voted.add(poll["item_id"])
    since, until = moment_of(date(year, 1, 1)), moment_of(date(year + 1, 1, 1))
    motions = Motion.objects.filter(body=body).order_by("pk")
    handed_in = motions.filter(submitted_at__gte=since, submitted_at__lt=until)
    decided = motions.filter(decided_at__gte=since, decided_at__lt=until)
    columns = ("id", "title", "unit_id", "unit__name", "submitted_at", "decided_at")
    return ProcessYear(
        sittings=sittings,
        polls=polls,
        heard=_heard(body, sittings) if with_heard else None,
        motions=list(handed_in.exclude(state__in=[MotionState.DRAFT, MotionState.WITHDRAWN]).values(*columns)),
        decided=list(decided.values(*columns)),
        tasks=_in_time(tasks_behind, body, year, on, "title", "id"),
        objections=_in_time(objections_behind, body, year, on, "notice__title", "notice__resolution_id"),
        pairs=_alike([*earlier, *sittings], len(earlier), alike),
    )


def _sittings(body, year: int) -> tuple[list[Sitting], list[Sitting]]:
    """The ended meetings that count for the year, and the last ones before the first of them, oldest first."""
    ended = Meeting.objects.filter(body=body, state__in=HELD)
    columns = ("id", "title", "form", "starts_at", "convened_at")
    rows = ended.filter(quarter__gte=f"{year}Q1", quarter__lte=f"{year}Q4").order_by("starts_at", "pk")
    sittings = [Sitting(**row) for row in rows.values(*columns)]
    if not sittings:
        return [], []
    before = ended.filter(starts_at__lt=sittings[0].starts_at).order_by("-starts_at", "-pk")
    earlier = [Sitting(**row) for row in before.values(*columns)[:MEETINGS_BACK]]
    mine = {each.id for each in sittings}
    return sittings, [each for each in reversed(earlier) if each.id not in mine]


def _fill(known: dict[UUID, Sitting]) -> None:
    notes = MinutesNote.objects.filter(item=OuterRef("pk")).order_by("-revision", "pk")
    rows = AgendaItem.objects.filter(meeting__in=known.keys()).annotate(
        spoken=Exists(Statement.objects.filter(item=OuterRef("pk"))), noted=Subquery(notes.values("text")[:1])
    )
    columns = ("id", "meeting_id", "motion_id", "title", "kind", "state", "is_late", "spoken")
    for row in rows.order_by("position", "pk").values(*columns, "noted", "motion__classification"):
        classification, noted = row.pop("motion__classification"), row.pop("noted")
        row["spoken"] = row["spoken"] or bool((noted or "").strip())
        known[row["meeting_id"]].items.append(Item(**row, classification=classification))


def _polls(sittings: Sequence[Sitting]) -> list[dict[str, Any]]:
    """Closed votes in which somebody voted."""
    rows = Poll.objects.filter(item__meeting__in=[each.id for each in sittings], state=PollState.CLOSED)
    columns = ("id", "item_id", "item__title", "item__meeting_id", "closed_at", "yes", "no", "abstain")
    found = rows.order_by("opened_at", "pk").values(*columns)
    return [row for row in found if (row["yes"] or 0) + (row["no"] or 0) + (row["abstain"] or 0)]


def _heard(body, sittings: Sequence[Sitting]) -> list[tuple[Sitting, UUID, str, bool]]:
    """Each member unit in the room of each meeting, and whether it spoke there to any item."""
    known = {each.id: each for each in sittings}
    there = Attendance.objects.filter(
        meeting__in=known.keys(), presences__isnull=False, capacity=Capacity.VOTING
    ).exclude(unit=body)
    spoke = Exists(Statement.objects.filter(attendance=OuterRef("pk")))
    rows = there.annotate(spoke=spoke).order_by("meeting__starts_at", "unit__path", "pk")
    found: dict[tuple[UUID, UUID], tuple[Sitting, UUID, str, bool]] = {}
    for meeting_id, unit_id, name, has_spoken in rows.values_list("meeting_id", "unit_id", "unit__name", "spoke"):
        before = found.get((meeting_id, unit_id))
        found[meeting_id, unit_id] = (known[meeting_id], unit_id, name, has_spoken or bool(before and before[3]))
    return list(found.values())


def _in_time(behind: Any, body, year: int, on: date, title: str, page: str) -> list[dict[str, Any]]:
    """What was due or done of the things with a deadline in the year: the very words of the dashboard."""
    rows = behind(Circle(body_ids=frozenset({body.pk})), outcomes=JUDGED, on=on).filter(
        due__gte=date(year, 1, 1), due__lte=date(year, 12, 31)
    )
    found = rows.order_by("due", "pk").values_list(title, page, "due", "outcome")
    return [{"title": row[0], "page": row[1], "due": row[2], "outcome": row[3]} for row in found]


def _alike(sittings: list[Sitting], skip: int, least: Fraction) -> list[tuple[Sitting, Item, Sitting, Item]]:
    """Pairs of different motions of one class with similar titles in one of the meetings before (F-26)."""
    pairs = [
        (sitting, item, before, other)
        for place, sitting in enumerate(sittings)
        if place >= skip
        for item in motions_of(sitting)
        for before in sittings[max(0, place - MEETINGS_BACK) : place]
        for other in motions_of(before)
        if item.motion_id != other.motion_id and item.classification == other.classification
    ]
    if not pairs:
        return []
    # The database compares, as it would for a hint while typing: there is one measure of similarity.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS t(a, b, n)"
            " WHERE similarity(a, b) >= (%s::numeric / %s)::real ORDER BY n",
            [
                [item.title for _, item, _, _ in pairs],
                [other.title for _, _, _, other in pairs],
                least.numerator,
                least.denominator,
            ],
        )
        return [pairs[number - 1] for (number,) in cursor.fetchall()]


def motions_of(sitting: Sitting) -> list[Item]:
    """The items of a meeting in which a motion was taken up."""
    return [each for each in sitting.items if each.motion_id and each.state != ItemState.DEFERRED]
