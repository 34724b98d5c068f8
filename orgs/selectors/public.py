"""The public list: names of organizations that anybody may choose without a login. Names only."""

from uuid import UUID

from orgs.choices import OrganizationKind, OrganizationState
from orgs.models import Organization
from orgs.querysets import OrganizationQuerySet

# Enterprises and cooperatives are no offices; what they do in a joint organization is asked of that.
LISTED = (OrganizationKind.TOWNSHIP_COMMITTEE, OrganizationKind.JOINT_ORG, OrganizationKind.VILLAGE_BRANCH)


def answers_to_the_public(organization: Organization) -> bool:
    """Whether it stands on the public list today."""
    return organization.kind in LISTED and organization.state == OrganizationState.ACTIVE


def public_townships() -> OrganizationQuerySet[Organization]:
    return Organization.objects.active().filter(kind=OrganizationKind.TOWNSHIP_COMMITTEE).order_by("path", "pk")


def public_organizations(township: UUID) -> OrganizationQuerySet[Organization]:
    """A township committee, its joint organizations and its villages; nothing for what is no township."""
    paths = public_townships().filter(pk=township).values_list("path", flat=True)
    path = next(iter(paths), None)
    if path is None:
        return Organization.objects.none()
    return Organization.objects.active().under(path).filter(kind__in=LISTED).order_by("kind", "path", "pk")
