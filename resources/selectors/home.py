"""One demand with everything its page and its representation show."""

from dataclasses import dataclass
from datetime import date, datetime

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
from resources.selectors.demands import demand_light, demands, layers

_HELD_BY: dict[str, str] = {
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


def held_by(state: str) -> str:
    """Who has a demand in this state; empty when it is at its end."""
    return _HELD_BY.get(state, "")


def held_until(state: str, *, accept_by_on: date | None, answer_by_on: date | None) -> date | None:
    """The last day for whoever has it, where there is one."""
    return {DemandState.SUBMITTED: accept_by_on, DemandState.ACCEPTED: answer_by_on}.get(DemandState(state))


@dataclass(frozen=True)
class Layer:
    """One level's words; ``differs`` when category or quantity is not the author's, ``consented_at`` when agreed.

    can_consent: this person may agree to the difference now.
    """

    layer: DemandLayer
    author: str
    differs: bool
    consented_at: datetime | None
    can_consent: bool


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


def _layer(demand: Demand, layer: DemandLayer, may_consent: bool) -> Layer:
    said = rules.Wording(demand.category, demand.quantity, demand.quantity_unit)
    differs = rules.differs(said, rules.Wording(layer.category, layer.quantity, layer.quantity_unit))
    consented_at = layer.consent.given_at if hasattr(layer, "consent") else None
    return Layer(layer, layer.author.name, differs, consented_at, may_consent and differs and consented_at is None)


def demand_home(person, pk, *, on: date) -> DemandHome:
    """One demand in reach. Raises Hidden (404) when absent or out of reach."""
    demand = demands(person).select_related("unit", "body", "author").filter(pk=pk).first()
    if demand is None:
        raise Hidden
    may_consent = policies.allows(person, "demand.consent", demand)
    rows = demand.layers.select_related("author", "consent").order_by("added_at", "pk")
    layers_shown = tuple(_layer(demand, row, may_consent) for row in rows)
    settlement = Settlement.objects.select_related("partner").filter(demand=demand).first()
    return DemandHome(
        demand=demand,
        light=demand_light(demand, on=on),
        held_by=held_by(demand.state),
        until=held_until(demand.state, accept_by_on=demand.accept_by_on, answer_by_on=demand.answer_by_on),
        layers=layers_shown,
        settlement=settlement,
        trail=orgs.trail_entries(facts.trail(demand)),
    )


def layer_in_reach(person, pk) -> DemandLayer:
    """One layer of a demand in reach. Raises Hidden (404) when absent or out of reach."""
    layer = layers(person).select_related("demand__unit", "demand__body").filter(pk=pk).first()
    if layer is None:
        raise Hidden
    return layer


# The steps a demand offers in each state, the main one first; policy and the service decide for the person.
_OFFERED: dict[str, tuple[str, ...]] = {
    DemandState.DRAFT: ("change", "withdraw"),
    DemandState.SUBMITTED: ("accept", "return", "withdraw"),
    DemandState.RETURNED: ("change", "withdraw"),
    DemandState.ACCEPTED: ("verify", "layer", "wait", "close", "object"),
    DemandState.WAITING: ("verify", "layer", "close", "object"),
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
