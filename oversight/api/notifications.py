"""The doors of 运行保障."""

from typing import Any

from django.db.models import QuerySet

from kit.api.representation import Row
from kit.api.verbs import verb
from kit.api.views import ResourceView
from oversight import selectors
from oversight.api import filters, serializers
from oversight.services import notifications

TAG = "运行保障"


class NotificationView(ResourceView):
    """One's own notifications, the newest first."""

    tag = TAG
    representation = serializers.NotificationShown
    filters = filters.NotificationFilters

    def rows(self) -> QuerySet:
        return selectors.notifications(self.actor)

    @verb("read", "标为已读", when=lambda row: row["read_at"] is None)
    def read(self, row: Any, data: Row) -> None:
        notifications.read_notification(actor=self.actor, notification=row, now=self.now)


class ReminderView(ResourceView):
    """Who is reminded of what, when: one's own, and those about what one leads or looks after."""

    tag = TAG
    representation = serializers.ReminderShown
    filters = filters.ReminderFilters

    def rows(self) -> QuerySet:
        return selectors.reminders(self.actor)
