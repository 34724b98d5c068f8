"""P6: the dashboard of a district beside a bare read of the counts, and writing with and without their upkeep."""

import random
import threading
import time
from collections.abc import Sequence

import psycopg

from bench import database
from bench.cases.lists import API, COLUMNS, cells, staged
from bench.cases.results import Result, verdict
from bench.measure import Variant, compare

WRITERS = 8
STATES = ("submitted", "accepted", "verified", "settled", "in_progress", "fulfilled", "confirmed")
SUMS = ("liancun_sum_insert", "liancun_sum_update", "liancun_sum_delete")
KEPT = 0.65


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    with staged(scale, say) as stage:
        caller = stage.callers["district"]
        floor, session = caller.headers(floor=True), {"Cookie": caller.cookie}
        readings = compare(
            stage.meter,
            [
                Variant("counted", stage.floor, ["/raw/summary/"], floor, floor=True),
                Variant("live", stage.floor, ["/raw/summary/live/"], floor),
                Variant("api", stage.product, [f"{API}/dashboards/"], caller.headers()),
                Variant("page", stage.product, ["/dashboard/"], session),
            ],
            rounds=rounds,
            seconds=seconds,
        )
        name = stage.meter.database
        with database.connect(name) as link:
            (demands,) = link.execute("SELECT count(*) FROM resources_demand").fetchone()
            (counts,) = link.execute("SELECT count(*) FROM resources_demandcount").fetchone()
    say("P6 读已量完")
    base = readings["counted"]
    rows: list[Sequence[str]] = [
        [*cells("令牌、范围、一条语句读汇总表", base, base), "地板", ""],
        [*cells("同样的数，现场 GROUP BY", readings["live"], base), "", ""],
    ]
    for each, label in (("api", "产品：看板接口，全部指标"), ("page", "产品：看板页面")):
        ours = readings[each]
        kept = ours.cpu_ms <= 5 * base.cpu_ms and (ours.sql or 0) <= (6 if each == "api" else 8)
        budget = f"≤ 5 × 地板 = {5 * base.cpu_ms:.1f}；≤ {6 if each == 'api' else 8} SQL"
        rows.append([*cells(label, ours, base), budget, verdict(kept)])
    notes = [f"{demands:,} 条需求，汇总表 {counts:,} 行。"]
    return [
        Result("P6", "区级看板", COLUMNS, rows, notes),
        _writes(name, rounds, seconds, say),
    ]


def _writes(name: str, rounds: int, seconds: float, say) -> Result:
    """Writers change states of demands of the same few townships; with and without the triggers, in turn."""
    found: dict[bool, list[float]] = {True: [], False: []}
    with database.connect(name) as link:
        ids = [row[0] for row in link.execute("SELECT id FROM resources_demand WHERE state = 'confirmed' LIMIT 5000")]
        before = _deadlocks(link, name)
        for _ in range(rounds):
            for kept in (False, True):
                for trigger in SUMS:
                    link.execute(f"ALTER TABLE resources_demand {'ENABLE' if kept else 'DISABLE'} TRIGGER {trigger}")
                found[kept].append(_write(name, ids, seconds))
        deadlocks = _deadlocks(link, name) - before
        say("P6 写已量完")
    with_, without = (sorted(found[kept])[len(found[kept]) // 2] for kept in (True, False))
    share = with_ / without
    is_kept = share >= KEPT and deadlocks == 0
    database.manage(name, "setup_database")  # counts afresh what was written while the triggers were off
    return Result(
        "P6",
        f"{WRITERS} 个写入者同时改需求状态，含审计",
        ("", "次/秒", "与不汇总之比", "死锁", "预算", "结论"),
        [
            ["不汇总", f"{without:.0f}", "1.00", "", "地板", ""],
            ["随写随汇总", f"{with_:.0f}", f"{share:.2f}", str(deadlocks), f"≥ {KEPT}；0 死锁", verdict(is_kept)],
        ],
    )


def _deadlocks(link: psycopg.Connection, name: str) -> int:
    (count,) = link.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = %s", [name]).fetchone()
    return int(count)


def _write(name: str, ids: Sequence, seconds: float) -> float:
    """Changes a second of all writers together, each change a transaction of its own."""
    done: list[int] = []
    stop = time.monotonic() + seconds

    def work(seed: int) -> None:
        rng, changed = random.Random(seed), 0
        mine = ids[seed::WRITERS]
        with database.connect(name) as link:
            while time.monotonic() < stop:
                with link.transaction():
                    link.execute("SELECT set_config('liancun.actor', 'system:bench', true)")
                    link.execute(
                        "UPDATE resources_demand SET state = %s WHERE id = %s", [rng.choice(STATES), rng.choice(mine)]
                    )
                changed += 1
        done.append(changed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(WRITERS)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sum(done) / seconds
