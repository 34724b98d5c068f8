"""今天先看这里: what is red or about to be, by place; each line opens its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from deliberation import selectors as deliberation
from deliberation.choices import Outcome
from kit.holidays import working_days
from kit.lights import Light, light
from orgs import selectors as orgs
from oversight.choices import Figure
from oversight.selectors.slices import Number, Slice, View
from resources import selectors as resources
from resources.choices import DemandState

SHOWN = 6


@dataclass(frozen=True)
class Attention:
    """One line: what, where, since when, and in whose hands it is."""

    light: Light
    what: str
    where: str
    held_by: str
    number: Number


@dataclass(frozen=True)
class _Found:
    """A line before its light is worded, which takes counting working days. ``since``: the oldest missed deadline."""

    what: str
    where: str
    held_by: str
    number: Number
    since: date | None = None
    light: Light | None = None

    @property
    def place(self) -> tuple:
        """Overdue first, the longest first; then what else is red, then what is yellow."""
        is_yellow = self.light is not None and self.light.colour != "red"
        return (is_yellow, self.since is None, self.since or date.min, self.where, self.what)


def attention(
    view: View,
    bodies: Mapping[UUID, deliberation.BodyQuarter],
    deadlines: deliberation.DeadlineFigures,
    counts: resources.DemandFigures,
) -> tuple[tuple[Attention, ...], int]:
    """The lines to show, and how many there are in all. No query but the names of bodies elsewhere."""
    names = {pk: row.name for pk, row in bodies.items()}
    names |= orgs.names_of((counts.by_body.keys() | deadlines.bodies) - names.keys())
    found = [
        *_overdue(view, names, deadlines, counts),
        *_without_meeting(view, bodies),
        *_soon(view, deadlines, counts),
    ]
    found.sort(key=lambda each: each.place)
    return tuple(_worded(view, each) for each in found[:SHOWN]), len(found)


def _worded(view: View, found: _Found) -> Attention:
    shown = found.light
    if shown is None:
        shown = light(due_on=found.since, on=view.on, calendar=working_days())
        assert shown is not None
        if found.number.value > 1:
            shown = Light(shown.colour, f"最长{shown.word}")
    return Attention(shown, found.what, found.where, found.held_by, found.number)


def _overdue(view: View, names, deadlines, counts) -> Iterator[_Found]:
    late = (
        (DemandState.SUBMITTED, "需求超期未受理", "乡镇"),
        (DemandState.ACCEPTED, "需求超期未答复", "乡镇"),
    )
    for body, each in counts.by_body.items():
        for state, what, held_by in late:
            if number := each.late.get(state):
                asked = Slice(Figure.DEMANDS, f"late:{state.value}", view.asked_at, None, body)
                yield _Found(what, names[body], held_by, Number(number, asked), each.late_since[state])
    for figure, what, held_by in (
        (Figure.TASKS, "决议任务超期未办", "牵头单位"),
        (Figure.OBJECTIONS, "异议超期未答复", "联村书记、乡镇"),
    ):
        for body, name in names.items():
            kept = deadlines.of(figure, body)
            if kept.overdue_since is not None:
                asked = Slice(figure, Outcome.OVERDUE.value, view.asked_at, None, body)
                yield _Found(what, name, held_by, Number(kept[Outcome.OVERDUE], asked), kept.overdue_since)


def _without_meeting(view: View, bodies) -> Iterator[_Found]:
    for body, row in bodies.items():
        shown = deliberation.quarter_light(row, view.quarter, on=view.on)
        if shown.colour in ("red", "yellow"):
            what = "季度联席会议没有召开" if shown.colour == "red" else "本季度还没开联席会议"
            asked = Slice(Figure.MEETINGS, "missing", view.asked_at, view.quarter, body)
            yield _Found(what, row.name, "联村书记", Number(1, asked), light=shown)


def _soon(view: View, deadlines, counts) -> Iterator[_Found]:
    tasks, objections = (deadlines.of(figure)[Outcome.SOON] for figure in (Figure.TASKS, Figure.OBJECTIONS))
    waiting = (
        (Figure.DEMANDS, "light:yellow", "需求快到期", "乡镇", counts.total.by_light.get("yellow", 0)),
        (Figure.TASKS, Outcome.SOON.value, "决议任务快到期", "牵头单位", tasks),
        (Figure.OBJECTIONS, Outcome.SOON.value, "异议快到答复期限", "联村书记、乡镇", objections),
    )
    for figure, part, what, held_by, number in waiting:
        if number:
            asked = Slice(figure, part, view.asked_at)
            yield _Found(what, view.name, held_by, Number(number, asked), light=Light("yellow", "三个工作日内到期"))
