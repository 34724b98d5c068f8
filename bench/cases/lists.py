"""P1 and P4: lists of fifty rows at a million, and the same at every reach from a village to the district."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench import callers, database
from bench.callers import LABELS, Caller
from bench.cases.results import Result, verdict
from bench.measure import Meter, Reading, Variant, compare
from bench.processes import Server, serving

API = "/api/v1"
LISTS = {"demands": "state=confirmed", "postings": "role=unit_secretary", "organizations": "state=active"}
# P1 is asked by the person who uses lists all day.
TYPICAL = "township"
TITLES = {"demands": "需求", "postings": "任职", "organizations": "组织"}


@dataclass
class Stage:
    """The product and the floors, each behind two workers, on one data set."""

    meter: Meter
    product: Server
    floor: Server
    callers: dict[str, Caller]


@contextmanager
def staged(scale: str, say) -> Iterator[Stage]:
    name = database.prepared(scale, say)
    found = callers.prepared(name)
    meter = Meter(name)
    try:
        with (
            serving(name, "lianCun.wsgi:application", "bench.settings") as product,
            serving(name, "bench.floor.wsgi:application", callers.SETTINGS) as floor,
        ):
            yield Stage(meter, product, floor, found)
    finally:
        meter.close()


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    """Organizations and postings; demands are a subject of their own, so that a busy moment costs only one of them."""
    return _measure(["postings", "organizations"], rounds, seconds, scale, say)


def measure_demands(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    return _measure(["demands"], rounds, seconds, scale, say)


def _measure(nouns: Sequence[str], rounds: int, seconds: float, scale: str, say) -> list[Result]:
    results = []
    with staged(scale, say) as stage:
        for noun, query in ((noun, LISTS[noun]) for noun in nouns):
            readings = compare(stage.meter, _variants(stage, noun, query), rounds=rounds, seconds=seconds)
            results += [_first(noun, query, readings), _reaches(noun, readings, stage)]
            say(f"P1、P4 {TITLES[noun]} 已量完")
    return results


def _variants(stage: Stage, noun: str, query: str) -> list[Variant]:
    cadre = stage.callers[TYPICAL]
    found = [
        Variant("raw", stage.floor, [f"/raw/{noun}/?{query}"], cadre.headers(floor=True)),
        Variant("drf", stage.floor, [f"/drf/{noun}/?{query}"], cadre.headers(floor=True), floor=True),
        Variant("counted", stage.product, [f"{API}/{noun}/?{query}&count=capped"], cadre.headers()),
    ]
    return found + [
        Variant(reach, stage.product, [f"{API}/{noun}/?{query}"], caller.headers())
        for reach, caller in stage.callers.items()
    ]


def cells(name: str, reading: Reading, floor: Reading | None = None) -> list[str]:
    """Name, CPU (application + database), ratio, SQL, requests per second, latency."""
    return [
        name,
        f"{reading.cpu_ms:.1f}（{reading.app_ms:.1f} + {reading.database_ms:.1f}）",
        f"{reading.cpu_ms / floor.cpu_ms:.2f}" if floor else "",
        "–" if reading.sql is None else f"{reading.sql:.1f}",
        f"{reading.per_second:.0f}",
        f"{reading.p50:.0f} / {reading.p95:.0f}",
    ]


COLUMNS = ("", "CPU 毫秒（应用 + 数据库）", "与地板之比", "SQL", "次/秒", "p50 / p95 毫秒", "预算", "结论")


def _first(noun: str, query: str, readings: dict[str, Reading]) -> Result:
    drf, raw = readings["drf"], readings["raw"]
    rows: list[Sequence[str]] = [
        [*cells("裸 psycopg 视图（令牌、范围、列表）", raw, drf), "", ""],
        [*cells("DRF ModelViewSet（令牌，无范围、无计数）", drf, drf), "地板", ""],
    ]
    for name, label in ((TYPICAL, "产品，乡镇干部"), ("counted", "产品，乡镇干部，封顶计数")):
        ours = readings[name]
        kept = ours.cpu_ms <= 0.8 * drf.cpu_ms and ours.cpu_ms <= 3 * raw.cpu_ms and (ours.sql or 0) <= 5
        budget = f"≤ 0.8 × DRF = {0.8 * drf.cpu_ms:.1f}；≤ 3 × 裸 = {3 * raw.cpu_ms:.1f}；≤ 5 SQL"
        rows.append([*cells(label, ours, drf), budget, verdict(kept)])
    return Result("P1", f"{TITLES[noun]}列表，50 行，`{query}`", COLUMNS, rows)


def _reaches(noun: str, readings: dict[str, Reading], stage: Stage) -> Result:
    usual = readings[TYPICAL]
    counts = {round(readings[reach].sql or 0) for reach in stage.callers}
    rows = []
    for reach, caller in stage.callers.items():
        ours = readings[reach]
        kept = ours.cpu_ms <= 1.1 * usual.cpu_ms and (ours.sql or 0) <= 5
        rows.append(
            [
                *cells(f"{LABELS[reach]}：{caller.organizations:,} 个组织在范围内", ours, usual),
                f"≤ 1.1 × P1 = {1.1 * usual.cpu_ms:.1f}；≤ 5 SQL",
                verdict(kept),
            ]
        )
    notes = [f"各范围的 SQL 条数：{'、'.join(map(str, sorted(counts)))}。"]
    return Result("P4", f"{TITLES[noun]}列表，从村到区", ("", *COLUMNS[1:2], "与 P1 之比", *COLUMNS[3:]), rows, notes)
