"""Says at the end what was skipped and why; with REQUIRE_ALL=1 a skip fails the run (CI must prove everything).

Registered by ``./lian test`` with ``-p tests.plugins.require_all``.
"""

import os
from collections import Counter

import pytest


def skip_reasons(reporter) -> Counter:
    """Reason → how many tests were skipped for it."""
    reasons = Counter()
    for report in reporter.stats.get("skipped", []):
        longrepr = report.longrepr
        reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    return reasons


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_worker = hasattr(session.config, "workerinput")
    if reporter and not is_worker and os.environ.get("REQUIRE_ALL") == "1" and skip_reasons(reporter):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    reasons = skip_reasons(terminalreporter)
    terminalreporter.section("未运行的测试")
    if not reasons:
        terminalreporter.write_line("没有跳过任何测试。Nothing was skipped.")
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"跳过 {count} 项：{reason}")
    if reasons and os.environ.get("REQUIRE_ALL") == "1":
        terminalreporter.write_line("REQUIRE_ALL=1：有跳过即为失败。A skip is a failure here.", red=True)
    if failed := os.environ.get("LIANCUN_LINT_FAILED"):
        terminalreporter.write_line(f"静态检查失败：{failed}（详情见测试之前的输出）", red=True)
