"""Demands in reach, their lights, and who waits for what."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat, JSONObject
from django.urls import reverse

from deliberation import selectors as deliberation
from kit.components import Todo
from kit.holidays import working_days
from kit.lights import Light
from kit.scoping import standing_of
from orgs import selectors as orgs
from orgs.choices import Role
from resources import rules
from resources.choices import DemandState as S
from resources.models import Demand, DemandLayer, Settlement
from resources.querysets import DemandQuerySet

if TYPE_CHECKING:
    from orgs.models import Organization

LABEL = "resources.demand:"


def demands(person) -> DemandQuerySet:
    return Demand.objects.visible_to(person)


def layers(person) -> QuerySet[DemandLayer]:
    return DemandLayer.objects.visible_to(person)


def demand_rows(person) -> QuerySet:
    """Demands in reach with ``shown_layers`` (JSON, oldest first) and ``motion_id``, read with the row itself."""
    return demands(person).annotate(**_beside())


@cache
def _beside() -> dict[str, RawSQL]:
    """The two columns in SQL as the ORM writes it, written once: anew for every request it cost 2 ms of a list's 8."""
    shown = JSONObject(
        id="pk",
        level="level",
        category="category",
        text="text",
        quantity="quantity",
        quantity_unit="quantity_unit",
        author="author__name",
        added_at="added_at",
        consented_at="consent__given_at",
    )
    beside = DemandLayer.objects.filter(demand=OuterRef("pk")).order_by("added_at", "pk")
    label = Concat(Value(LABEL), Cast(OuterRef("pk"), CharField()))
    query = Demand.objects.annotate(
        shown_layers=ArraySubquery(beside.values(json=shown)),
        motion_id=Subquery(deliberation.motions_about(label).values("pk")[:1]),
    ).query
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    found = {}
    for name, each in query.annotations.items():
        text, values = compiler.compile(each)
        found[name] = RawSQL(text, values, each.output_field)  # nosec B611 - own text
    return found


def subjects() -> dict[str, Callable[..., QuerySet]]:
    """Subjects of facts, by label, with the list that says who may see them."""
    return {"resources.demand": demands}


def demand_by_label(label: str) -> Demand | None:
    """The demand behind ``resources.demand:<id>``; None for any other label."""
    if not label.startswith(LABEL):
        return None
    try:
        return Demand.objects.filter(pk=UUID(label.removeprefix(LABEL))).first()
    except ValueError:
        return None


def demand_light(demand: Demand, *, on: date) -> Light | None:
    """The one light of a demand on a day (F-11)."""
    return rules.demand_light(
        demand.state,
        accept_by_on=demand.accept_by_on,
        answer_by_on=demand.answer_by_on,
        on=on,
        calendar=working_days(),
    )


def lit(rows: DemandQuerySet, colour: str, *, on: date) -> DemandQuerySet:
    """Those of the rows whose light is this colour on a day."""
    return rows.lit(colour, on=on, calendar=working_days())


def escalating(*, on: date, days: int) -> list[Demand]:
    """Demands that have been red for ``days`` working days and were not escalated yet."""
    line = working_days().add(on, -days)
    overdue = Demand.objects.overdue(line + timedelta(days=1)).filter(escalated_at=None)
    return list(overdue.order_by("pk")[:500])


def todos(*, person, on: date) -> list[Todo]:
    """需求 that wait for this person: to accept, answer, complete, bring forward, agree, confirm. One query at most."""
    posts = standing_of(person).posts
    units = [p.org_id for p in posts if p.role == Role.UNIT_SECRETARY]
    clerks = [p.org_id for p in posts if p.role == Role.UNIT_REPRESENTATIVE]
    townships = [p.org_id for p in posts if p.role == Role.TOWNSHIP_OFFICER]
    mine = Q(pk__in=[])
    if townships:
        mine |= Q(home_id__in=townships, state__in=[S.SUBMITTED, S.ACCEPTED])
    if units or clerks:
        mine |= Q(unit_id__in=[*units, *clerks], state=S.RETURNED)
    if units:
        mine |= Q(unit_id__in=units, state__in=[S.VERIFIED, S.SETTLED, S.FULFILLED])
        # Not over the join: an OR of two tables would read every demand.
        offered = Settlement.objects.filter(partner_id__in=units, agreed_at=None)
        mine |= Q(pk__in=offered.values("demand_id"), state=S.SETTLING)
    if not mine.children:
        return []
    rows = Demand.objects.filter(mine).select_related("unit").order_by("accept_by_on", "pk")[:50]
    return [_todo(row, on) for row in rows]


_WORDS = {
    S.SUBMITTED: ("受理需求", "等待受理"),
    S.ACCEPTED: ("答复需求", "等待核实答复"),
    S.RETURNED: ("补正需求", "镇里请补充情况"),
    S.VERIFIED: ("定办法", "已核实，请与一家商定，或者提为议题"),
    S.SETTLING: ("简易办理", "请您答复是否同意"),
    S.SETTLED: ("落实需求", "商定的事办好了请报落实"),
    S.FULFILLED: ("确认需求", "请确认是否落实"),
}


def _todo(row: Demand, on: date) -> Todo:
    kind, note = _WORDS[S(row.state)]
    shown = demand_light(row, on=on)
    due = row.accept_by_on if row.state == S.SUBMITTED else row.answer_by_on if row.state == S.ACCEPTED else None
    return Todo(
        kind=kind,
        what=row.title,
        href=reverse("demand", args=[row.pk]),
        asked_by=row.unit.name,
        note=note,
        until=due,
        light=shown.colour if shown else "",
        light_word=shown.word if shown else "",
    )


def writable(person) -> "list[tuple[Organization, Organization]]":
    """(unit, body) pairs for which this person may write a demand. At most two queries."""
    units = [p.org_id for p in standing_of(person).posts if p.role in (Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE)]
    return orgs.joint_orgs_of(units) if units else []
