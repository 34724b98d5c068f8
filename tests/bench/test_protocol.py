"""The protocol of the bench: medians, interleaving, and a run refused when its floor drifts."""

import re

import pytest

from bench import measure, report
from bench.cases.results import Result, verdict


class Metered:
    """Reads a script of costs instead of a machine; remembers in which order it was asked."""

    def __init__(self, costs: dict[str, list[float]]) -> None:
        self.costs = {name: iter(values) for name, values in costs.items()}
        self.asked: list[str] = []

    def read(self, variant, seconds):
        self.asked.append(variant.name)
        return measure.Reading(next(self.costs[variant.name]), 1.0, 3, 100, 5, 9)


def _variants():
    return [measure.Variant("floor", None, [], floor=True), measure.Variant("ours", None, [])]


def test_variants_are_interleaved_and_the_median_counts():
    meter = Metered({"floor": [10, 10.5, 11], "ours": [8, 30, 7]})
    found = measure.compare(meter, _variants(), rounds=1)
    assert meter.asked == ["floor", "ours"] * 3
    assert (found["floor"].app_ms, found["ours"].app_ms, found["ours"].cpu_ms) == (10.5, 8, 9)


def test_a_run_whose_floor_drifts_is_repeated_and_then_refused():
    calm = Metered({"floor": [10, 20, 10, 10, 10, 10], "ours": [5] * 6})
    assert measure.compare(calm, _variants(), tries=2)["floor"].app_ms == 10
    busy = Metered({"floor": [10, 20, 10] * 2, "ours": [5] * 6})
    with pytest.raises(measure.Drifted, match="floor"):
        measure.compare(busy, _variants(), tries=2)


def test_the_report_replaces_what_was_measured_and_keeps_the_rest(tmp_path):
    path = tmp_path / "performance.md"
    first = Result("P1", "列表", ("", "毫秒", "结论"), [["产品", "7", verdict(True)]])
    other = Result("P7", "导入", ("", "秒", "结论"), [["导入", "9", verdict(False)]])
    beside = Result("P1", "别的列表，50 行", ("", "毫秒", "结论"), [["产品", "5", verdict(True)]])
    report.write([first, beside, other], "机器甲", path)
    report.write([Result("P1", "列表，200 行", ("", "毫秒", "结论"), [["产品", "6", verdict(True)]])], "机器乙", path)
    text = path.read_text(encoding="utf-8")
    assert "| 产品 | 6 | 达到 |" in text
    assert "| 产品 | 7 |" not in text
    assert "| 产品 | 5 | 达到 |" in text
    assert text.count("机器甲") == 2
    assert text.count("机器乙") == 1
    assert "| 导入 | 9 | **超出** |" in text
    assert (first.kept, other.kept) == (True, False)
    assert re.findall(r"^## (.+)$", text, flags=re.M) == ["P1", "P7"]
