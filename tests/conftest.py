"""What every test shares: a real PostgreSQL database used as the web role, and the standing cast."""

import gc

import pytest
from _pytest import runner

from kit import holidays, parameters
from lianCun.middleware import with_room
from orgs.selectors import circles

pytest_plugins = ["tests.database", "tests.cast", "tests.signed_in", "tests.demo_case"]


# Minutes in all, much of it waiting.
LONG = ("tests/faults/", "tests/deploy/", "tests/demo/", "tests/browser/test_main_job.py", "tests/stories/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Each process begins with its share of the long files, or two wait at the end for the third; the rest random."""
    processes = int(getattr(config, "workerinput", {}).get("workercount", 1))
    long: dict[str, list[pytest.Item]] = {}
    rest: list[pytest.Item] = []
    for item in items:
        file = item.nodeid.partition("::")[0]
        (long.setdefault(file, []) if file.startswith(LONG) else rest).append(item)
    share = -(-len(items) // processes)
    dealt: list[pytest.Item] = []
    for place in range(processes):
        mine = [item for file in list(long)[place::processes] for item in long[file]]
        dealt += [*mine, *(rest.pop(0) for _ in range(min(max(0, share - len(mine)), len(rest))))]
    items[:] = [*dealt, *rest]


def pytest_collection_finish():
    """What was imported stays for the whole run, far more than a server loads: the collector may leave it alone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Beneath pytest every request of a test is as deep as the deepest of a server."""
    return with_room(runner.pytest_runtest_protocol, item, nextitem)


@pytest.fixture(autouse=True)
def _no_old_copies():
    """What a process remembers of slow-changing tables ends with the test that read it."""
    yield
    parameters.forget()
    holidays.forget()
    circles.forget()
