"""Chainable row words of 资源整合."""

from datetime import date
from typing import Any, Self

from django.db.models import Q, QuerySet

from kit import scoping
from kit.calendar import Quarter, WorkingDays, moment_of
from kit.lights import due_days

FINISHED = ("confirmed", "closed", "withdrawn")
# Waiting for somebody whom our deadlines do not bind: blue.
OUTSIDE = ("returned", "waiting")
OPEN = ("submitted", "accepted", "waiting", "verified", "settling", "tabled", "decided", "in_progress", "fulfilled")


class DemandQuerySet(QuerySet):
    def visible_to(self, person) -> Self:
        """Rows of the own subtree and bodies that were ever submitted; before, the own unit alone sees its draft."""
        standing = scoping.standing_of(person)
        own_units = [post.org_id for post in standing.posts]
        return self.filter(scoping.within_homes(standing), Q(submitted_at__isnull=False) | Q(unit_id__in=own_units))

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def submitted(self) -> Self:
        """Ever handed in: what dashboards count. A draft, and one withdrawn as a draft, is nobody else's business."""
        return self.exclude(state="draft").filter(submitted_at__isnull=False)

    def submitted_in(self, quarter: Quarter) -> Self:
        since, until = moment_of(quarter.start), moment_of(quarter.next().start)
        return self.filter(submitted_at__gte=since, submitted_at__lt=until)

    def unfinished(self) -> Self:
        """Somebody still has it in hand, the author of a 待补正 included."""
        return self.exclude(state__in=FINISHED)

    def overdue(self, on: date) -> Self:
        """Past the date by which somebody had to accept or to answer."""
        return self.filter(
            Q(state="submitted", accept_by_on__lt=on) | Q(state="accepted", answered_at=None, answer_by_on__lt=on)
        )

    def lit(self, colour: str, *, on: date, calendar: WorkingDays) -> Self:
        """Rows whose light is this colour on a day; the twin of ``rules.demand_light``. Conditions on dates only."""
        if colour == "blue":
            return self.filter(state__in=OUTSIDE)
        first, last = due_days(colour, on=on, calendar=calendar)

        def due(column: str) -> dict[str, Any]:
            bounds = {f"{column}__gte": first, f"{column}__lte": last}
            return {name: day for name, day in bounds.items() if day is not None}

        return self.filter(Q(state="submitted", **due("accept_by_on")) | Q(state="accepted", **due("answer_by_on")))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class DemandLayerQuerySet(QuerySet):
    def visible_to(self, person) -> Self:
        """Layers of the demands in reach; a draft has none."""
        standing = scoping.standing_of(person)
        return self.filter(scoping.within(standing, path="demand__unit__path", body="demand__body_id"))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")
