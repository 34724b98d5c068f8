"""P12: migrate on an empty database, and what a worker weighs after its first requests."""

import statistics

from bench import callers, database, load
from bench.cases.lists import API
from bench.cases.results import Result, verdict
from bench.database import PREFIX, drop, recreate
from bench.processes import memory_mb, serving

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
                ["网页进程，答过 API 与页面之后", f"{max(weights):.0f} MB", "≤ 120 MB", verdict(max(weights) <= 120)],
            ],
        )
    ]
