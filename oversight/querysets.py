"""Chainable row words of 运行保障."""

from typing import Self

from django.db.models import Q, QuerySet

from kit import policies


class ReminderQuerySet(QuerySet):
    def visible_to(self, person) -> Self:
        """One's own, and those about what one leads or looks after: who is reminded of what is no member's business."""
        mine = Q(recipient=getattr(person, "pk", None))
        for _, post in policies.grounds(person, "reminder.read"):
            mine |= Q(path__startswith=post.path) | Q(body_id=post.org_id)
        return self.filter(mine)


class NotificationQuerySet(QuerySet):
    def visible_to(self, person) -> Self:
        """One's own, nobody else's."""
        return self.filter(recipient=getattr(person, "pk", None))

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)
