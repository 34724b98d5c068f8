"""One motion with everything its page and its representation show, and the steps a person may take on it."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from deliberation import rules
from deliberation.choices import MotionState
from deliberation.models import MOTION, AgendaItem, Motion, Resolution, Seconding
from deliberation.selectors import line
from kit import facts, policies
from kit.components import Step, TrailEntry
from kit.errors import Hidden
from kit.scoping import standing_of
from orgs import selectors as orgs
from orgs.choices import Role

if TYPE_CHECKING:
    from orgs.models import Organization

_HELD_BY = {
    MotionState.DRAFT: "提出单位",
    MotionState.SUBMITTED: "联村书记或副书记受理",
    MotionState.ACCEPTED: "等待列入会议",
    MotionState.RETURNED: "提出单位",
    MotionState.DEFERRED: "联村书记或副书记",
    MotionState.SCHEDULED: "会议筹备人",
    MotionState.DISCUSSING: "会议主持人",
}


@dataclass(frozen=True)
class MotionHome:
    """A motion, who has it now, who seconds it (``needed`` of ``units`` put it on the agenda), where it was treated.

    can_second: the person's units that may still second it.
    """

    motion: Motion
    held_by: str
    secondings: tuple[Seconding, ...]
    needed: int
    units: int
    can_second: "tuple[Organization, ...]"
    items: tuple[AgendaItem, ...]
    resolution: Resolution | None
    line: tuple[Step, ...]
    trail: tuple[TrailEntry, ...]


def motion_home(person, pk, *, on: date) -> MotionHome:
    """One motion in reach. Raises Hidden (404) when absent or out of reach."""
    rows = Motion.objects.visible_to(person).select_related("unit", "body", "proposer", "filled_in_by", "merged_into")
    motion = rows.filter(pk=pk).first()
    if motion is None:
        raise Hidden
    secondings = tuple(motion.secondings.select_related("unit", "person").order_by("seconded_at", "pk"))
    members = list(orgs.units_of(motion.body, on=on))
    items = tuple(motion.items.select_related("meeting").order_by("meeting__starts_at", "pk"))
    resolution = motion.resolutions.exclude(state="sent_back").order_by("-formed_at", "-pk").first()
    last = items[-1] if items else None
    return MotionHome(
        motion=motion,
        held_by=_HELD_BY.get(MotionState(motion.state), ""),
        secondings=secondings,
        needed=rules.seconding_needed(len(members)),
        units=len(members),
        can_second=_can_second(person, motion, secondings, members),
        items=items,
        resolution=resolution,
        line=line.line(
            line.of_motion(
                motion.state,
                last.meeting.state if last else "",
                last.state if last else "",
                resolution.state if resolution else "",
            )
        ),
        trail=orgs.trail_entries(facts.trail(motion)),
    )


def _can_second(person, motion: Motion, secondings, members) -> "tuple[Organization, ...]":
    led = {post.org_id for post in standing_of(person).posts if post.role == Role.UNIT_SECRETARY}
    taken = {each.unit_id for each in secondings} | {motion.unit_id}
    return tuple(unit for unit in members if unit.pk in led and unit.pk not in taken)


# The steps a motion offers in each state, the main one first; policy and the service decide for the person.
_OFFERED: dict[str, tuple[str, ...]] = {
    MotionState.DRAFT: ("submit", "change", "withdraw"),
    MotionState.SUBMITTED: ("accept", "second", "return", "defer", "merge", "withdraw"),
    MotionState.RETURNED: ("change", "withdraw"),
    MotionState.ACCEPTED: ("second", "defer", "merge", "withdraw"),
    MotionState.DEFERRED: ("accept", "second", "merge", "withdraw"),
    MotionState.ADOPTED: ("form",),
}
_VERBS = {"change": "motion.propose", "form": "resolution.form"}


def motion_steps(person, home: MotionHome) -> list[str]:
    """Names of the steps this person may take on a motion now, the main one first. No query."""
    motion, found = home.motion, []
    for name in _OFFERED.get(MotionState(motion.state), ()):
        if name == "second":
            offered = bool(home.can_second)
        elif name == "form" and home.resolution is not None:
            offered = False
        else:
            offered = policies.allows(person, _VERBS.get(name) or MOTION.moves[name].verb, motion)
        if offered:
            found.append(name)
    return found


_LEADERS = frozenset({Role.JOINT_SECRETARY, Role.JOINT_DEPUTY, Role.JOINT_MEMBER, Role.AREA_SECRETARY})


def proposable(person) -> "list[tuple[Organization, Organization]]":
    """(unit, body) pairs for which this person may propose: units' bodies, and bodies the person leads themselves.

    Who leads a joint organization may also bring its matter before the area committee above it.
    """
    posts = standing_of(person).posts
    units = [p.org_id for p in posts if p.role in (Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE)]
    leaders = {p.org_id for p in posts if p.role in _LEADERS}
    pairs = orgs.bodies_of(units) if units else []
    if leaders:
        led = [body for body in orgs.own_units(person) if body.pk in leaders]
        pairs += [(body, body) for body in led] + orgs.areas_above(led)
    return pairs


def mine(person) -> QuerySet[Motion]:
    """Motions of the person's own units and bodies."""
    posted = [post.org_id for post in standing_of(person).posts]
    return Motion.objects.visible_to(person).filter(
        Q(unit_id__in=posted) | Q(body_id__in=posted) | Q(proposer=person.pk)
    )


def mergeable(person, motion: Motion) -> list[Motion]:
    """Motions of the same body into which this one may be merged."""
    rows = Motion.objects.visible_to(person).filter(
        body=motion.body_id, state__in=["submitted", "accepted", "deferred"]
    )
    return list(rows.exclude(pk=motion.pk).order_by("-pk")[:50])
