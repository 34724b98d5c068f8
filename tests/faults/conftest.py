"""One nursery for the whole run; after each test no child of it lives on."""

import pytest

from tests.faults.nursery import Nursery


@pytest.fixture(scope="session")
def _nursery(database_env):
    with Nursery(database_env) as nursery:
        yield nursery


@pytest.fixture
def nursery(_nursery):
    yield _nursery
    for pid in list(_nursery.children):
        _nursery.kill(pid)
