"""Periodic work. The claim on a period is a unique row, never a lock in a cache; beat and cron only say "now".

``once(name, period)`` lets exactly one of many processes do a piece of work. Effect and receipt commit together, and
the claimed row stays locked while the work runs: a live run is never taken over, a dead one is, after its lease.
``@job`` declares work done once for every period, missed ones caught up; ``@sweep`` declares work that only has to
happen often. ``tick(now)`` does whatever is due; any number of tickers may tick. An app declares its work in its
``tasks.py``, which its ``apps.py`` imports.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from kit.calendar import SHANGHAI
from kit.errors import DomainError
from kit.ids import new_id
from kit.models import JobRun
from kit.models.jobs import RunState
from kit.services import request_id

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
SWEEP_LEASE = timedelta(seconds=30)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
# Missed periods of one job that one tick catches up, oldest first.
MOST_AT_ONCE = 100
KEPT = timedelta(days=400)
# Periods are counted from here, in Shanghai time (no daylight saving).
EPOCH = datetime(2024, 1, 1, tzinfo=SHANGHAI)


class LostClaim(Exception):
    """The lease ended and another process took the work over; what was done here is rolled back."""


@dataclass(frozen=True)
class Claim:
    """The right to do one period's work, until the lease ends."""

    id: UUID
    lease: UUID
    length: timedelta

    def extend(self) -> None:
        """Renew the lease of a long run that is not one transaction. Raises: LostClaim."""
        self._change("leased_until = clock_timestamp() + make_interval(secs => %s)", self.length.total_seconds())

    def _change(self, assignment: str, *values) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE kit_jobrun SET {assignment} WHERE id = %s AND lease = %s AND state = 'running'",  # nosec B608 - own text
                [*values, self.id, self.lease],
            )
            if not cursor.rowcount:
                raise LostClaim

    def _hold(self) -> bool:
        """Lock the row for the rest of the transaction; False if it was taken over before that."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM kit_jobrun WHERE id = %s AND lease = %s AND state = 'running' FOR UPDATE",
                [self.id, self.lease],
            )
            return cursor.fetchone() is not None

    def _finish(self) -> None:
        self._change("state = 'done', finished_at = clock_timestamp(), last_error = ''")

    def _fail(self, fault: BaseException) -> None:
        # Only our own sentences: a driver's message may quote the row.
        reason = str(fault) if isinstance(fault, DomainError) else type(fault).__name__
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE kit_jobrun SET state = 'failed', last_error = %s,"
                " leased_until = clock_timestamp()"
                " + make_interval(secs => LEAST(%s * power(2, LEAST(attempts, 16) - 1), %s))"
                " WHERE id = %s AND lease = %s AND state = 'running'",
                [reason[:300], FIRST_PAUSE.total_seconds(), LONGEST_PAUSE.total_seconds(), self.id, self.lease],
            )


@contextmanager
def once(name: str, period: str, *, lease: timedelta = LEASE, atomic: bool = True) -> Iterator[Claim | None]:
    """``with once("quarterly", "2026Q4") as claim: if claim: …`` — the body runs in one process only, once for ever.

    atomic: body and receipt are one transaction; without it the body must itself bear a repetition. A body that raises
    is tried again after a pause. Yields None when the work is done, under way elsewhere, or resting after a failure.
    """
    claim = _claim(name, period, lease)
    if claim is None:
        yield None
        return
    said = request_id.set(f"job:{name}"[:64])
    try:
        if atomic:
            with transaction.atomic(durable=True):
                held = claim._hold()
                yield claim if held else None
                if held:
                    claim._finish()
        else:
            yield claim
            claim._finish()
    except Exception as fault:
        try:
            claim._fail(fault)
        except DatabaseError:
            log.exception("jobs: %s %s could not note its failure", name, period)
        raise
    finally:
        request_id.reset(said)


def _claim(name: str, period: str, lease: timedelta) -> Claim | None:
    claim = Claim(new_id(), new_id(), lease)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_jobrun (id, name, period, state, lease, leased_until, attempts, started_at, last_error)"
            " VALUES (%s, %s, %s, 'running', %s, clock_timestamp() + make_interval(secs => %s), 1,"
            " clock_timestamp(), '')"
            " ON CONFLICT (name, period) DO NOTHING",
            [claim.id, name, period, claim.lease, lease.total_seconds()],
        )
        if cursor.rowcount:
            return claim
        # A dead or failed run is taken over; a live one holds its row and is skipped, however long it takes.
        cursor.execute(
            "UPDATE kit_jobrun SET state = 'running', lease = %s,"
            " leased_until = clock_timestamp() + make_interval(secs => %s),"
            " attempts = attempts + 1, started_at = clock_timestamp() WHERE id = (SELECT id FROM kit_jobrun"
            " WHERE name = %s AND period = %s AND state <> 'done' AND leased_until < clock_timestamp()"
            " FOR UPDATE SKIP LOCKED) RETURNING id",
            [claim.lease, lease.total_seconds(), name, period],
        )
        row = cursor.fetchone()
        return Claim(row[0], claim.lease, lease) if row else None


# --- declared work ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Period:
    """The span a run is for: from ``start`` up to, not including, ``end``. ``key`` sorts by time."""

    start: datetime
    end: datetime

    @property
    def key(self) -> str:
        return f"{self.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Body(Protocol):
    __name__: str

    def __call__(self, *, period: Period, now: datetime) -> object: ...


B = TypeVar("B", bound=Body)


@dataclass(frozen=True)
class Job:
    """Declared work. ``every`` counts from Shanghai midnight (+ ``offset``); a run starts when its period begins."""

    name: str
    run: Body
    every: timedelta
    offset: timedelta
    catch_up: bool
    atomic: bool
    lease: timedelta

    def period_at(self, now: datetime) -> Period:
        begin = EPOCH + self.offset
        start = begin + (now - begin) // self.every * self.every
        return Period(start, start + self.every)

    def missed_since(self, key: str, now: datetime) -> list[Period]:
        """The periods begun after the one with ``key`` up to ``now``: all of them, or for a sweep the present one.

        A sweep also goes on from a later ``key``: the clock was ahead, and must not stop it until it gets there again.
        """
        current = self.period_at(now)
        if key == current.key or (key > current.key and self.catch_up):
            return []
        if not key or not self.catch_up:
            return [current]
        last = datetime.strptime(key, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        count = (current.start - last) // self.every
        starts = [current.start - back * self.every for back in range(count - 1, -1, -1)]
        return [Period(start, start + self.every) for start in starts[:MOST_AT_ONCE]]


_jobs: dict[str, Job] = {}


def job(
    name: str,
    *,
    every: timedelta,
    offset: timedelta = timedelta(),
    atomic: bool = True,
    lease: timedelta = LEASE,
) -> Callable[[B], B]:
    """Declare work done exactly once for every period, missed ones caught up. The body takes ``period`` and ``now``.

    Body and receipt are one transaction, unless ``atomic=False``: then a crash repeats the body.
    """
    return _declare(name, every, offset, True, atomic, lease)


def sweep(name: str, *, every: timedelta, lease: timedelta = SWEEP_LEASE) -> Callable[[B], B]:
    """Declare work that only has to happen often and bears repetition; a missed time is not made up for.

    While one runs no second of its kind starts, until its lease ends: a dead one delays the next by no more than that.
    """
    return _declare(name, every, timedelta(), False, False, lease)


def _declare(name, every, offset, catch_up, atomic, lease) -> Callable[[B], B]:
    def register(run: B) -> B:
        if every < timedelta(seconds=1) or every.microseconds or (EPOCH + offset).microsecond:
            raise ValueError("periods are whole seconds")
        if _jobs.setdefault(name, Job(name, run, every, offset, catch_up, atomic, lease)).run is not run:
            raise ValueError(f"job {name} is declared twice")
        return run

    return register


def declared() -> list[Job]:
    return list(_jobs.values())


# --- ticking ---------------------------------------------------------------------------------------------------------


def tick(*, now: datetime) -> list[str]:
    """Do what is due at ``now`` (the database's clock). Returns ``name period`` of each run done here.

    A job that fails is logged, noted in its row and tried again; it does not stop the others.
    """
    done = []
    for each, periods in _due(now):
        for period in periods:
            try:
                with once(each.name, period.key, lease=each.lease, atomic=each.atomic) as claim:
                    if claim is None:
                        continue
                    each.run(period=period, now=now)
                done.append(f"{each.name} {period.key}")
            except Exception:
                log.exception("jobs: %s %s failed", each.name, period.key)
                # Later periods of one job wait for the earlier ones: they may build on them.
                break
        if not each.catch_up and periods:
            _keep_only(each, periods[-1])
    return done


def _due(now: datetime) -> Iterator[tuple[Job, list[Period]]]:
    """Two queries for all jobs: the last period of each, and the runs that are open."""
    last = _last_periods()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, period, state, leased_until < clock_timestamp() FROM kit_jobrun WHERE state <> 'done'"
            " ORDER BY name, period"
        )
        rested: dict[str, list[str]] = {}
        running: set[str] = set()
        for name, key, state, free in cursor.fetchall():
            if free:
                rested.setdefault(name, []).append(key)
            elif state == RunState.RUNNING:
                running.add(name)
    for each in declared():
        missed = each.missed_since(last[each.name], now)
        if each.catch_up:
            yield each, [_period_of(each, key) for key in rested.get(each.name, ())] + missed
        # One sweep of a kind at a time: a slow one must not fill every worker with its like.
        elif missed and each.name not in running:
            yield each, missed


def _last_periods() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n, coalesce((SELECT max(period) FROM kit_jobrun WHERE name = n), '') FROM unnest(%s::text[]) n",
            [list(_jobs)],
        )
        return dict(cursor.fetchall())


def _period_of(each: Job, key: str) -> Period:
    start = datetime.strptime(key, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Period(start, start + each.every)


def _keep_only(each: Job, period: Period) -> None:
    """A sweep leaves the row of its last run, not one every few seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kit_jobrun WHERE name = %s AND period <> %s"
            " AND (state <> 'running' OR leased_until < clock_timestamp())",
            [each.name, period.key],
        )


# --- looking after it ------------------------------------------------------------------------------------------------


def failed() -> QuerySet[JobRun]:
    """Runs that failed and wait for their next try, oldest first: shown to the administrators."""
    return JobRun.objects.filter(state=RunState.FAILED).order_by("period", "pk")


def late(*, now: datetime, by: timedelta = timedelta(minutes=2)) -> list[str]:
    """Names of jobs whose present period began more than ``by`` ago and that nobody has started: the ticker is away."""
    last = _last_periods()
    return [each.name for each in declared() if last[each.name] < each.period_at(now - by).key]


def forget_old(*, now: datetime) -> int:
    """Delete runs finished more than a year ago, except the last of each name: missed periods are counted from it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kit_jobrun r WHERE state = 'done' AND finished_at < %s"
            " AND period < (SELECT max(period) FROM kit_jobrun WHERE name = r.name)",
            [now - KEPT],
        )
        return cursor.rowcount
