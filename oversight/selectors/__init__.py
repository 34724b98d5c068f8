"""Reads of 运行保障. List selectors return scoped querysets; the others return frozen dataclasses."""

from oversight.selectors.audiences import holders, recipients, waits_for
from oversight.selectors.notifications import notifications, reminders, unread

__all__ = ["holders", "notifications", "recipients", "reminders", "unread", "waits_for"]
