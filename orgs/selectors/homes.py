"""Details: everything one page or one representation shows, as frozen dataclasses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils import timezone

from orgs.choices import Role
from orgs.models import JointOrg, Membership, Organization, Posting
from orgs.selectors.lists import ancestors, joint_orgs, memberships, organizations, postings

_RANK = {role: rank for rank, role in enumerate(Role)}


def by_rank(postings_: Iterable[Posting]) -> tuple[Posting, ...]:
    """Postings as a list of leaders reads: secretary, deputy, members; within a role in order of registration."""
    return tuple(sorted(postings_, key=lambda posting: _RANK[Role(posting.role)]))


@dataclass(frozen=True)
class Member:
    """One member unit on the joint organization's page. ``also_in``: names of other joint organizations it is in."""

    membership: Membership
    unit: Organization
    secretary: str
    also_in: tuple[str, ...]


@dataclass(frozen=True)
class JointOrgHome:
    """Everything the home page of a joint organization shows."""

    joint_org: JointOrg
    members: tuple[Member, ...]
    posts: tuple[Posting, ...]
    lead_township: Organization | None


def joint_org_home(person, pk) -> JointOrgHome:
    """The home of one joint organization in reach. Raises JointOrg.DoesNotExist when absent or hidden. Four queries."""
    joint_org = joint_orgs(person).select_related("organization__parent", "superior").get(pk=pk)
    today = timezone.localdate()
    memberships_ = list(
        Membership.objects.on(today)
        .filter(joint_org=joint_org)
        .select_related("unit", "unit__division")
        .order_by("-is_hub", "unit__path", "pk")
    )
    unit_ids = [m.unit_id for m in memberships_]
    secretaries = dict(
        Posting.objects.on(today)
        .filter(organization__in=unit_ids, role=Role.UNIT_SECRETARY)
        .values_list("organization_id", "person__name")
    )
    elsewhere: dict = {}
    for unit_id, name in (
        Membership.objects.on(today)
        .filter(unit__in=unit_ids)
        .exclude(joint_org=joint_org)
        .values_list("unit_id", "joint_org__organization__name")
    ):
        elsewhere.setdefault(unit_id, []).append(name)
    posts = by_rank(
        Posting.objects.on(today)
        .filter(organization=joint_org.pk)
        .select_related("person__organization")
        .order_by("pk")
    )
    return JointOrgHome(
        joint_org=joint_org,
        members=tuple(
            Member(m, m.unit, secretaries.get(m.unit_id, ""), tuple(elsewhere.get(m.unit_id, ()))) for m in memberships_
        ),
        posts=posts,
        lead_township=joint_org.organization.parent,
    )


@dataclass(frozen=True)
class MembersRegister:
    """成员单位台账: every membership of one joint organization, running ones first."""

    joint_org: JointOrg
    rows: tuple[Membership, ...]
    on: date


def members_register(person, pk) -> MembersRegister:
    """The register of one joint organization in reach. Raises JointOrg.DoesNotExist when absent or hidden."""
    joint_org = joint_orgs(person).select_related("organization").get(pk=pk)
    rows = (
        Membership.objects.filter(joint_org=joint_org)
        .select_related("unit__division")
        .order_by(F("to_on").desc(nulls_first=True), "-is_hub", "unit__path", "pk")
    )
    return MembersRegister(joint_org, tuple(rows), timezone.localdate())


@dataclass(frozen=True)
class UnitHome:
    """我的单位: one unit, its leaders upward, its people, its joint organizations."""

    unit: Organization
    ancestors: tuple[Organization, ...]
    people: tuple[Posting, ...]
    memberships: tuple[Membership, ...]


def unit_home(person, pk) -> UnitHome:
    """The page of one unit in reach. Raises Organization.DoesNotExist when absent or hidden."""
    unit = organizations(person).select_related("division").get(pk=pk)
    today = timezone.localdate()
    return UnitHome(
        unit=unit,
        ancestors=tuple(ancestors(unit)),
        people=by_rank(
            postings(person).on(today).filter(organization=unit).select_related("person__organization").order_by("pk")
        ),
        memberships=tuple(
            memberships(person)
            .on(today)
            .filter(unit=unit)
            .select_related("joint_org__organization", "joint_org__superior")
            .order_by("from_on", "pk")
        ),
    )
