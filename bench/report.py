"""Writes ``docs/performance.md``: the machine, then a table a subject; what a run did not measure stays as it was."""

import os
import platform
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import django

from bench.cases.results import Result
from bench.database import ROOT, connect

PATH = ROOT / "docs/performance.md"
_ORDER = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P11", "P12", "范围")
_INTRO = """# 性能

`./lian bench` 把产品与几个“地板”程序放在同一台机器、同一个数据库、同样的行和同样的负载下并排测量，写出本页。
先看比值：它在忙碌的机器上也站得住；毫秒和每秒次数只说明这台机器。

**办法**：各 2 个网页进程，8 个连接；各方案轮流（甲乙丙、甲乙丙……），至少 3 轮，每段之间等数据库歇下来，取中位数；
单位是每个请求的 CPU 毫秒（应用进程与数据库进程，读自 /proc）和 SQL 条数（pg_stat_statements，含外键检查）。
地板几次读数相差超过 20 % 的一次测量作废。地板程序在 `bench/floor/`，各一页。数据由 `bench/generate/` 生成：
全国规模 620,573 个村（社区）、约 101 万个组织、107 万人、107 万条任职、100 万件需求，同样的规模总是同样的行。

Budgets are ratios against small floor programs measured in the same run; a verdict stands beside each budget.
"""


def machine() -> str:
    """One paragraph on where this was measured: class and versions, no names."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    with connect() as link:
        version = str(link.execute("SHOW server_version").fetchone()[0]).split()[0]
        buffers = link.execute("SHOW shared_buffers").fetchone()[0]
    load = os.getloadavg()[0]
    return (
        f"{date.today():%Y-%m-%d} · {os.cpu_count()} 核 · {memory:.0f} GB 内存 · PostgreSQL {version}"  # noqa: DTZ011
        f"（shared_buffers {buffers}）· Python {platform.python_version()} · Django {django.__version__}"
        f" · 开始时系统负载 {load:.1f}"
    )


def write(results: Iterable[Result], measured_on: str, path: Path = PATH) -> None:
    """Replace the tables of these results and keep the others."""
    sections = _read(path)
    for result in results:
        sections.setdefault(result.key, {})[_subject(result.title)] = _table(result, measured_on)
    ordered = sorted(sections, key=lambda key: (_ORDER.index(key) if key in _ORDER else len(_ORDER), key))
    text = "\n\n".join(f"## {key}\n\n" + "\n\n".join(sections[key].values()) for key in ordered)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{_INTRO}\n{text}\n", encoding="utf-8")


def _read(path: Path) -> dict[str, dict[str, str]]:
    """Section → subject → table, in the order of the page."""
    if not path.exists():
        return {}
    found: dict[str, dict[str, str]] = {}
    for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, *tables = re.split(r"^### ", section, flags=re.M)
        found[head.strip()] = {_subject(each.split("\n", 1)[0]): f"### {each.strip()}" for each in tables}
    return found


def _subject(title: str) -> str:
    """What a table is about; the numbers behind it may change from run to run."""
    return re.split("[，：]", title, maxsplit=1)[0]


def _table(result: Result, measured_on: str) -> str:
    lines = [f"### {result.title}", "", measured_on, "", "| " + " | ".join(result.columns) + " |"]
    lines.append("|" + "---|" * len(result.columns))
    lines += ["| " + " | ".join(row) + " |" for row in result.rows]
    if result.notes:
        lines += ["", *result.notes]
    return "\n".join(lines)
