"""过程质量 of one body and one year: every figure with its rows, and the flags. Page, rows, export and API read this.

Nobody is ranked: no person is named, and bodies stand in the order of the tree.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from deliberation import rules
from deliberation.choices import MeetingForm, Outcome, ProcessFlag, ProcessMetric
from deliberation.selectors.process_catalogue import (
    FLAGS,
    METRICS,
    NOT_KEPT,
    NOTHING,
    FlagDefinition,
    ProcessDefinition,
)
from deliberation.selectors.process_view import QualityView
from deliberation.selectors.process_year import ProcessYear, Sitting, motions_of, read_year
from kit import parameters
from kit.calendar import day_of
from kit.errors import DomainError
from kit.holidays import working_days
from kit.shares import percent, tenths


@dataclass(frozen=True)
class Evidence:
    """A row behind a number. ``page``: the name of the page that it opens by ``pk``; empty for none."""

    what: str
    note: str = ""
    day: date | None = None
    page: str = ""
    pk: UUID | None = None


@dataclass(frozen=True)
class ProcessFigure:
    """One figure: numerator over denominator exactly, and its rows by part. ``missing`` says why there is none."""

    definition: ProcessDefinition
    numerator: int | None
    denominator: int | None
    shown: str
    rows: dict[str, tuple[Evidence, ...]]
    note: str = ""
    missing: str = ""

    @property
    def value(self) -> Fraction | None:
        """None for 缺项, never 0 or 1."""
        return Fraction(self.numerator or 0, self.denominator) if self.denominator else None

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """(part, label, how many rows) of each number that opens its rows."""
        return [(part, self.definition.parts[part], len(rows)) for part, rows in self.rows.items()]


@dataclass(frozen=True)
class RaisedFlag:
    """One flag and the rows it rests on; none of them when it is not raised. looked_at: of how many meetings."""

    definition: FlagDefinition
    looked_at: int
    rows: tuple[Evidence, ...]


@dataclass(frozen=True)
class ProcessQuality:
    """A year of a body."""

    view: QualityView
    meetings: int
    figures: tuple[ProcessFigure, ...]
    flags: tuple[RaisedFlag, ...]
    calendar_note: str

    def rows(self, key: str, part: str) -> tuple[str, tuple[Evidence, ...]]:
        """(what is counted, its rows) of one number or one flag. Raises DomainError (400) for none of them."""
        for figure in self.figures:
            if figure.definition.key == key and part in figure.rows:
                return f"{figure.definition.key.label} · {figure.definition.parts[part]}", figure.rows[part]
        for flag in self.flags:
            if flag.definition.key == key and part == "flag":
                return flag.definition.key.label, flag.rows
        raise DomainError("bad_parameter", "没有这样的数字。", status=400)


# --- figures ----------------------------------------------------------------------------------------------------------


def process_quality(view: QualityView) -> ProcessQuality:
    """Every figure and every flag of a year. At most ten statements."""
    alike = parameters.get("deliberation.similar_titles", on=view.on, path=view.body.path)
    year = read_year(view.body, view.year, on=view.on, alike=alike, with_heard=view.is_inside)
    leads = [_lead(view, sitting) for sitting in year.sittings]
    days = [day_of(each.starts_at) for each in year.sittings]
    return ProcessQuality(
        view=view,
        meetings=len(year.sittings),
        figures=tuple(_figures(year, leads)),
        flags=tuple(RaisedFlag(FLAGS[flag], base, tuple(rows)) for flag, base, rows in _flags(year, leads)),
        calendar_note=working_days().warning(*days),
    )


@dataclass(frozen=True)
class _Lead:
    """How long before a meeting its notice went out; ``days`` is None where none is on record."""

    sitting: Sitting
    days: int | None
    needed: int

    @property
    def is_short(self) -> bool:
        return self.days is None or self.days < self.needed

    def row(self) -> Evidence:
        said = "没有通知时间" if self.days is None else f"提前{self.days}个工作日"
        return _meeting(self.sitting, f"{said}，规定{self.needed}个")


def _lead(view: QualityView, sitting: Sitting) -> _Lead:
    noticed = day_of(sitting.convened_at or sitting.starts_at)
    needed = parameters.get("deliberation.notice_days", on=noticed, path=view.body.path)
    days = working_days().between(noticed, day_of(sitting.starts_at)) if sitting.convened_at else None
    return _Lead(sitting, days, needed)


def _figures(year: ProcessYear, leads: Sequence[_Lead]) -> Iterable[ProcessFigure]:
    makers: dict[str, Callable[[], ProcessFigure]] = {
        ProcessMetric.NOTICE_LEAD: lambda: _notice(leads),
        ProcessMetric.LATE_ITEMS: lambda: _late_items(year),
        ProcessMetric.PROPOSERS: lambda: _proposers(year),
        ProcessMetric.DISSENT: lambda: _dissent(year),
        ProcessMetric.DECISION_TIME: lambda: _decision_time(year),
        ProcessMetric.TASKS: lambda: _kept(ProcessMetric.TASKS, year.tasks, "task"),
        ProcessMetric.OBJECTIONS: lambda: _kept(ProcessMetric.OBJECTIONS, year.objections, "resolution"),
        ProcessMetric.FORMS: lambda: _forms(year),
    }
    if year.heard is not None:
        makers[ProcessMetric.UNITS_HEARD] = lambda: _units_heard(year.heard or [])
    for metric in ProcessMetric:
        if metric in NOT_KEPT:
            yield ProcessFigure(METRICS[metric], None, None, "缺项", {}, missing=NOT_KEPT[metric])
        elif metric in makers:
            yield makers[metric]()


def _share(metric: ProcessMetric, hit: Sequence[Evidence], total: Sequence[Evidence], note: str = "") -> ProcessFigure:
    if not total:
        return _absent(metric)
    rows = {"hit": tuple(hit), "total": tuple(total)}
    return ProcessFigure(METRICS[metric], len(hit), len(total), percent(len(hit), len(total)), rows, note)


def _absent(metric: ProcessMetric) -> ProcessFigure:
    return ProcessFigure(METRICS[metric], None, None, "缺项", {}, missing=NOTHING[metric])


def _meeting(sitting: Sitting, note: str = "") -> Evidence:
    return Evidence(sitting.title, note, day_of(sitting.starts_at), "meeting", sitting.id)


def _notice(leads: Sequence[_Lead]) -> ProcessFigure:
    middle = rules.median(each.days for each in leads if each.days is not None)
    note = f"中位数 {tenths(middle)} 个工作日" if middle is not None else ""
    return _share(
        ProcessMetric.NOTICE_LEAD,
        [each.row() for each in leads if not each.is_short],
        [each.row() for each in leads],
        note,
    )


def _late_items(year: ProcessYear) -> ProcessFigure:
    items = [(sitting, item) for sitting in year.sittings for item in sitting.items]

    def rows(found: Iterable[Any]) -> list[Evidence]:
        return [
            Evidence(item.title, sitting.title, day_of(sitting.starts_at), "meeting", sitting.id)
            for sitting, item in found
        ]

    return _share(ProcessMetric.LATE_ITEMS, rows(each for each in items if each[1].is_late), rows(items))


def _units_heard(heard: Sequence[tuple[Sitting, UUID, str, bool]]) -> ProcessFigure:
    def row(sitting: Sitting, unit: UUID, name: str, spoke: bool) -> Evidence:
        said = "有发言记录" if spoke else "没有发言记录"
        return Evidence(name, f"{sitting.title}，{said}", day_of(sitting.starts_at), "meeting", sitting.id)

    return _share(ProcessMetric.UNITS_HEARD, [row(*each) for each in heard if each[3]], [row(*each) for each in heard])


def _proposers(year: ProcessYear) -> ProcessFigure:
    counts: dict[UUID, int] = {}
    names = {row["unit_id"]: row["unit__name"] for row in year.motions}
    for row in year.motions:
        counts[row["unit_id"]] = counts.get(row["unit_id"], 0) + 1
    value = rules.effective_number(counts.values())
    if value is None:
        return _absent(ProcessMetric.PROPOSERS)
    numerator = sum(counts.values()) ** 2
    denominator = sum(each * each for each in counts.values())
    return ProcessFigure(
        METRICS[ProcessMetric.PROPOSERS],
        numerator,
        denominator,
        tenths(value),
        {
            "hit": tuple(Evidence(names[pk], f"{count}件", None, "unit", pk) for pk, count in counts.items()),
            "total": tuple(_motion(row, day_of(row["submitted_at"]), row["unit__name"]) for row in year.motions),
        },
    )


def _motion(row: dict[str, Any], day: date, note: str) -> Evidence:
    return Evidence(row["title"], note, day, "motion", row["id"])


def _dissent(year: ProcessYear) -> ProcessFigure:
    def rows(found: Iterable[dict[str, Any]]) -> list[Evidence]:
        return [
            Evidence(
                row["item__title"],
                f"赞成{row['yes']}、反对{row['no']}、弃权{row['abstain']}",
                day_of(row["closed_at"]),
                "poll",
                row["id"],
            )
            for row in found
        ]

    split = [row for row in year.polls if not rules.is_unanimous(row["yes"], row["no"], row["abstain"])]
    return _share(ProcessMetric.DISSENT, rows(split), rows(year.polls))


def _decision_time(year: ProcessYear) -> ProcessFigure:
    spans = [(day_of(row["decided_at"]) - day_of(row["submitted_at"])).days for row in year.decided]
    middle = rules.median(spans)
    if middle is None:
        return _absent(ProcessMetric.DECISION_TIME)
    denominator = 1 if len(spans) % 2 else 2
    rows = [_motion(row, day_of(row["decided_at"]), f"{days}天") for row, days in zip(year.decided, spans, strict=True)]
    return ProcessFigure(
        METRICS[ProcessMetric.DECISION_TIME],
        int(middle * denominator),
        denominator,
        f"{tenths(middle)} 天",
        {"total": tuple(rows)},
    )


_ANSWERED: dict[str, str] = {Outcome.ON_TIME: "按期答复", Outcome.LATE: "逾期答复", Outcome.OVERDUE: "超期未答复"}


def _kept(metric: ProcessMetric, found: Sequence[dict[str, Any]], page: str) -> ProcessFigure:
    words = _ANSWERED if metric == ProcessMetric.OBJECTIONS else dict(Outcome.choices)

    def rows(some: Iterable[dict[str, Any]]) -> list[Evidence]:
        return [
            Evidence(
                row["title"], words.get(row["outcome"], Outcome(row["outcome"]).label), row["due"], page, row["page"]
            )
            for row in some
        ]

    return _share(metric, rows(row for row in found if row["outcome"] == Outcome.ON_TIME), rows(found))


def _forms(year: ProcessYear) -> ProcessFigure:
    last: dict[str, Sitting] = {each.form: each for each in year.sittings}
    counts = {form: sum(each.form == form for each in year.sittings) for form in last}
    used = [
        Evidence(form.label, f"{counts[form]}次", day_of(last[form].starts_at), "meeting", last[form].id)
        for form in MeetingForm
        if form in last
    ]
    if not used:
        return _absent(ProcessMetric.FORMS)
    every = [Evidence(form.label, f"{counts.get(form, 0)}次") for form in MeetingForm]
    figure = _share(ProcessMetric.FORMS, used, every)
    return ProcessFigure(figure.definition, len(used), len(every), f"{len(used)} 种", figure.rows)


# --- flags ------------------------------------------------------------------------------------------------------------


def _flags(year: ProcessYear, leads: Sequence[_Lead]) -> Iterable[tuple[ProcessFlag, int, list[Evidence]]]:
    """Each flag, of how many meetings it could be said, and the rows it rests on."""
    sittings = year.sittings
    ritual = [
        _meeting(each, f"表决{len(each.voted)}件，都没有发言和记录")
        for each in sittings
        if rules.is_ritual(item.spoken for item in each.items if item.id in each.voted)
    ]
    yield ProcessFlag.RITUAL, sum(bool(each.voted) for each in sittings), ritual
    yield ProcessFlag.SHORT_NOTICE, len(sittings), [each.row() for each in leads if each.is_short]
    reported = [
        _meeting(each, f"通报{len(each.items)}件")
        for each in sittings
        if rules.only_reports((item.kind, item.state) for item in each.items)
    ]
    yield ProcessFlag.BRIEFING_AS_DELIBERATION, len(sittings), reported
    repeated = [
        _meeting(sitting, f"“{item.title}”与{before.title}的“{other.title}”相近")
        for sitting, item, before, other in year.pairs
    ]
    yield ProcessFlag.REPEATED, sum(bool(motions_of(each)) for each in sittings), repeated
