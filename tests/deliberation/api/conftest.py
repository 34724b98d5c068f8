import pytest

from tests.api.client import Caller


@pytest.fixture(autouse=True)
def _at_that_moment(clock):
    """Every test of the API is at the moment of the room."""


@pytest.fixture
def api(room):
    """``api(room.joint)`` or ``api("secretary_li")`` is that person at the API, signed in by a browser."""

    def caller(person, *, proved=False) -> Caller:
        found = Caller(room.cast[person] if isinstance(person, str) else person)
        if proved:
            found.prove()
        return found

    return caller


@pytest.fixture(autouse=True)
def _unhurried(settings):
    settings.API_RATES = {"address": 10**6, "read": 10**6, "write": 10**6}
