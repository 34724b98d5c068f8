import pytest

from kit import throttling
from tests.api.client import Caller


@pytest.fixture(autouse=True)
def _no_memory_of_other_tests():
    throttling.forget()


@pytest.fixture
def call(cast):
    """``call("cadre_chen")`` is that person at the API, signed in by a browser."""

    def caller(name: str, **kwargs) -> Caller:
        return Caller(cast[name], **kwargs)

    return caller
