"""The test base: one migrated template database per checkout, one copy per worker, tests run as the web role.

Needs DATABASE_URL (web role), DATABASE_OWNER_URL and DATABASE_SUPERUSER_URL of a PostgreSQL that may be written to;
``./lian test`` starts a private one when they are missing. Only the superuser resets data between transactional tests:
Django's own TRUNCATE would meet the append-only triggers.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from django.db import transaction
from django.test import TransactionTestCase

from tests.scratch import Scratch

T = TypeVar("T")

SCRATCH = Scratch(os.environ.get("DATABASE_SUPERUSER_URL", ""))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Replaces pytest-django's own: the worker's database is a copy of the checkout's template."""
    if not SCRATCH.superuser_url:
        pytest.exit("DATABASE_SUPERUSER_URL is not set: run ./lian test, or name a PostgreSQL server", returncode=2)
    with django_db_blocker.unblock():
        SCRATCH.open()
    TransactionTestCase._fixture_teardown = lambda case: SCRATCH.reset()
    yield
    with django_db_blocker.unblock():
        SCRATCH.close()


@contextmanager
def clearing() -> Iterator[None]:
    """Whatever is committed inside is cleared away."""
    try:
        yield
    finally:
        SCRATCH.reset()


@contextmanager
def committed(make: Callable[[], T]) -> Iterator[T]:
    """What all tests of a module start from: made once, committed, cleared away at the end.

    Not one transaction around the module: PostgreSQL would look through its thousands of savepoints whenever it reads
    one of its rows, a third of the database's time.
    """
    with clearing():
        with transaction.atomic():
            made = make()
        yield made


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def database_env(django_db_setup) -> dict[str, str]:
    """Environment for another process (a worker to be killed, a server) that uses this worker's database."""
    return {**os.environ, **SCRATCH.env()}


@pytest.fixture
def superuser(django_db_setup):
    """A superuser's connection to the worker's database, autocommit: for tampering and for looking underneath."""
    with SCRATCH.superuser() as connection:
        yield connection


@pytest.fixture
def owner(django_db_setup):
    """The owner's connection to the worker's database, autocommit."""
    with SCRATCH.owner() as connection:
        yield connection
