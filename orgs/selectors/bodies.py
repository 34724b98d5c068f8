"""Who belongs to a body (joint organization or area committee): asked by the mechanisms above."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kit.scoping import standing_of
from orgs.choices import OrganizationKind, Role
from orgs.models import JointOrg, Membership, Organization, Posting
from orgs.querysets import OrganizationQuerySet
from orgs.rules import BODIES


def units_of(body: Organization, *, on: date) -> QuerySet[Organization]:
    """The member units of a body on a day; of an area committee, those of the joint organizations under it."""
    if body.kind == OrganizationKind.AREA_COMMITTEE:
        mine = Q(joint_org__superior=body)
    else:
        mine = Q(joint_org=body.pk)
    running = Membership.objects.on(on).filter(mine, joint_org__state="active")
    return Organization.objects.filter(pk__in=running.order_by().values("unit_id")).order_by("path", "pk")


def running_bodies(*, on: date) -> OrganizationQuerySet[Organization]:
    """Joint organizations founded by that day and not dissolved by it, and the active area committees."""
    joint = Q(joint_org__founded_on__lte=on) & (
        Q(joint_org__dissolved_on__isnull=True) | Q(joint_org__dissolved_on__gt=on)
    )
    area = Q(kind=OrganizationKind.AREA_COMMITTEE, state="active")
    return Organization.objects.filter(joint | area, kind__in=sorted(BODIES))


def names_by_path(paths: Iterable[str]) -> dict[str, str]:
    """Names of organizations by their paths. One query."""
    return dict(Organization.objects.filter(path__in=list(paths)).values_list("path", "name"))


def may_bring_before(unit: Organization, body: Organization, *, on: date) -> bool:
    """Whether a unit may bring something before a body: it is a member, or it is the body itself.

    A joint organization may also bring something before the area committee above it.
    """
    if unit.pk == body.pk or units_of(body, on=on).filter(pk=unit.pk).exists():
        return True
    return JointOrg.objects.filter(pk=unit.pk, superior=body, state="active").exists()


def is_member(unit_id, *, body: str, on: date) -> Exists:
    """The condition that a unit is among ``units_of`` the body in a row's column ``body``, for a mechanism's list."""
    mine = Q(joint_org=OuterRef(body)) | Q(joint_org__superior=OuterRef(body))
    return Exists(Membership.objects.on(on).filter(mine, unit=unit_id, joint_org__state="active"))


def stands_for(person, unit: Organization) -> bool:
    """The person holds a post at the unit, or it is the person's home organization."""
    return person.organization_id == unit.pk or any(post.org_id == unit.pk for post in standing_of(person).posts)


def fills_in_for(person, unit: Organization) -> bool:
    """代填: the person is a clerk of the unit and not its secretary."""
    roles = {post.role for post in standing_of(person).posts if post.org_id == unit.pk}
    return Role.UNIT_REPRESENTATIVE in roles and Role.UNIT_SECRETARY not in roles


def seat_holders(body: Organization, *, on: date) -> list[Posting]:
    """Postings that give a seat in a body on a day: its own leaders, members and advisers, its units' secretaries.

    In an area committee also the secretaries of the joint organizations under it. One query.
    """
    own = Q(organization=body) & ~Q(role__in=[Role.TREASURER, Role.BOOKKEEPER, Role.MENTOR])
    units = Q(organization__in=units_of(body, on=on).order_by().values("pk"), role=Role.UNIT_SECRETARY)
    below = JointOrg.objects.filter(superior=body, state="active").order_by().values("pk")
    leaders = Q(organization__in=below, role=Role.JOINT_SECRETARY)
    rows = Posting.objects.on(on).filter(own | units | leaders, person__is_active=True)
    return list(rows.select_related("organization", "person__organization").order_by("pk"))


def joint_orgs_of(unit_ids) -> list[tuple[Organization, Organization]]:
    """(unit, joint organization) pairs of these units' running memberships. One query."""
    return [(unit, body) for unit, body in bodies_of(unit_ids) if body.kind == OrganizationKind.JOINT_ORG]


def bodies_of(unit_ids) -> list[tuple[Organization, Organization]]:
    """(unit, body) pairs of these units' running memberships: each joint organization, then its area committee.

    One query.
    """
    running = Membership.objects.on(timezone.localdate()).filter(unit__in=unit_ids, joint_org__state="active")
    rows = running.select_related("unit", "joint_org__organization", "joint_org__superior").order_by(
        "unit__path", "joint_org__organization__path"
    )
    pairs = {}
    for row in rows:
        superior = row.joint_org.superior
        areas = [superior] if superior is not None and superior.kind == OrganizationKind.AREA_COMMITTEE else []
        for body in (row.joint_org.organization, *areas):
            pairs[row.unit_id, body.pk] = (row.unit, body)
    return list(pairs.values())


def areas_above(joint_orgs: list[Organization]) -> list[tuple[Organization, Organization]]:
    """(joint organization, its area committee) pairs of those that have one. One query."""
    rows = JointOrg.objects.filter(
        pk__in=[each.pk for each in joint_orgs], superior__kind=OrganizationKind.AREA_COMMITTEE
    ).select_related("organization", "superior")
    return [(row.organization, row.superior) for row in rows.order_by("pk") if row.superior is not None]


def under_lock(organization: Organization) -> Organization:
    """The fresh row under its lock, so that what is numbered per organization is numbered one at a time."""
    return Organization.objects.locked().get(pk=organization.pk)
