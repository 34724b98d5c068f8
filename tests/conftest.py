"""What every test shares: a real PostgreSQL database used as the web role, and the standing cast."""

import gc

import pytest
from _pytest import runner

from kit import holidays, parameters
from lianCun.middleware import with_room
from orgs.selectors import circles

pytest_plugins = ["tests.database", "tests.cast", "tests.signed_in", "tests.demo_case"]


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
