"""A skipped test is named with its reason; where everything is required it fails the run."""

import os
import subprocess
import sys

import pytest

from tests.deploy.conftest import ROOT

SUITE = """
import pytest

def test_runs():
    pass

@pytest.mark.skipif(True, reason="没有 Chromium")
def test_needs_a_browser():
    raise AssertionError
"""


@pytest.fixture
def run(tmp_path):
    def run(suite: str = SUITE, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        (tmp_path / "test_suite.py").write_text(suite, encoding="utf-8")
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        kept = {name: value for name, value in os.environ.items() if name not in ("REQUIRE_ALL", "PYTEST_ADDOPTS")}
        kept = {name: value for name, value in kept.items() if not name.startswith(("PYTEST_XDIST", "LIANCUN_LINT"))}
        plugins = ["-p", "tests.plugins.require_all", "-p", "xdist", "-p", "no:cacheprovider"]
        return subprocess.run(
            [sys.executable, "-m", "pytest", *plugins, *arguments, str(tmp_path)],
            env={**kept, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )

    return run


@pytest.mark.parametrize("arguments", [(), ("-n", "1")], ids=["one process", "xdist"])
def test_skip_is_named_and_fails_only_where_everything_is_required(run, arguments):
    tolerant = run(SUITE, *arguments)
    assert tolerant.returncode == 0
    assert "跳过 1 项：没有 Chromium" in tolerant.stdout
    strict = run(SUITE, *arguments, REQUIRE_ALL="1")
    assert strict.returncode == 1
    # What reads the run from outside looks at pytest's own last line.
    assert "1 passed, 1 skipped" in strict.stdout.splitlines()[-1]


def test_nothing_skipped_is_said_and_passes(run):
    shown = run("def test_runs():\n    pass\n", REQUIRE_ALL="1")
    assert shown.returncode == 0
    assert "没有跳过任何测试" in shown.stdout


def test_failed_static_checks_are_named_at_the_end(run):
    assert "静态检查失败：mypy 类型" in run(LIANCUN_LINT_FAILED="mypy 类型").stdout
