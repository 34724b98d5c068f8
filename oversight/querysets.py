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


class ComplaintQuerySet(QuerySet):
    def visible_to(self, person) -> Self:
        """Only those who answer them; the unit complained about does not read the words."""
        reach = Q(pk__in=[])
        for _, post in policies.grounds(person, "complaint.answer"):
            if post.role == "township_officer":
                reach |= Q(organization__path__startswith=post.path) & ~Q(organization__path=post.path)
            else:
                reach |= Q(organization__path__startswith=post.path.split("/", 1)[0] + "/")
        return self.filter(reach)

    def waiting(self) -> Self:
        return self.filter(state="received")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")
