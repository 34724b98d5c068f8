"""Days as the offices count them: Asia/Shanghai dates, quarters, working days with 调休, Chinese writing.

Pure: ``WorkingDays`` is a value that services read from the table (``kit.holidays``) and hand to the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


def day_of(moment: datetime) -> date:
    """The Asia/Shanghai date of an aware instant. ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return moment.astimezone(SHANGHAI).date()


def moment_of(day: date, at: clock_time = clock_time()) -> datetime:
    """The instant at which it is ``at`` o'clock on ``day`` in Asia/Shanghai (its start, unless told otherwise)."""
    return datetime.combine(day, at, tzinfo=SHANGHAI)


def long_date(day: date, *, weekday: bool = True) -> str:
    """``2026年11月23日 星期一``."""
    written = f"{day.year}年{day.month}月{day.day}日"
    return f"{written} {WEEKDAYS[day.weekday()]}" if weekday else written


def long_moment(moment: datetime) -> str:
    """``2026年11月23日 星期一 14:30``, in Asia/Shanghai."""
    return f"{long_date(day_of(moment))} {moment.astimezone(SHANGHAI):%H:%M}"


@dataclass(frozen=True, order=True)
class Quarter:
    """季度, written ``2026Q4``."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError("a year has four quarters")

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """From ``2026Q4``; ValueError for anything else."""
        year, _, number = text.partition("Q")
        if not (len(year) == 4 and len(number) == 1 and (year + number).isdecimal() and text.isascii()):
            raise ValueError("a quarter is written 2026Q4")
        return cls(int(year), int(number))

    @property
    def start(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return self.next().start - timedelta(days=1)

    def next(self) -> "Quarter":
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def previous(self) -> "Quarter":
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def label(self) -> str:
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True)
class WorkingDays:
    """工作日: Monday to Friday, except as the holiday arrangements say.

    rest: days off; work: weekend days worked instead (调休). years: those whose arrangements are known; elsewhere
    plain Monday to Friday counts and ``warning`` says so.
    """

    rest: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    years: frozenset[int] = field(default=frozenset())

    @classmethod
    def from_days(cls, days: Iterable[tuple[date, str]]) -> "WorkingDays":
        """From (date, ``rest`` | ``work``) pairs. A year is known once its 1 January is among the days off."""
        pairs = list(days)
        rest = frozenset(day for day, kind in pairs if kind == "rest")
        return cls(
            rest=rest,
            work=frozenset(day for day, kind in pairs if kind == "work"),
            years=frozenset(day.year for day in rest if (day.month, day.day) == (1, 1)),
        )

    def is_known(self, year: int) -> bool:
        return year in self.years

    def is_working(self, day: date) -> bool:
        if day in self.rest:
            return False
        return day in self.work or day.weekday() < 5

    def next(self, day: date) -> date:
        """``day`` itself if people work on it, else the first working day after it."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def add(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (before it, if negative); ``day`` itself is not counted.

        A term of 5 working days from a Monday ends on the next Monday. Zero gives ``day`` unchanged.
        """
        step = timedelta(days=1 if count > 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` comes first.

        ``between(day, add(day, n)) == n``.
        """
        if end < start:
            return -self.between(end, start)
        span = ((start + timedelta(days=offset)) for offset in range(1, (end - start).days + 1))
        return sum(self.is_working(day) for day in span)

    def warning(self, *days: date) -> str:
        """``2027 年节假日尚未维护`` for every year among ``days`` that is not known; empty when all are."""
        unknown = sorted({day.year for day in days} - self.years)
        return "、".join(f"{year} 年节假日尚未维护" for year in unknown)
