"""Chainable row words of 资源整合."""

from datetime import date
from typing import Self

from django.db.models import Q, QuerySet

from kit import scoping

OPEN = ("submitted", "accepted", "waiting", "verified", "settling", "tabled", "decided", "in_progress", "fulfilled")


class DemandQuerySet(QuerySet):
    def visible_to(self, person) -> Self:
        """Submitted rows of the own subtree and bodies; a draft is seen by its own unit alone."""
        standing = scoping.standing_of(person)
        own_units = [post.org_id for post in standing.posts]
        return self.filter(scoping.within(standing), ~Q(state="draft") | Q(unit_id__in=own_units))

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def submitted(self) -> Self:
        """Ever handed in: what dashboards count. A draft, and one withdrawn as a draft, is nobody else's business."""
        return self.exclude(state="draft").filter(submitted_at__isnull=False)

    def overdue(self, on: date) -> Self:
        """Past the date by which somebody had to accept or to answer."""
        return self.filter(
            Q(state="submitted", accept_by_on__lt=on) | Q(state="accepted", answered_at=None, answer_by_on__lt=on)
        )

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")
