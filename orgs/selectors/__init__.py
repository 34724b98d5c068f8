"""Reads of 组织准备. List selectors return scoped querysets; the others return frozen dataclasses."""

from orgs.selectors.bodies import bodies_of, fills_in_for, may_bring_before, seat_holders, units_of
from orgs.selectors.homes import (
    JointOrgHome,
    Member,
    MembersRegister,
    UnitHome,
    joint_org_home,
    members_register,
    unit_home,
)
from orgs.selectors.lists import (
    Found,
    ancestors,
    district_of,
    divisions,
    holders,
    home_of,
    joint_org_cards,
    joint_orgs,
    memberships,
    organizations,
    own_units,
    people,
    postings,
    running_elsewhere,
    search,
    subjects,
    with_names,
)
from orgs.selectors.standing import standing
from orgs.selectors.todos import todos
from orgs.selectors.trails import trail_entries

__all__ = [
    "Found",
    "JointOrgHome",
    "Member",
    "MembersRegister",
    "UnitHome",
    "ancestors",
    "bodies_of",
    "district_of",
    "divisions",
    "fills_in_for",
    "holders",
    "home_of",
    "joint_org_cards",
    "joint_org_home",
    "joint_orgs",
    "may_bring_before",
    "members_register",
    "memberships",
    "organizations",
    "own_units",
    "people",
    "postings",
    "running_elsewhere",
    "search",
    "seat_holders",
    "standing",
    "subjects",
    "todos",
    "trail_entries",
    "unit_home",
    "units_of",
    "with_names",
]
