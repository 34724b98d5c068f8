"""What the screens of 议事协调 share: drop-downs, the trail and the words of their panels."""

from django.utils import timezone

from deliberation.selectors import registers
from kit.admin import Cell, Panel
from kit.calendar import Quarter, day_of, long_date, long_moment

LIGHTS = [("red", "■ 红"), ("yellow", "▲ 黄"), ("green", "● 绿"), ("blue", "◆ 蓝")]


def body_choices(request):
    return [(str(body.pk), body.name) for body in registers.bodies(request.user)]


def quarter_choices(request):
    """The coming quarter and the eight before it."""
    quarter, found = Quarter.of(timezone.localdate()).next(), []
    for _ in range(9):
        found.append((str(quarter), quarter.label))
        quarter = quarter.previous()
    return found


def on_day(moment):
    return day_of(moment) if moment else None


def moment(at) -> str:
    return long_moment(at) if at else ""


def day(on) -> str:
    return long_date(on, weekday=False) if on else ""


def trail(entries, *, empty: str = "还没有。") -> Panel:
    """办理过程 as every page shows it."""
    return Panel(
        "办理过程",
        ("时间", "姓名", "单位", "事项", "意见"),
        tuple(
            (Cell(long_moment(each.at)), Cell(each.name), Cell(each.unit), Cell(each.did), Cell(each.said))
            for each in entries
        ),
        empty=empty,
    )
