"""One demand with everything its page and its representation show."""

from dataclasses import dataclass
from datetime import date

from kit import facts, policies
from kit.components import TrailEntry
from kit.errors import Hidden
from kit.lights import Light
from kit.scoping import standing_of
from orgs import selectors as orgs
from orgs.choices import Role
from resources import rules
from resources.choices import DemandState
from resources.models import Demand, DemandLayer, Settlement
from resources.selectors.demands import demand_light, demands

_HELD_BY = {
    DemandState.DRAFT: "填报单位",
    DemandState.SUBMITTED: "乡镇",
    DemandState.RETURNED: "填报单位",
    DemandState.ACCEPTED: "乡镇",
    DemandState.WAITING: "外部单位",
    DemandState.VERIFIED: "填报单位和联村党组织",
    DemandState.SETTLING: "对方单位",
    DemandState.SETTLED: "双方单位",
    DemandState.TABLED: "联席会议",
    DemandState.DECIDED: "牵头单位",
    DemandState.IN_PROGRESS: "牵头单位",
    DemandState.FULFILLED: "填报单位",
}


@dataclass(frozen=True)
class Layer:
    """One level's words; ``differs`` when category or quantity is not the author's."""

    layer: DemandLayer
    author: str
    differs: bool


@dataclass(frozen=True)
class DemandHome:
    """A demand, who holds it until when, the layers beside the words, the settlement, the trail."""

    demand: Demand
    light: Light | None
    held_by: str
    until: date | None
    layers: tuple[Layer, ...]
    settlement: Settlement | None
    trail: tuple[TrailEntry, ...]


def demand_home(person, pk, *, on: date) -> DemandHome:
    """One demand in reach. Raises Hidden (404) when absent or out of reach."""
    demand = demands(person).select_related("unit", "body", "author").filter(pk=pk).first()
    if demand is None:
        raise Hidden
    wording = rules.Wording(demand.category, demand.quantity, demand.quantity_unit)
    layers = tuple(
        Layer(
            layer,
            layer.author.name,
            rules.differs(wording, rules.Wording(layer.category, layer.quantity, layer.quantity_unit)),
        )
        for layer in demand.layers.select_related("author").order_by("added_at", "pk")
    )
    settlement = Settlement.objects.select_related("partner").filter(demand=demand).first()
    state = DemandState(demand.state)
    until = {DemandState.SUBMITTED: demand.accept_by_on, DemandState.ACCEPTED: demand.answer_by_on}.get(state)
    return DemandHome(
        demand=demand,
        light=demand_light(demand, on=on),
        held_by=_HELD_BY.get(state, ""),
        until=until,
        layers=layers,
        settlement=settlement,
        trail=orgs.trail_entries(facts.trail(demand)),
    )


# The steps a demand offers in each state, the main one first; policy and the service decide for the person.
_OFFERED: dict[str, tuple[str, ...]] = {
    DemandState.DRAFT: ("change", "withdraw"),
    DemandState.SUBMITTED: ("accept", "return", "withdraw"),
    DemandState.RETURNED: ("change", "withdraw"),
    DemandState.ACCEPTED: ("verify", "layer", "wait", "close", "object"),
    DemandState.WAITING: ("verify", "layer", "close"),
    DemandState.VERIFIED: ("table", "offer", "layer", "wait", "close", "object"),
    DemandState.SETTLING: ("agree", "decline"),
    DemandState.SETTLED: ("fulfil",),
    DemandState.DECIDED: ("fulfil",),
    DemandState.IN_PROGRESS: ("fulfil",),
    DemandState.FULFILLED: ("confirm", "reopen"),
}
_VERBS = {
    "change": "demand.write",
    "withdraw": "demand.write",
    "object": "demand.object",
    "table": "demand.table",
    "offer": "demand.settle",
    "fulfil": "demand.follow",
    "confirm": "demand.confirm",
    "reopen": "demand.confirm",
}


def open_steps(person, home: DemandHome) -> list[str]:
    """Names of the steps this person may take on a demand now, the main one first. No query."""
    demand = home.demand
    steps = []
    for name in _OFFERED.get(DemandState(demand.state), ()):
        if name in ("agree", "decline"):
            offered = home.settlement is not None and _is_secretary_of(person, home.settlement.partner_id)
        else:
            offered = policies.allows(person, _VERBS.get(name, "demand.handle"), demand)
        if name == "object":
            offered = (
                offered and demand.objected_at is None and any(layer.layer.level == "check" for layer in home.layers)
            )
        if offered:
            steps.append(name)
    return steps


def answers_offer(demand: Demand, person) -> bool:
    """The person leads the unit to which settling this demand was offered. At most one query."""
    offered = Settlement.objects.filter(demand=demand, agreed_at=None).first()
    return offered is not None and _is_secretary_of(person, offered.partner_id)


def _is_secretary_of(person, unit_id) -> bool:
    return any(post.org_id == unit_id and post.role == Role.UNIT_SECRETARY for post in standing_of(person).posts)
