"""The demo's case with its quarters, loaded once in a process; every test starts from the same rows.

``demo``: put back once for a module, every test in a transaction. ``lasting_demo``: put back for each test, for
browsers. A module that uses ``demo`` uses no other fixture of the database beside it.
"""

import pytest
from django.utils import timezone

from lianCun.demo import load
from orgs.models import Person
from tests.database import SCRATCH, clearing, undone


def put_demo() -> None:
    """The whole demo but the five hundred requests, into an empty database; committed."""
    if not SCRATCH.put_back("demo"):
        assert load.load(now=timezone.now(), requests=False)
        SCRATCH.keep("demo")


def people() -> dict[str, Person]:
    return {person.username: person for person in Person.objects.exclude(username=None)}


@pytest.fixture(scope="module")
def loaded_demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), clearing():
        put_demo()
        yield


@pytest.fixture
def demo(loaded_demo) -> dict[str, Person]:
    """The people of the demo by their login."""
    with undone():
        # As loaded: a standing read by another test is not carried over.
        yield people()


@pytest.fixture
def lasting_demo(transactional_db) -> dict[str, Person]:
    """The people of the demo by their login; the rows are seen by every connection."""
    put_demo()
    return people()
