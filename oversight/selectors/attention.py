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
    """One line: what, where, since when, and in whose hands it is. ``days`` sorts: overdue working days first."""

    light: Light
    what: str
    where: str
    held_by: str
    number: Number
    days: int


def attention(
    view: View,
    bodies: Mapping[UUID, deliberation.BodyQuarter],
    deadlines: deliberation.DeadlineFigures,
    counts: resources.DemandFigures,
) -> tuple[Attention, ...]:
    """Every red line, the longest overdue first, then the yellow ones. No query but the names of bodies elsewhere."""
    names = {pk: row.name for pk, row in bodies.items()}
    names |= orgs.names_of((counts.by_body.keys() | deadlines.bodies) - names.keys())
    found = [
        *_overdue(view, names, deadlines, counts),
        *_without_meeting(view, bodies),
        *_soon(view, deadlines, counts),
    ]
    return tuple(sorted(found, key=lambda each: (each.light.colour != "red", -each.days, each.where, each.what)))


def _overdue(view: View, names, deadlines, counts) -> Iterator[Attention]:
    late = (
        (DemandState.SUBMITTED, "需求超期未受理", "乡镇"),
        (DemandState.ACCEPTED, "需求超期未答复", "乡镇"),
    )
    for body, each in counts.by_body.items():
        for state, what, held_by in late:
            if number := each.late.get(state):
                part = f"late:{state.value}"
                yield _line(
                    view, what, names[body], held_by, Figure.DEMANDS, part, number, each.late_since[state], body
                )
    for figure, what, held_by in (
        (Figure.TASKS, "决议任务超期未办", "牵头单位"),
        (Figure.OBJECTIONS, "异议超期未答复", "联村书记"),
    ):
        for body, name in names.items():
            kept = deadlines.of(figure, body)
            if kept.overdue_since is not None:
                number = kept[Outcome.OVERDUE]
                yield _line(view, what, name, held_by, figure, Outcome.OVERDUE, number, kept.overdue_since, body)


def _line(view: View, what, where, held_by, figure, part, number, since: date, body) -> Attention:
    calendar = working_days()
    shown = light(due_on=since, on=view.on, calendar=calendar)
    assert shown is not None
    word = shown.word if number == 1 else f"最长{shown.word}"
    asked = Slice(figure, str(part), view.asked_at, None, body)
    days = calendar.between(since, view.on)
    return Attention(Light(shown.colour, word), what, where, held_by, Number(number, asked), days)


def _without_meeting(view: View, bodies) -> Iterator[Attention]:
    for body, row in bodies.items():
        shown = deliberation.quarter_light(row, view.quarter, on=view.on)
        if shown.colour in ("red", "yellow"):
            what = "季度联席会议没有召开" if shown.colour == "red" else "本季度还没开联席会议"
            asked = Slice(Figure.MEETINGS, "missing", view.asked_at, view.quarter, body)
            yield Attention(shown, what, row.name, "联村书记", Number(1, asked), 0)


def _soon(view: View, deadlines, counts) -> Iterator[Attention]:
    tasks, objections = (deadlines.of(figure)[Outcome.SOON] for figure in (Figure.TASKS, Figure.OBJECTIONS))
    waiting = (
        (Figure.DEMANDS, "light:yellow", "需求快到期", "乡镇", counts.total.by_light.get("yellow", 0)),
        (Figure.TASKS, Outcome.SOON, "决议任务快到期", "牵头单位", tasks),
        (Figure.OBJECTIONS, Outcome.SOON, "异议快到答复期限", "联村书记", objections),
    )
    for figure, part, what, held_by, number in waiting:
        if number:
            asked = Slice(figure, str(part), view.asked_at)
            yield Attention(Light("yellow", "三个工作日内到期"), what, view.name, held_by, Number(number, asked), 0)
