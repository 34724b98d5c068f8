"""P9: sealed ballots of many meetings at once, through the services: cast, stopped, opened, counted."""

import json
import subprocess
import sys
import time

from bench import generate
from bench.cases.results import Result, verdict
from bench.database import PREFIX, connect, environment, recreate
from bench.generate import Amounts
from bench.processes import ROOT, WORKERS

DATABASE = PREFIX + "ballots"
MEETINGS = {"country": 2000}
FEWER, VOTERS = 50, 30
BUDGET_SECONDS = 600


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    """Once: every ballot is another one. Two processes, each meeting by meeting."""
    meetings = MEETINGS.get(scale, FEWER)
    recreate(DATABASE)
    with connect(DATABASE) as link:
        generate.fill(link, "township", Amounts(demands=1))
    say(f"P9 准备 {meetings} 次会议，每次 {VOTERS} 人")
    if (making := _run("prepare", str(meetings), str(VOTERS))).wait():
        raise RuntimeError(f"preparing ended with {making.returncode}")
    with connect(DATABASE) as link:
        link.execute(b"VACUUM ANALYZE")
    started = [_run("vote", str(place), str(WORKERS)) for place in range(WORKERS)]
    for each in started:
        if each.stdout.readline() != "ready\n":
            raise RuntimeError("a process did not start")
    began = time.perf_counter()
    for each in started:
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [json.loads(each.stdout.readline()) for each in started]
    taken = time.perf_counter() - began
    for each in started:
        each.communicate()
    with connect(DATABASE) as link:
        statement = (
            "SELECT (SELECT count(*) FROM deliberation_votemark), (SELECT sum(returned) FROM deliberation_poll),"
            " (SELECT count(*) FROM deliberation_sealedballot)"
        )
        marks, counted, left = link.execute(statement.encode()).fetchone()
    ballots = meetings * VOTERS
    wrong = sum(each["lost"] for each in told)
    none_lost = (marks, counted, left, wrong) == (ballots, ballots, 0, 0)
    casting = sorted(one for each in told for one in each["casting"])
    opening = sorted(one for each in told for one in each["opening"])
    return [
        Result(
            "P9",
            f"密封票：{meetings} 次会议、{ballots} 张，{WORKERS} 个进程",
            ("", "量得", "预算", "结论"),
            [
                ["投票、停止、开票全部办完", f"{taken:.0f} 秒", f"≤ {BUDGET_SECONDS} 秒", _at(scale, taken)],
                ["每秒收票", f"{ballots / taken:.0f} 张", "", ""],
                ["收一张（服务内，含提交），中位数 · p95", _two(casting), "", ""],
                ["停止并开一次（30张）", _two(opening), "", ""],
                ["丢失或多出的票", "0" if none_lost else f"{ballots - counted}", "0", verdict(none_lost)],
            ],
            ["不经网页：每张票都是另一个人的一次登录。两个进程各自逐会投票、开票，互相等表的锁。"],
        )
    ]


def _at(scale: str, taken: float) -> str:
    """The budget is for the whole number of meetings."""
    return verdict(taken <= BUDGET_SECONDS) if scale in MEETINGS else ""


def _two(sorted_seconds: list[float]) -> str:
    middle, late = (sorted_seconds[int(len(sorted_seconds) * share)] for share in (0.5, 0.95))
    return f"{middle * 1000:.1f} · {late * 1000:.1f} 毫秒"


def _run(*arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.voting", *arguments],
        env=environment(DATABASE),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
