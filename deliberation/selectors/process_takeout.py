"""过程质量 as a table to take out: every figure and flag with its arithmetic and its 口径. No person's name."""

from collections.abc import Iterable, Sequence
from typing import Any

from deliberation.selectors.process_quality import ProcessQuality


def quality_headings() -> list[str]:
    return ["项目", "数值", "分子", "分母", "说明", "定义", "分子口径", "分母口径", "期间", "版本", "依据"]


def quality_table(shown: ProcessQuality) -> Iterable[Sequence[Any]]:
    """One line for each figure, then one for each flag."""
    year = f"{shown.view.year}年。"
    for each in shown.figures:
        definition = each.definition
        yield (
            definition.key.label,
            each.shown,
            "" if each.numerator is None else each.numerator,
            "" if each.denominator is None else each.denominator,
            each.missing or each.note,
            definition.says,
            definition.numerator,
            definition.denominator,
            year + definition.period,
            definition.version,
            definition.rule,
        )
    for flag in shown.flags:
        said = "、".join(row.what for row in flag.rows)
        yield (
            f"提示：{flag.definition.key.label}",
            "缺项" if not flag.looked_at else f"{len(flag.rows)} 处" if flag.rows else "没有",
            *("", ""),
            said,
            flag.definition.says,
            *("", ""),
            f"{year}{flag.definition.of}，共{flag.looked_at}次。",
            flag.definition.version,
            flag.definition.rule,
        )
