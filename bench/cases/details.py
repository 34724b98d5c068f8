"""P2 and P5: one row by its id, and the pages that exist so far."""

from bench.cases.lists import API, COLUMNS, cells, staged
from bench.cases.results import Result, verdict
from bench.measure import Variant, compare


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    with staged(scale, say) as stage:
        caller = stage.callers["township"]
        token, floor_token = caller.headers(), caller.headers(floor=True)
        session = {"Cookie": caller.cookie}
        readings = compare(
            stage.meter,
            [
                Variant("raw", stage.floor, [f"/raw/postings/{caller.posting}/"], floor_token),
                Variant("drf", stage.floor, [f"/drf/postings/{caller.posting}/"], floor_token, floor=True),
                Variant("detail", stage.product, [f"{API}/postings/{caller.posting}/"], token),
                Variant("page", stage.floor, [f"/page/demands/?office={caller.office}"], floor=True),
                Variant("demands", stage.product, ["/resources/?show=all"], session),
                Variant("deliberation", stage.product, ["/deliberation/"], session),
                Variant("register", stage.product, [f"/joint-orgs/{caller.joint_org}/members/"], session),
                Variant("home", stage.product, [f"/joint-orgs/{caller.joint_org}/"], session),
                Variant("workbench", stage.product, ["/"], session),
            ],
            rounds=rounds,
            seconds=seconds,
        )
    drf, page = readings["drf"], readings["page"]
    detail = readings["detail"]
    kept = detail.cpu_ms <= 1.5 * drf.cpu_ms and (detail.sql or 0) <= 7
    results = [
        Result(
            "P2",
            "一条任职的详情",
            COLUMNS,
            [
                [*cells("裸 psycopg 视图", readings["raw"], drf), "", ""],
                [*cells("DRF ModelViewSet", drf, drf), "地板", ""],
                [
                    *cells("产品：范围、动作、相邻各项", detail, drf),
                    f"≤ 1.5 × DRF = {1.5 * drf.cpu_ms:.1f}；≤ 7 SQL",
                    verdict(kept),
                ],
            ],
        )
    ]
    rows = [[*cells("一个模板、50 行、无登录", page, page), "地板", ""]]
    for name, label, most in (
        ("demands", "需求台账", 8),
        ("deliberation", "议事", 8),
        ("register", "成员单位台账", 8),
        ("home", "联村党组织主页", 8),
        ("workbench", "工作台", 12),
    ):
        ours = readings[name]
        kept = ours.cpu_ms <= 2 * page.cpu_ms and (ours.sql or 0) <= most
        rows.append([*cells(label, ours, page), f"≤ 2 × 模板 = {2 * page.cpu_ms:.1f}；≤ {most} SQL", verdict(kept)])
    results.append(Result("P5", "页面", COLUMNS, rows))
    say("P2、P5 已量完")
    return results
