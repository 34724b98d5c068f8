"""How a figure is judged and written. Pure: numbers in, words out."""

from fractions import Fraction

from kit.lights import Light
from kit.shares import percent


def judge(hit: int, total: int, *, overdue: int, line: Fraction) -> Light:
    """达标 from ``line`` on, 预警 below it, 超期 while anything is overdue, 缺项 when nothing was due yet."""
    if overdue:
        return Light("red", f"超期 {overdue} 件")
    if not total:
        return Light("grey", "缺项")
    return Light("green", "达标") if Fraction(hit, total) >= line else Light("yellow", "预警")


def judge_meetings(held: int, due: int, *, is_over: bool, is_near: bool) -> Light:
    """A quarter still running is no failure: yellow only from the first reminder on (F-20)."""
    if not due:
        return Light("grey", "未组建")
    if held == due:
        return Light("green", "达标")
    if is_over:
        return Light("red", f"未召开 {due - held} 个")
    return Light("yellow", f"还差 {due - held} 个") if is_near else Light("grey", "未到期")


WORST = ("red", "yellow", "green", "blue", "grey", "")


def worst(*colours: str) -> str:
    """The one to look at first; ``green`` beats what says nothing."""
    return min(colours, key=WORST.index, default="")


__all__ = ["WORST", "judge", "judge_meetings", "percent", "worst"]
