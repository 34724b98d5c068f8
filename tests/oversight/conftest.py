"""A demand on its way, people above who hear when it stays, and the engine run at a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.db import connection
from django.utils import timezone

from kit import reminders as registry
from orgs.choices import Role
from oversight.models import Notification, Reminder
from oversight.services import reminders
from tests.factories import PersonFactory, PostingFactory
from tests.resources.test_demands import submitted

# The registry itself; a test puts a smaller one in its place.
RULES = registry._rules


def at(month: int, day: int, hour: int = 8, minute: int = 0) -> datetime:
    """A moment of 2026 in Shanghai; reminders are due at eight in the morning."""
    return datetime(2026, month, day, hour, minute, tzinfo=timezone.get_default_timezone())


def run(now: datetime) -> int:
    """One pass of the engine; returns how many reminders were settled."""
    reminders.schedule(now=now)
    settled = 0
    while claimed := reminders.send_due(now=now).claimed:
        settled += claimed
    return settled


def told(person=None) -> list[tuple[str, str]]:
    """(name, note) of every notification about a demand falling due, in the order of telling."""
    rows = Notification.objects.filter(topic__startswith="resources.", kind="reminder").order_by(
        "told_at", "note", "recipient__name"
    )
    rows = rows.filter(recipient=person) if person else rows
    return list(rows.values_list("recipient__name", "note"))


def states() -> dict[str, str]:
    """step → state of the reminders of demands."""
    rows = Reminder.objects.filter(rule__startswith="resources.").order_by("due_at")
    return {f"{step}": state for step, state in rows.values_list("step", "state")}


@contextmanager
def rewritten(condition: str, instead: str) -> Iterator[None]:
    """The same SQL with one condition replaced: a guard turned off. Fails when no statement held it."""
    met = []

    def execute(run, sql, params, many, context):
        if condition in sql:
            met.append(sql)
            sql = sql.replace(condition, instead)
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield
    assert met, f"no statement says {condition!r} any more"


def unguarded(condition: str):
    """The same SQL with one condition that always holds."""
    return rewritten(condition, f"({condition} OR true)")


def only(monkeypatch, *names: str) -> None:
    """The engine looks at these rules alone, for speed."""
    monkeypatch.setattr(registry, "_rules", {name: RULES[name] for name in names})


@pytest.fixture
def boss(cast):
    """The township's secretary: the posting above its officers."""
    person = PersonFactory(name="罗书记", organization=cast.sanjiang, username="luo")
    PostingFactory(person=person, role=Role.TOWNSHIP_SECRETARY)
    return person


@pytest.fixture
def demand(cast, monkeypatch):
    """Submitted on Tuesday 24 November: to be accepted by Friday 27 November. Only that is looked at."""
    only(monkeypatch, "resources.demand_accept")
    return submitted(cast)
