"""Periodic work of 运行保障. Two lanes of the same sweep, so that a second worker joins in when much is due."""

from datetime import datetime, timedelta

from kit.jobs import sweep
from oversight.services import reminders


@sweep("oversight.schedule", every=timedelta(minutes=5), lease=timedelta(minutes=5))
def schedule(*, period, now: datetime) -> None:
    """Writes a day ahead what falls due."""
    reminders.schedule(now=now)


@sweep("oversight.remind_1", every=timedelta(seconds=5))
def remind_first(*, period, now: datetime) -> None:
    reminders.drain(seconds=15)


@sweep("oversight.remind_2", every=timedelta(seconds=5))
def remind_second(*, period, now: datetime) -> None:
    reminders.drain(seconds=15)
