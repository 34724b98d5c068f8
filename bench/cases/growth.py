"""P11: what a page costs at a tenth of the rows and at all of them, and far down a list."""

from collections.abc import Sequence

from bench.cases.lists import API, LISTS, staged
from bench.cases.results import Result, verdict
from bench.measure import Reading, Variant, compare

# The data set of a tenth of the country; at smaller scales the next smaller one.
SMALLER = {"country": "tenth", "tenth": "province", "province": "city", "city": "district"}
GROWTH, DEPTH = 1.2, 2.0
PAGES = {
    "需求列表": f"{API}/demands/",
    "需求列表，按状态，封顶计数": f"{API}/demands/?{LISTS['demands']}&count=capped",
    "组织列表": f"{API}/organizations/",
    "任职列表": f"{API}/postings/",
    "议题列表": f"{API}/motions/",
    "需求台账（页面）": "/resources/?show=all",
    "议事（页面）": "/deliberation/",
    "工作台（页面）": "/",
    "看板（页面）": "/dashboard/",
}
DEEP = "需求列表，深处"


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    smaller = SMALLER.get(scale)
    if smaller is None:
        say(f"P11 要比较两个规模，{scale} 之下没有更小的数据集")
        return []
    few, depth = _read(smaller, rounds, seconds, say)
    many, depth = _read(scale, rounds, seconds, say)
    rows: list[Sequence[str]] = []
    for title in PAGES:
        ratio = many[title].cpu_ms / few[title].cpu_ms
        rows.append(_row(title, few[title], many[title], ratio, GROWTH))
    ratio = many[DEEP].cpu_ms / many["需求列表"].cpu_ms
    rows.append(_row(f"需求列表第 {depth:,} 行之后，与第一页比", many["需求列表"], many[DEEP], ratio, DEPTH))
    say("P11 已量完")
    columns = ("区级人员打开", "小数据集，CPU 毫秒", "大数据集，CPU 毫秒", "之比", "预算", "结论")
    return [Result("P11", f"行数增长：{smaller} → {scale}", columns, rows, ["两个数据集先后各量一遍，地板同时量。"])]


def _row(title: str, before: Reading, after: Reading, ratio: float, most: float) -> list[str]:
    return [title, f"{before.cpu_ms:.1f}", f"{after.cpu_ms:.1f}", f"{ratio:.2f}", f"≤ {most}", verdict(ratio <= most)]


def _read(scale: str, rounds: int, seconds: float, say) -> tuple[dict[str, Reading], int]:
    with staged(scale, say) as stage:
        caller = stage.callers["district"]
        cookie, token = {"Cookie": caller.cookie}, caller.headers()
        asked = {**PAGES, DEEP: f"{API}/demands/?cursor={caller.deep}"}
        variants = [Variant("floor", stage.floor, ["/drf/demands/?state=confirmed"], caller.headers(floor=True), True)]
        for title, path in asked.items():
            variants.append(Variant(title, stage.product, [path], token if path.startswith(API) else cookie))
        return compare(stage.meter, variants, rounds=rounds, seconds=seconds), caller.depth
