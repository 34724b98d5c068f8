"""The dashboard: every figure once. Page, API, export and brief all read what ``dashboard`` returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from deliberation import selectors as deliberation
from deliberation.choices import Outcome
from kit import parameters
from kit.calendar import Quarter
from kit.lights import Light
from orgs import selectors as orgs
from orgs.choices import OrganizationKind as Kind
from oversight import rules
from oversight.choices import Figure
from oversight.selectors.attention import Attention, attention
from oversight.selectors.catalogue import CATALOGUE, Definition
from oversight.selectors.slices import Number, Slice, View
from resources import selectors as resources
from resources.choices import DemandState

# Quarters of the trend, the shown one last.
TREND = 6
LIGHTS = (("red", "红"), ("yellow", "黄"), ("green", "绿"), ("blue", "蓝"))
# Outcomes beside a share, worst first.
_OUTCOMES = ((Outcome.OVERDUE, "red"), (Outcome.LATE, "yellow"), (Outcome.WAITING, "blue"))


@dataclass(frozen=True)
class Share:
    """``hit`` of ``total``, each opening its rows."""

    hit: Number
    total: Number

    @property
    def percent(self) -> str:
        return rules.percent(self.hit.value, self.total.value)


@dataclass(frozen=True)
class Part:
    """One more number beside a share."""

    label: str
    colour: str
    number: Number


@dataclass(frozen=True)
class Shown:
    """A figure of the shown quarter with its light, its other numbers and its trend (oldest first)."""

    figure: Figure
    share: Share
    light: Light
    parts: tuple[Part, ...]
    trend: tuple[tuple[Quarter, Share], ...]

    @property
    def definition(self) -> Definition:
        return CATALOGUE[self.figure]


@dataclass(frozen=True)
class DemandBlock:
    """Unfinished demands by light and by state."""

    total: Number
    lights: tuple[Part, ...]
    states: tuple[Part, ...]

    @property
    def definition(self) -> Definition:
        return CATALOGUE[Figure.DEMANDS]


@dataclass(frozen=True)
class Line:
    """A joint organization or a township in the tables. ``opens``: whose dashboard it leads to, None for none."""

    name: str
    opens: UUID | None
    under: str
    meetings: Share
    demands: Number
    red: Number
    tasks: Share
    overdue: Number
    objections: Share
    light: Light


@dataclass(frozen=True)
class Dashboard:
    """Everything a dashboard shows at one moment."""

    at: Any
    level: str
    name: str
    quarter: Quarter
    is_running: bool
    cut_off: datetime
    attention: tuple[Attention, ...]
    waiting: int
    figures: tuple[Shown, ...]
    demands: DemandBlock
    townships: tuple[Line, ...]
    bodies: tuple[Line, ...]


def dashboard(view: View, *, lines: bool = True) -> Dashboard:
    """The figures of a view. Three statements.

    lines: with one line for each body, which a view without that table can do without.
    """
    return _Maker(view).make(lines)


class _Maker:
    """Reads everything once, then puts it together."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.quarters = [view.quarter]
        while len(self.quarters) < TREND:
            self.quarters.insert(0, self.quarters[0].previous())
        self.line = parameters.get("oversight.on_time_line", on=view.on, path=view.at.path)
        self.near = parameters.get("deliberation.quarter_early_days", on=view.on)
        rows = deliberation.body_quarters(view.circle, self.quarters)
        self.by_quarter: dict[str, list[deliberation.BodyQuarter]] = {str(each): [] for each in self.quarters}
        for row in rows:
            self.by_quarter[row.quarter].append(row)
        self.bodies = {row.body_id: row for row in self.by_quarter[str(view.quarter)]}
        self.deadlines = deliberation.deadline_figures(view.circle, since=self.quarters[0], on=view.on)
        self.counts = resources.demand_figures(view.circle, on=view.on)

    def make(self, lines: bool) -> Dashboard:
        view = self.view
        level = view.at.kind
        townships = self._townships() if level == Kind.DISTRICT_COMMITTEE else []
        names = {committee: name for name, committee in townships if committee}
        first, waiting = attention(view, self.bodies, self.deadlines, self.counts)
        return Dashboard(
            at=view.at,
            level=level,
            name=view.name,
            quarter=view.quarter,
            is_running=view.is_running,
            cut_off=view.now,
            attention=first,
            waiting=waiting,
            figures=(self._meetings(), *map(self._kept, (Figure.TASKS, Figure.OBJECTIONS)), self._handled()),
            demands=self._demands(),
            townships=tuple(self._township(name, committee) for name, committee in townships),
            bodies=self._bodies(names) if lines and level != Kind.JOINT_ORG else (),
        )

    # --- numbers ------------------------------------------------------------------------------------------------------

    def _slice(self, figure: str, part: str, *, quarter: Quarter | None = None, **where: UUID) -> Slice:
        return Slice(figure, part, where.get("at", self.view.asked_at), quarter, where.get("body"))

    def _number(self, value: int, figure: str, part: str, *, quarter: Quarter | None = None, **where: UUID) -> Number:
        return Number(value, self._slice(figure, part, quarter=quarter, **where))

    def _met(self, rows: Iterable[deliberation.BodyQuarter], quarter: Quarter, **where: UUID) -> Share:
        rows = list(rows)
        held = sum(row.conference is not None for row in rows)
        return Share(
            self._number(held, Figure.MEETINGS, "held", quarter=quarter, **where),
            self._number(len(rows), Figure.MEETINGS, "due", quarter=quarter, **where),
        )

    def _in_time(self, figure: str, kept: deliberation.Kept, quarter: Quarter, **where: UUID) -> Share:
        return Share(
            self._number(kept[Outcome.ON_TIME], figure, Outcome.ON_TIME, quarter=quarter, **where),
            self._number(kept.judged, figure, "judged", quarter=quarter, **where),
        )

    # --- figures ------------------------------------------------------------------------------------------------------

    def _meetings(self) -> Shown:
        quarter = self.view.quarter
        share = self._met(self.by_quarter[str(quarter)], quarter)
        missing = share.total.value - share.hit.value
        return Shown(
            Figure.MEETINGS,
            share,
            self._meeting_light(share),
            (Part("未召开", "grey", self._number(missing, Figure.MEETINGS, "missing", quarter=quarter)),),
            tuple((each, self._met(self.by_quarter[str(each)], each)) for each in self.quarters),
        )

    def _meeting_light(self, share: Share) -> Light:
        left = (self.view.quarter.end - self.view.on).days
        return rules.judge_meetings(share.hit.value, share.total.value, is_over=left < 0, is_near=left <= self.near)

    def _kept(self, figure: Figure) -> Shown:
        quarter = self.view.quarter
        kept = self.deadlines.of(figure, None, quarter)
        share = self._in_time(figure, kept, quarter)
        parts = tuple(
            Part(_label(figure, outcome), colour, self._number(kept[outcome], figure, outcome, quarter=quarter))
            for outcome, colour in _OUTCOMES
            if outcome != Outcome.WAITING or figure == Figure.TASKS
        )
        trend = tuple(
            (each, self._in_time(figure, self.deadlines.of(figure, None, each), each)) for each in self.quarters
        )
        return Shown(figure, share, self._judged(share, kept[Outcome.OVERDUE]), parts, trend)

    def _judged(self, share: Share, overdue: int) -> Light:
        return rules.judge(share.hit.value, share.total.value, overdue=overdue, line=self.line)

    def _handled(self) -> Shown:
        quarter, total = self.view.quarter, self.counts.total
        share = self._flow(quarter)
        late = total.by_light.get("red", 0)
        light = rules.judge(share.total.value, share.total.value, overdue=late, line=self.line)
        parts = (
            Part("在办", "blue", self._number(total.unfinished, Figure.DEMANDS, "unfinished")),
            Part("超期", "red", self._number(late, Figure.DEMANDS, "light:red")),
        )
        trend = tuple((each, self._flow(each)) for each in self.quarters)
        return Shown(Figure.HANDLED, share, light, parts, trend)

    def _flow(self, quarter: Quarter) -> Share:
        key = str(quarter)
        return Share(
            self._number(self.counts.handled.get(key, 0), Figure.HANDLED, "handled", quarter=quarter),
            self._number(self.counts.submitted.get(key, 0), Figure.HANDLED, "submitted", quarter=quarter),
        )

    def _demands(self) -> DemandBlock:
        total = self.counts.total
        lights = tuple(
            Part(word, colour, self._number(total.by_light.get(colour, 0), Figure.DEMANDS, f"light:{colour}"))
            for colour, word in LIGHTS
        )
        states = tuple(
            Part(state.label, "", self._number(total.by_state[state], Figure.DEMANDS, f"state:{state.value}"))
            for state in DemandState
            if total.by_state.get(state)
        )
        return DemandBlock(self._number(total.unfinished, Figure.DEMANDS, "unfinished"), lights, states)

    # --- tables -------------------------------------------------------------------------------------------------------

    def _bodies(self, townships: dict[UUID, str]) -> tuple[Line, ...]:
        strangers = orgs.names_of((self.counts.by_body.keys() | self.deadlines.bodies) - self.bodies.keys())
        known = [
            self._line(row.name, row.body_id, townships.get(row.parent_id, ""), [row]) for row in self.bodies.values()
        ]
        # A body of another township, or one that was dissolved, before which demands of ours still stand.
        others = [
            self._line(name, None, "", [], body=pk) for pk, name in sorted(strangers.items(), key=lambda each: each[1])
        ]
        return (*known, *(each for each in others if each.demands.value or each.tasks.total.value))

    def _line(self, name: str, opens: UUID | None, under: str, rows: list, *, body: UUID | None = None) -> Line:
        pk: Any = opens or body
        quarter = self.view.quarter
        counts = self.counts.by_body.get(pk, resources.Counts())
        return self._put(
            name,
            opens,
            under,
            meetings=self._met(rows, quarter, body=pk),
            counts=counts,
            tasks=self.deadlines.of(Figure.TASKS, pk, quarter),
            objections=self.deadlines.of(Figure.OBJECTIONS, pk, quarter),
            where={"body": pk},
        )

    def _townships(self) -> list[tuple[str, UUID | None]]:
        """Every township of the published list, with its committee where it has bodies or demands."""
        paths = {row.parent_id: row.path for row in self.bodies.values()} | self.counts.home_paths
        committees = {orgs.code_of(path): pk for pk, path in paths.items()}
        names = orgs.township_names(self.view.at.path[1:7])
        return [(name, committees.get(code)) for code, name in names.items()]

    def _township(self, name: str, committee: UUID | None) -> Line:
        quarter = self.view.quarter
        rows = [row for row in self.bodies.values() if row.parent_id == committee] if committee else []
        # Of a township without a committee there is nothing to count, nor to open.
        home: Any = committee
        where = {"at": home} if home else {}
        counts = self.counts.by_home.get(home, resources.Counts())
        tasks, objections = (
            self.deadlines.of(figure, home, quarter) if home else deliberation.Kept()
            for figure in (Figure.TASKS, Figure.OBJECTIONS)
        )
        return self._put(
            name,
            home if rows or counts.unfinished or tasks.judged else None,
            "",
            meetings=self._met(rows, quarter, **where),
            counts=counts,
            tasks=tasks,
            objections=objections,
            where=where,
        )

    def _put(self, name, opens, under, *, meetings, counts, tasks, objections, where) -> Line:
        quarter = self.view.quarter
        share = self._in_time(Figure.TASKS, tasks, quarter, **where)
        light = self._judged(share, tasks[Outcome.OVERDUE])
        if not meetings.total.value and not counts.unfinished and not share.total.value:
            light = Light("grey", "未组建")
        return Line(
            name=name,
            opens=opens,
            under=under,
            meetings=meetings,
            demands=self._number(counts.unfinished, Figure.DEMANDS, "unfinished", **where),
            red=self._number(counts.by_light.get("red", 0), Figure.DEMANDS, "light:red", **where),
            tasks=share,
            overdue=self._number(tasks[Outcome.OVERDUE], Figure.TASKS, Outcome.OVERDUE, quarter=quarter, **where),
            objections=self._in_time(Figure.OBJECTIONS, objections, quarter, **where),
            light=light,
        )


def _label(figure: Figure, outcome: Outcome) -> str:
    if figure == Figure.OBJECTIONS:
        return {Outcome.OVERDUE: "超期未答复", Outcome.LATE: "逾期答复"}.get(outcome, outcome.label)
    return outcome.label
