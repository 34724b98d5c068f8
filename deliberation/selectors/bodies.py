"""Who sits in a body, which rule it votes by, and what its next agenda must hold."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from deliberation.choices import Capacity
from deliberation.models import Motion, VotingRule
from kit.errors import DomainError
from orgs import selectors as orgs
from orgs.choices import Role

JOINT_RULE = "JOINT"
# Kept for the meetings of villagers, collectives and cooperatives, which are not ours.
RULES_OF_OTHERS = frozenset({"VILLAGERS", "VILLAGE-REPS", "COLLECTIVE-ALL", "BOARD"})


@dataclass(frozen=True)
class Seat:
    """One person's seat: for which unit, in which post, voting or observing."""

    person_id: UUID
    unit_id: UUID
    post: str
    capacity: str


# A person with several posts sits once, in the first of these.
_ORDER = [
    Role.AREA_SECRETARY,
    Role.JOINT_SECRETARY,
    Role.JOINT_DEPUTY,
    Role.UNIT_SECRETARY,
    Role.JOINT_MEMBER,
    Role.AREA_OFFICER,
    Role.ADVISER,
]
_OBSERVERS = frozenset({Role.ADVISER, Role.AREA_OFFICER})


def entitled(body, *, on: date) -> list[Seat]:
    """Everybody entitled to a seat on a day: leaders and members of the body, and the secretaries of its units.

    A secretary of a member unit stands for the unit; leaders stand for the body itself. Advisers observe (F-23).
    """
    seats: dict[UUID, Seat] = {}
    holders = sorted(
        orgs.seat_holders(body, on=on),
        key=lambda p: (_ORDER.index(Role(p.role)), p.organization.path, str(p.person_id)),
    )
    unit_of = {p.person_id: p.organization_id for p in holders if p.role == Role.UNIT_SECRETARY}
    for each in holders:
        if each.person_id not in seats:
            capacity = Capacity.OBSERVING if each.role in _OBSERVERS else Capacity.VOTING
            unit = unit_of.get(each.person_id, each.organization_id)
            seats[each.person_id] = Seat(each.person_id, unit, Role(each.role).label, capacity)
    return list(seats.values())


def default_rule(*, on: date) -> VotingRule:
    """The joint conference rule in force on a day. Raises DomainError when none is seeded."""
    rule = rule_in_force(JOINT_RULE, on=on)
    if rule is None:
        raise DomainError("no_rule", "还没有生效的联席会议表决规则，请联系区委组织部。")
    return rule


def rule_in_force(code: str, *, on: date) -> VotingRule | None:
    """The newest version of a rule in force on a day."""
    return VotingRule.objects.filter(code=code, effective_on__lte=on).order_by("-version", "pk").first()


def seconded_but_unscheduled(body, *, needed: int) -> list[Motion]:
    """Motions of a body that a third of the units second and no agenda holds yet (F-21)."""
    waiting = Motion.objects.filter(body=body, state__in=["submitted", "accepted"]).annotate(
        supporters=Count("secondings")
    )
    return list(waiting.filter(supporters__gte=needed).order_by("submitted_at", "pk"))
