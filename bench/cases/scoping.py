"""Scope at a million rows: how many pages PostgreSQL touches for one page of a register, at every reach.

Run inside the product's own process, because the plan of the very query of the API is wanted. ``python -m
bench.cases.scoping`` prints JSON.
"""

import json
import subprocess
import sys

from bench import callers, database
from bench.callers import LABELS, REACHES
from bench.cases.results import Result, verdict
from bench.database import ROOT, environment

LISTS = {
    "organizations": "组织",
    "joint-orgs": "联村党组织",
    "memberships": "成员单位",
    "people": "人员",
    "postings": "任职",
    "demands": "需求",
}


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    name = database.prepared(scale, say)
    found = callers.prepared(name)
    done = subprocess.run(
        [sys.executable, "-m", "bench.cases.scoping"], env=environment(name), cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    plans = json.loads(done.stdout.splitlines()[-1])
    rows = []
    for noun, label in LISTS.items():
        for reach in REACHES:
            plan = plans[reach][noun]
            rows.append(
                [
                    f"{label}，{LABELS[reach]}（{found[reach].organizations:,} 个组织）",
                    f"{plan['ms']:.1f}",
                    f"{plan['pages']:,}",
                    "、".join(plan["indexes"]),
                    verdict(True) if not plan["scans"] else f"**超出**：全表扫描 {'、'.join(plan['scans'])}",
                ]
            )
    say("范围 已量完")
    columns = ("一页 50 行，默认顺序", "毫秒", "读过的数据页", "走的索引", "不扫全表")
    return [Result("范围", "范围过滤在百万行上的查询计划（EXPLAIN ANALYZE, BUFFERS）", columns, rows)]


def _nodes(plan: dict):
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _main() -> None:
    import django

    django.setup()
    from django.db import connection

    from kit.scoping import standing_of
    from orgs.api import views as organizations
    from orgs.models import Posting
    from resources.api import views as resources

    views = (*vars(organizations).values(), *vars(resources).values())
    shown = {view.representation.resource: view for view in views if hasattr(view, "representation")}
    found: dict[str, dict] = {}
    for reach, (path, role) in REACHES.items():
        running = Posting.objects.filter(organization__path=path, role=role, to_on=None)
        person = running.select_related("person").order_by("pk")[0].person
        standing_of(person)
        for noun in LISTS:
            view = shown[noun]
            ordering = next(iter(view.orderings.values()))
            door = view()
            door.caller = type("Caller", (), {"person": person})
            rows = door.rows().order_by(*ordering).values(*view.representation.columns)[:51]
            statement, parameters = rows.query.sql_with_params()
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = '60s'")
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
                (answer,) = cursor.fetchone()
            plan = answer[0]["Plan"]
            nodes = list(_nodes(plan))
            found.setdefault(reach, {})[noun] = {
                "ms": answer[0]["Execution Time"],
                "pages": plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
                "indexes": sorted({node["Index Name"] for node in nodes if "Index Name" in node}),
                "scans": sorted({node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}),
            }
    print(json.dumps(found))


if __name__ == "__main__":
    _main()
