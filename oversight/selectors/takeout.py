"""The dashboard taken out: 微信简报 as plain text, the organizations as a register. The same figures, no names."""

from collections.abc import Sequence
from typing import Any

from kit.calendar import day_of, long_date, long_moment
from kit.workbook import Column, Register
from oversight import rules
from oversight.choices import Figure
from oversight.selectors.dashboards import Dashboard

_COLUMNS = (
    Column("组织"),
    Column("所属"),
    Column("应召开联席会议", "number", total=True),
    Column("已召开", "number", total=True),
    Column("到期任务", "number", total=True),
    Column("按期办结", "number", total=True),
    Column("任务按期率", "text"),
    Column("应答复异议", "number", total=True),
    Column("按期答复", "number", total=True),
    Column("在办需求", "number", total=True),
    Column("红灯需求", "number", total=True),
    Column("情况", "text"),
)


def register(dashboard: Dashboard) -> Register:
    """One line for each organization of the dashboard; the sums are its figures."""
    rows: list[Sequence[Any]] = [
        (
            line.name,
            line.under,
            line.meetings.total.value,
            line.meetings.hit.value,
            line.tasks.total.value,
            line.tasks.hit.value,
            line.tasks.percent,
            line.objections.total.value,
            line.objections.hit.value,
            line.demands.value,
            line.red.value,
            line.light.word,
        )
        for line in dashboard.bodies
    ]
    title = f"{dashboard.name}联村党组织运行情况（{dashboard.quarter.label}）"
    return Register(title, _COLUMNS, rows, unit=dashboard.name, on=day_of(dashboard.cut_off))


def brief(dashboard: Dashboard) -> str:
    """Plain text for a chat group: figures, then where to look. No person, no telephone number."""
    day = long_date(day_of(dashboard.cut_off), weekday=False)
    lines = [
        f"【{dashboard.name}联村党组织运行简报】",
        f"{dashboard.quarter.label}，截至{long_moment(dashboard.cut_off)}。",
    ]
    for shown in dashboard.figures:
        hit, total = shown.share.hit.value, shown.share.total.value
        said = f"{rules.percent(hit, total)}（{hit}/{total}）" if total else "本季度没有"
        lines.append(f"{shown.figure.label}：{said}，{shown.light.word}。")
    lights = "，".join(f"{part.label}灯 {part.number.value}" for part in dashboard.demands.lights)
    lines.append(f"{Figure.DEMANDS.label}：{dashboard.demands.total.value} 件，其中{lights}。")
    red = [each for each in dashboard.attention if each.light.colour == "red"]
    if red:
        lines.append("需要关注：")
        lines += [
            f"{number}. {each.where}：{each.what} {each.number.value} 件，{each.light.word}。"
            for number, each in enumerate(red, 1)
        ]
    else:
        lines.append(f"{day}没有超期事项。")
    return "\n".join(lines)
