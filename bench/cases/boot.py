"""P12: setting up an empty database, and what the worker and a web process weigh at work."""

import statistics

from bench import callers, database, load
from bench.cases.lists import API
from bench.cases.results import Result, verdict
from bench.database import PREFIX, drop, recreate
from bench.processes import memory_mb, serving, worker_memory_mb

EMPTY = PREFIX + "empty"


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    try:
        setups = [recreate(EMPTY) for _ in range(min(rounds, 3))]
    finally:
        drop(EMPTY)
    setup = statistics.median(setups)
    name = database.prepared("district", say)
    found = callers.prepared(name)["district"]
    with serving(name, "lianCun.wsgi:application", "bench.settings") as product:
        for paths, headers in (
            ([f"{API}/postings/", f"{API}/organizations/", f"{API}/people/"], found.headers()),
            (["/", "/joint-orgs/"], {"Cookie": found.cookie}),
        ):
            load.run(product.port, paths, headers, seconds=2)
        weights = [memory_mb(pid) for pid in product.workers]
    worker = worker_memory_mb(name)
    say("P12 已量完")
    return [
        Result(
            "P12",
            "启动",
            ("", "量得", "预算", "结论"),
            [
                [
                    "空库 setup_database（扩展、迁移、触发器、权限、初始数据）",
                    f"{setup:.1f} 秒",
                    "≤ 20 秒",
                    verdict(setup <= 20),
                ],
                ["任务进程（Celery，带定时），跑过几轮之后", f"{worker:.0f} MB", "≤ 120 MB", verdict(worker <= 120)],
                ["网页进程，答过 API 与页面之后", f"{max(weights):.0f} MB", "未定", ""],
            ],
        )
    ]
