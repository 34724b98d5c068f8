"""The protocol: variants interleaved A B C A B C, drained in between, medians, and a run refused when its floor drifts.

The unit is CPU milliseconds per request, application and PostgreSQL together, because it holds on a noisy machine;
SQL per request comes from pg_stat_statements, foreign-key checks included; left out is the ``SELECT 1`` with which
every Django process, floor or product, asks whether its connection still lives.
"""

import functools
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from bench import load
from bench.database import connect
from bench.processes import Server, cpu_ms

DRIFT = 0.20
ROUNDS = 3


class Drifted(Exception):
    """Readings of the same floor differ too much: the machine was busy with something else."""


@dataclass(frozen=True)
class Variant:
    """One thing to measure: requests to a server. ``floor``: its readings decide whether the run counts.

    posts: what to post instead of asking for paths; each call gives the next.
    """

    name: str
    server: Server
    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    floor: bool = False
    posts: load.Posts | None = None


@dataclass(frozen=True)
class Reading:
    """Per request: CPU of application and database in ms, SQL statements; and the load's own view."""

    app_ms: float
    database_ms: float
    sql: float | None
    per_second: float
    p50: float
    p95: float

    @property
    def cpu_ms(self) -> float:
        return self.app_ms + self.database_ms


class Meter:
    """Reads one database's statements and backends over a connection to another database."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.link: psycopg.Connection = connect()
        found = self.link.execute("SELECT oid FROM pg_database WHERE datname = %s", [database]).fetchone()
        assert found is not None
        self.oid = found[0]
        self.counts_sql = self._prepare_statements()

    def close(self) -> None:
        self.link.close()

    def _prepare_statements(self) -> bool:
        try:
            self.link.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            # Statements inside functions and foreign-key checks count; BEGIN and COMMIT do not.
            self.link.execute(f"ALTER DATABASE \"{self.database}\" SET pg_stat_statements.track = 'all'")
            self.link.execute(f'ALTER DATABASE "{self.database}" SET pg_stat_statements.track_utility = off')
            self.link.execute("SELECT count(*) FROM pg_stat_statements")
        except psycopg.Error:
            return False
        return True

    def statements(self) -> int:
        if not self.counts_sql:
            return 0
        (calls,) = self.link.execute(
            "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE dbid = %s AND query <> 'SELECT $1'",
            [self.oid],
        ).fetchone()
        return int(calls)

    def backends(self) -> list[int]:
        return [
            pid for (pid,) in self.link.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [self.database])
        ]

    def drain(self) -> None:
        """Wait until no backend of the database works any more."""
        for _ in range(100):
            busy = self.link.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND state <> 'idle' LIMIT 1", [self.database]
            ).fetchone()
            if not busy:
                return
            time.sleep(0.05)

    def read(self, variant: Variant, seconds: float) -> Reading:
        """One timed stretch of a variant, after a short warm-up."""
        ask = functools.partial(load.run, variant.server.port, variant.paths, variant.headers, posts=variant.posts)
        ask(seconds=min(1.0, seconds / 3))
        self.drain()
        pids, workers = self.backends(), variant.server.workers
        before = self.statements(), cpu_ms(workers), cpu_ms(pids)
        result = ask(seconds=seconds)
        self.drain()
        after = self.statements(), cpu_ms(workers), cpu_ms(pids)
        n = result.requests
        return Reading(
            app_ms=(after[1] - before[1]) / n,
            database_ms=(after[2] - before[2]) / n,
            sql=(after[0] - before[0]) / n if self.counts_sql else None,
            per_second=n / result.seconds,
            p50=result.percentile(0.5),
            p95=result.percentile(0.95),
        )


def compare(
    meter: Meter, variants: Sequence[Variant], *, rounds: int = ROUNDS, seconds: float = 4.0, tries: int = 3
) -> dict[str, Reading]:
    """Medians of every variant. Raises Drifted when the floors differ by more than a fifth in every try."""
    drift: dict[str, float] = {}
    for _ in range(tries):
        readings: dict[str, list[Reading]] = {variant.name: [] for variant in variants}
        for _ in range(max(rounds, ROUNDS)):
            for variant in variants:
                readings[variant.name].append(meter.read(variant, seconds))
        drift = {v.name: _spread(readings[v.name]) for v in variants if v.floor}
        if all(spread <= DRIFT for spread in drift.values()):
            return {name: _median(found) for name, found in readings.items()}
    raise Drifted("；".join(f"{name} 两次读数相差 {spread:.0%}" for name, spread in drift.items()))


def _spread(readings: Sequence[Reading]) -> float:
    costs = [reading.cpu_ms for reading in readings]
    return (max(costs) - min(costs)) / min(costs)


def _median(readings: Sequence[Reading]) -> Reading:
    def middle(of) -> float:
        return statistics.median(of(reading) for reading in readings)

    return Reading(
        app_ms=middle(lambda r: r.app_ms),
        database_ms=middle(lambda r: r.database_ms),
        sql=middle(lambda r: r.sql) if readings[0].sql is not None else None,
        per_second=middle(lambda r: r.per_second),
        p50=middle(lambda r: r.p50),
        p95=middle(lambda r: r.p95),
    )
