"""The ``Holiday`` table: each year's arrangements as 国务院办公厅 publishes them, read into a ``WorkingDays`` value."""

import csv
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from kit import database, events, facts, policies
from kit.calendar import WorkingDays, long_date
from kit.env import ROOT
from kit.errors import RuleBroken
from kit.models import Holiday
from kit.models.calendar import DayKind
from kit.services import service

SEED = ROOT / "kit" / "seeds" / "holidays.csv"
SEED_SOURCE = "国务院办公厅当年节假日安排通知（chinesecalendar 1.11.0）"

# A process reads the table at most once a minute; arrangements change once a year, months ahead.
FRESH_SECONDS = 60.0
_read: tuple[float, WorkingDays] | None = None


def working_days() -> WorkingDays:
    """The arrangements as kept in the table, to be handed to rules. At most one query a minute in each process."""
    global _read
    if _read is None or time.monotonic() - _read[0] > FRESH_SECONDS:
        _read = (time.monotonic(), WorkingDays.from_days(Holiday.objects.values_list("day", "kind")))
    return _read[1]


def kept() -> QuerySet[Holiday]:
    """All days that are kept; published data, the same for everyone."""
    return Holiday.objects.all()


def forget() -> None:
    """Read the table again at the next call: after a change here, and between tests."""
    global _read
    _read = None


def seed_days() -> list[tuple[date, str, str]]:
    """(date, kind, name) for 2024 to 2026, as produced by chinesecalendar from the published arrangements."""
    with SEED.open(encoding="utf-8", newline="") as lines:
        return [(date.fromisoformat(row["date"]), row["kind"], row["name"]) for row in csv.DictReader(lines)]


@database.seed("holidays")
def seed(*, now: datetime) -> None:
    """Fill in the days of the published years that nobody keeps yet; what people entered stays."""
    kept = WorkingDays.from_days(Holiday.objects.values_list("day", "kind"))
    Holiday.objects.bulk_create(
        [
            Holiday(day=day, kind=kind, name=name, source=SEED_SOURCE)
            for day, kind, name in seed_days()
            if not kept.is_known(day.year)
        ],
        ignore_conflicts=True,
    )
    forget()


@service
def keep_year(*, year: int, days: Iterable[tuple[date, str, str]], source: str, org, actor, now: datetime) -> None:
    """Replace one year's arrangements by ``days``: (date, ``rest`` | ``work``, name), as published in ``source``.

    Raises: Forbidden, Hidden; RuleBroken ``holidays_wrong`` with every wrong line.
    """
    policies.require(actor, "calendar.keep", org)
    entered = list(days)
    if wrong := _faults(year, entered):
        raise RuleBroken("holidays_wrong", wrong[0], errors={"days": wrong})
    Holiday.objects.filter(day__year=year).delete()
    rows = [Holiday(day=day, kind=kind, name=name, source=source) for day, kind, name in sorted(entered)]
    Holiday.objects.bulk_create(rows)
    facts.record(
        events.HOLIDAYS_KEPT, actor=actor, org=org, subject=f"kit.holiday:{year}", at=now, year=year, days=len(rows)
    )
    transaction.on_commit(forget)


def _faults(year: int, days: list[tuple[date, str, str]]) -> list[str]:
    wrong = []
    for day, times in Counter(day for day, _, _ in days).items():
        if times > 1:
            wrong.append(f"{long_date(day)} 写了 {times} 次。")
        if day.year != year:
            wrong.append(f"{long_date(day)} 不在 {year} 年。")
    for day, kind, _ in days:
        if kind not in DayKind.values:
            wrong.append(f"{long_date(day)} 的安排只能是“放假”或“上班（调休）”。")
        if kind == DayKind.WORK and day.weekday() < 5:
            wrong.append(f"{long_date(day)} 本来就是工作日，不用写成调休上班。")
    if (date(year, 1, 1), DayKind.REST) not in {(day, kind) for day, kind, _ in days}:
        wrong.append(f"{year} 年 1 月 1 日（元旦）应放假，请核对这一年的安排是否完整。")
    return wrong
