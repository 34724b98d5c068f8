"""``python -m bench [NAME…]``, called by ``./lian bench``."""

import argparse
import sys

from bench import report
from bench.cases import ballots, boot, dashboard, details, divisions, growth, lists, moving, reminders, scoping, writes
from bench.database import NoServer
from bench.generate import SCALES
from bench.load import WrongAnswer
from bench.measure import ROUNDS, Drifted

CASES = {
    "demands": (lists.measure_demands, "P1、P4：需求列表，从村到区"),
    "lists": (lists.measure, "P1、P4：组织和任职列表"),
    "writes": (writes.measure, "P3：写和办一步"),
    "details": (details.measure, "P2、P5：详情与页面"),
    "dashboard": (dashboard.measure, "P6：看板，读和写"),
    "divisions": (divisions.measure, "P7：全国行政区划导入"),
    "reminders": (reminders.measure, "P8：到期提醒变成通知"),
    "ballots": (ballots.measure, "P9：密封票"),
    "growth": (growth.measure, "P11：行数增长十倍，翻到深处"),
    "moving": (moving.measure, "P12：移动一个乡镇"),
    "scoping": (scoping.measure, "范围：百万行上的查询计划"),
    "boot": (boot.measure, "P12：建库与内存"),
}


def main(arguments: list[str]) -> int:
    """Returns 1 when a budget was missed, 2 when nothing could be measured."""
    parser = argparse.ArgumentParser(
        prog="./lian bench", description="与地板程序并排测量，结果写入 docs/performance.md。"
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="；".join(f"{n} {text}" for n, (_, text) in CASES.items())
    )
    parser.add_argument("--scale", choices=SCALES, default="country", help="数据集规模，默认全国")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="轮数，至少 3")
    parser.add_argument("--seconds", type=float, default=4.0, help="每段秒数")
    parser.add_argument("--dry", action="store_true", help="只显示，不写 docs/performance.md")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(CASES):
        parser.error(f"没有这一项：{'、'.join(sorted(unknown))}")
    measured, drifted = [], False
    try:
        where = report.machine()
        for name in options.names or CASES:
            try:
                found = CASES[name][0](rounds=options.rounds, seconds=options.seconds, scale=options.scale, say=_say)
            except Drifted as refusal:
                _say(f"{name} 作废：机器太忙，{refusal}")
                drifted = True
                continue
            measured += found
            for result in found:
                _show(result)
            if not options.dry:
                report.write(found, where)
    except (NoServer, WrongAnswer) as error:
        _say(str(error))
        return 2
    if drifted:
        return 2
    return 0 if all(result.kept for result in measured) else 1


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _show(result) -> None:
    print(f"\n{result.key} {result.title}")
    for row in result.rows:
        print("  " + "  |  ".join(str(cell) for cell in row if cell))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
