"""What registers and start pages ask beside their rows; each is part of one query for the whole list."""

from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from kit.models import ParameterValue
from kit.scoping import standing_of
from orgs.choices import OrganizationKind
from orgs.models import JointOrg, Membership, Organization, Person, Posting
from orgs.querysets import JointOrgQuerySet, OrganizationQuerySet


def with_members(queryset: QuerySet[JointOrg], *, on: date) -> QuerySet[JointOrg]:
    """Joint organizations with ``member_count`` and ``hub_name`` of that day."""
    running = Membership.objects.on(on).filter(joint_org=OuterRef("pk")).order_by()
    return queryset.annotate(
        member_count=Coalesce(
            Subquery(running.values("joint_org").annotate(count=Count("pk")).values("count")), Value(0)
        ),
        hub_name=Subquery(running.filter(is_hub=True).values("unit__name")[:1]),
    )


def without_holder(queryset: OrganizationQuerySet[Organization], role: str, *, on: date) -> QuerySet[Organization]:
    """Active organizations where nobody holds the role on that day."""
    held = Posting.objects.on(on).filter(organization=OuterRef("pk"), role=role)
    return queryset.active().filter(~Exists(held))


def bodies_without(queryset: JointOrgQuerySet[JointOrg], role: str, *, on: date) -> QuerySet[JointOrg]:
    """Active joint organizations where nobody holds the role on that day."""
    held = Posting.objects.on(on).filter(organization=OuterRef("pk"), role=role)
    return queryset.active().filter(~Exists(held))


def without_post(queryset: QuerySet[Person], *, on: date) -> QuerySet[Person]:
    """People who hold no post on that day."""
    return queryset.filter(~Exists(Posting.objects.on(on).filter(person=OuterRef("pk"))))


def townships(person) -> QuerySet[Organization]:
    """The townships in reach, for drop-downs."""
    return Organization.objects.visible_to(person).filter(kind=OrganizationKind.TOWNSHIP_COMMITTEE).order_by("path")


def area_committees(person) -> QuerySet[Organization]:
    """The active area committees of the person's districts: offices above are known by name within the tree."""
    districts = {post.path.split("/", 1)[0] + "/" for post in standing_of(person).posts}
    here = Q(pk__in=[])
    for path in sorted(districts):
        here |= Q(path__startswith=path)
    return Organization.objects.active().filter(here, kind=OrganizationKind.AREA_COMMITTEE).order_by("path")


def names_of(*, ids: set[str]) -> dict[UUID, str]:
    """Names of people by id, for the trail: who acted may be known wherever the row itself may be seen. One query."""
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))


def parameter_values(person) -> QuerySet[ParameterValue]:
    """Values set at or above an organization in reach, with ``org_name``. Numbers of the design are no secret there."""
    inside = Q(pk__in=[])
    for post in standing_of(person).posts:
        inside |= Q(path__startswith=post.path.split("/", 1)[0] + "/")
    named = Organization.objects.filter(pk=OuterRef("org_id")).values("name")[:1]
    return ParameterValue.objects.filter(inside).annotate(org_name=Subquery(named))
