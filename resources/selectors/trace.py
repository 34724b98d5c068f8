"""全链追溯 of 资源整合: a demand is where most chains begin."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.urls import reverse

from kit.trace import Hubs, Kind, Link, keys
from resources.selectors.demands import LABEL, demand_light, demands
from resources.selectors.home import held_by

DEMAND = LABEL.removesuffix(":")


def _enter(person, key: UUID) -> Hubs | None:
    return frozenset({f"{LABEL}{key}"}) if demands(person).filter(pk=key).exists() else None


def _read(person, hubs: Hubs, *, on: date) -> Iterator[Link]:
    rows = demands(person).filter(pk__in=keys(hubs, DEMAND)).select_related("unit")
    for row in rows.order_by("created_at", "pk"):
        holder = held_by(row.state)
        yield Link(
            key=row.pk,
            title=row.title,
            at=row.submitted_at or row.created_at,
            who=row.unit.name,
            href=reverse("demand", args=[row.pk]),
            state=row.state,
            state_label=row.get_state_display(),
            light=demand_light(row, on=on),
            said=f"{row.get_kind_display()}，现在在{holder}手里" if holder else row.get_kind_display(),
        )


KIND = Kind(DEMAND, "需求", 10, "demands", _enter, _read)
