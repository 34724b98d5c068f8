"""Reads of 组织准备. List selectors return scoped querysets; the others return frozen dataclasses."""

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
    joint_org_cards,
    joint_orgs,
    memberships,
    organizations,
    own_units,
    people,
    postings,
    running_elsewhere,
    search,
    with_names,
)
from orgs.selectors.standing import standing
from orgs.selectors.todos import todos

__all__ = [
    "Found",
    "JointOrgHome",
    "Member",
    "MembersRegister",
    "UnitHome",
    "ancestors",
    "district_of",
    "divisions",
    "holders",
    "joint_org_cards",
    "joint_org_home",
    "joint_orgs",
    "members_register",
    "memberships",
    "organizations",
    "own_units",
    "people",
    "postings",
    "running_elsewhere",
    "search",
    "standing",
    "todos",
    "unit_home",
    "with_names",
]
