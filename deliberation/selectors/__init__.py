"""Reads of 议事协调. List selectors return scoped querysets; the others return frozen dataclasses."""

from deliberation.selectors.bodies import Seat, default_rule, entitled, rule_in_force, seconded_but_unscheduled
from deliberation.selectors.lists import ended_notices, meetings, motions, notices, resolutions, tasks, voting_rules
from deliberation.selectors.sittings import here, roll_of, units_heard

__all__ = [
    "Seat",
    "default_rule",
    "ended_notices",
    "entitled",
    "here",
    "meetings",
    "motions",
    "notices",
    "resolutions",
    "roll_of",
    "rule_in_force",
    "seconded_but_unscheduled",
    "tasks",
    "units_heard",
    "voting_rules",
]
