"""What a dashboard can be about: a district, an area committee, a township or a joint organization."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery

from kit.scoping import Circle, Post
from orgs.choices import OrganizationKind as Kind
from orgs.models import Division, JointOrg, Organization

LEVELS = (Kind.DISTRICT_COMMITTEE, Kind.AREA_COMMITTEE, Kind.TOWNSHIP_COMMITTEE, Kind.JOINT_ORG)


def circle_of(organization: Organization) -> Circle:
    """Everything below a district or a township; what belongs to a joint organization, or to an area committee and the
    running joint organizations under it. At most one query."""
    if organization.kind in (Kind.DISTRICT_COMMITTEE, Kind.TOWNSHIP_COMMITTEE):
        return Circle(path=organization.path)
    led: set[UUID] = set()
    if organization.kind == Kind.AREA_COMMITTEE:
        led = set(JointOrg.objects.active().filter(superior=organization).values_list("pk", flat=True))
    return Circle(body_ids=frozenset({organization.pk, *led}))


def level_of(post: Post) -> Organization:
    """The organization of a person's own post as far as a dashboard needs it: the standing already told, no query."""
    return Organization(id=post.org_id, kind=post.org_kind, path=post.path, name=post.title.rpartition(" · ")[0])


def level(pk: UUID) -> Organization | None:
    """An organization that a dashboard can be about, with the area committee above it; None for any other."""
    return Organization.objects.select_related("joint_org__superior").filter(pk=pk, kind__in=LEVELS).first()


@dataclass(frozen=True)
class TownshipPlace:
    """A township of the division list, and its committee if it is registered."""

    code: str
    name: str
    committee: UUID | None


def townships_of(district: Organization) -> list[TownshipPlace]:
    """Every township of a district in the order of its code, also those without a committee here. One query."""
    committee = Organization.objects.filter(division=OuterRef("pk"), kind=Kind.TOWNSHIP_COMMITTEE, state="active")
    # The first segment of every path is the district's code: d511902/.
    rows = Division.objects.filter(parent=district.path[1:7]).annotate(
        committee=Subquery(committee.order_by("pk").values("pk")[:1])
    )
    return [TownshipPlace(*row) for row in rows.order_by("code").values_list("code", "name", "committee")]


def names_of(ids) -> dict[UUID, str]:
    """Names of organizations by id, for numbers that are counted by id. One query, none without ids."""
    wanted = list(ids)
    return dict(Organization.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
