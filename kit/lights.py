"""灯: one function for every deadline in the product, so that page, report and dashboard never differ.

done → 绿 (late: 绿 + 逾期办结) · waiting with a reason → 蓝 · more than 5 working days left and not started → 灰 ·
more than 3 → 绿 · 0…3 → 黄 · past due → 红. Colour never alone: the word stands beside it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from kit.calendar import WorkingDays

GREEN_ABOVE = 3  # working days left


@dataclass(frozen=True)
class Light:
    """A colour (``green|yellow|red|grey|blue``) and the word that says it."""

    colour: str
    word: str


def light(
    *,
    due_on: date | None,
    on: date,
    calendar: WorkingDays,
    finished_on: date | None = None,
    is_started: bool = True,
    is_waiting: bool = False,
    grey_above: int = 5,
    green_above: int = GREEN_ABOVE,
) -> Light | None:
    """The light of one thing on a day; None when it has no deadline and is not finished."""
    if finished_on is not None:
        late = due_on is not None and finished_on > due_on
        return Light("green", "逾期办结" if late else "已办结")
    if is_waiting:
        return Light("blue", "等外部答复")
    if due_on is None:
        return None
    left = calendar.between(on, due_on)
    if on > due_on:
        return Light("red", f"超期 {max(1, -left)} 个工作日")
    if left > grey_above and not is_started:
        return Light("grey", "未开始")
    if left > green_above:
        return Light("green", f"还有 {left} 个工作日")
    return Light("yellow", f"还剩 {left} 个工作日" if left else "今天到期")


def due_days(colour: str, *, on: date, calendar: WorkingDays) -> tuple[date | None, date | None]:
    """The first and the last due date whose ``light`` is this colour on a day (None: no end), for started things.

    Lets a list be filtered by light with a condition on an indexed date. KeyError for a colour that no due date gives.
    """
    last_yellow = calendar.add(on, GREEN_ABOVE + 1) - timedelta(days=1)
    return {
        "red": (None, on - timedelta(days=1)),
        "yellow": (on, last_yellow),
        "green": (last_yellow + timedelta(days=1), None),
    }[colour]
