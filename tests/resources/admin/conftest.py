"""A browserless visit as one of the cast."""

from tests.orgs.admin.conftest import sentences, visit

__all__ = ["sentences", "visit"]
