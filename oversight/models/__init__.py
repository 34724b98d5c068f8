"""Reminders, notifications and complaints."""

from oversight.models.complaints import COMPLAINT, Complaint
from oversight.models.reminders import Notification, Nudge, Reminder

__all__ = ["COMPLAINT", "Complaint", "Notification", "Nudge", "Reminder"]
