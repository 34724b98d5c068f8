"""Reminders and notifications."""

from oversight.models.reminders import Notification, Nudge, Reminder

__all__ = ["Notification", "Nudge", "Reminder"]
