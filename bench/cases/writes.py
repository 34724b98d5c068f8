"""P3: writing a demand and handing it in, with policy, rule, fact, trail, key and counts, beside a bare write."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench import database
from bench.cases.lists import API, COLUMNS, cells, staged
from bench.cases.results import Result, verdict
from bench.floor.copying import WRITTEN, demands_to_write
from bench.measure import Variant, compare

# Drafts waiting to be handed in: more than a run uses up on this class of machine.
DRAFTS = 30_000
WORDS = {"kind": "unit", "category": "water", "title": "提灌站维修", "text": "水泵老化，抽不上水，请帮助维修。"}
AMOUNT = {"quantity": 2, "quantity_unit": "处"}


@dataclass(frozen=True)
class Desk:
    """Where the village's secretary writes: unit, body, and the drafts that wait there, for product and floor."""

    unit: str
    body: str
    drafts: Sequence[str]


@contextmanager
def _desk(name: str, unit: str) -> Iterator[Desk]:
    """Drafts in both tables, triggers asleep; afterwards the data set is as it was."""
    with database.connect(name) as link:
        (body,) = link.execute("SELECT joint_org_id FROM orgs_membership WHERE unit_id = %s", [unit]).fetchone()
        (last,) = link.execute("SELECT max(created_at) FROM resources_demand").fetchone()
        demands_to_write(link)
        link.execute("SET session_replication_role = replica")
        link.execute(
            "INSERT INTO resources_demand (id, kind, unit_id, home_id, body_id, author_id, is_filled_in, category,"
            " title, text, quantity, quantity_unit, state, reason, objection, created_at)"
            " SELECT gen_random_uuid(), 'unit', u.id, u.parent_id, %s, p.person_id, false, 'water', '提灌站维修',"
            " '水泵老化，抽不上水。', 2, '处', 'draft', '', '', %s + n * interval '1 ms'"
            " FROM orgs_organization u JOIN orgs_posting p ON p.organization_id = u.id AND p.role = 'unit_secretary',"
            " generate_series(1, %s) n WHERE u.id = %s",
            [body, last, DRAFTS, unit],
        )
        link.execute(f"INSERT INTO {WRITTEN} SELECT * FROM resources_demand WHERE created_at > %s", [last])
        found = link.execute("SELECT id::text FROM resources_demand WHERE created_at > %s ORDER BY id", [last])
        drafts = [pk for (pk,) in found]
        link.execute(f"VACUUM ANALYZE {WRITTEN}")
        link.execute("VACUUM ANALYZE resources_demand")
        try:
            yield Desk(str(unit), str(body), drafts)
        finally:
            link.execute("DELETE FROM resources_demand WHERE created_at > %s", [last])
            link.execute("TRUNCATE resources_demanddelta")
            link.execute("VACUUM ANALYZE resources_demand")
            link.execute(f"DROP TABLE {WRITTEN}")


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    with staged(scale, say) as stage:
        caller = stage.callers["village"]
        with _desk(stage.meter.database, caller.office) as desk:
            place = {"unit": desk.unit, "body": desk.body}
            ready, bare = itertools.cycle(desk.drafts), itertools.cycle(desk.drafts)
            handed_in = {"state": "submitted", "submitted_at": "2026-11-23T09:00+08:00", "accept_by_on": "2026-11-26"}
            token, floor = caller.headers(), caller.headers(floor=True)
            readings = compare(
                stage.meter,
                [
                    Variant(
                        *("drf create", stage.floor, [], floor, True),
                        posts=lambda: ("/drf/written/", WORDS | AMOUNT | place),
                    ),
                    Variant(
                        *("drf step", stage.floor, [], floor, True),
                        posts=lambda: (f"/drf/written/{next(bare)}/", handed_in),
                    ),
                    Variant(
                        "create", stage.product, [], token, posts=lambda: (f"{API}/demands/", WORDS | AMOUNT | place)
                    ),
                    Variant(
                        "step", stage.product, [], token, posts=lambda: (f"{API}/demands/{next(ready)}/submit/", {})
                    ),
                ],
                rounds=rounds,
                seconds=seconds,
            )
    rows = []
    for kind, bare_label, label in (
        ("create", "DRF ModelViewSet 新建一行（同样的索引和外键，无触发器）", "产品：写一件需求（草稿）"),
        ("step", "DRF ModelViewSet 改一行", "产品：提交（状态、期限、事实、留痕、防重、汇总）"),
    ):
        base, ours = readings[f"drf {kind}"], readings[kind]
        kept = ours.cpu_ms <= 2.5 * base.cpu_ms and (ours.sql or 0) <= 16
        rows.append([*cells(bare_label, base, base), "地板", ""])
        budget = f"≤ 2.5 × 地板 = {2.5 * base.cpu_ms:.1f}；≤ 16 SQL"
        rows.append([*cells(label, ours, base), budget, verdict(kept)])
    say("P3 已量完")
    return [Result("P3", "写一件需求，提交一件需求", COLUMNS, rows, ["SQL 含外键检查和触发器里的语句。"])]
