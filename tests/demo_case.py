"""The demo's case with its quarters, loaded once for a module or a process; every test starts from the same rows.

``demo``: within one transaction. ``lasting_demo``: committed, for browsers. A module that uses ``demo`` uses no ``db``
beside it: pytest-django would close the connection under the transaction.
"""

import pytest
from django.db import transaction
from django.utils import timezone

from lianCun.demo import load
from orgs.models import Person
from tests.database import SCRATCH


def load_demo() -> dict[str, Person]:
    """The people of the demo by their login, without the five hundred requests."""
    assert load.load(now=timezone.now(), requests=False)
    return people()


def people() -> dict[str, Person]:
    return {person.username: person for person in Person.objects.exclude(username=None)}


@pytest.fixture(scope="module")
def loaded_demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo()
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded_demo) -> dict[str, Person]:
    """The people of the demo by their login."""
    point = transaction.savepoint()
    # As loaded: a standing read by another test is not carried over.
    yield people()
    transaction.savepoint_rollback(point)


@pytest.fixture
def lasting_demo(transactional_db) -> dict[str, Person]:
    """The people of the demo by their login; the rows are seen by every connection."""
    if not SCRATCH.put_back("demo"):
        load_demo()
        SCRATCH.keep("demo")
    return people()
