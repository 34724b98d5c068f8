"""Reads of 组织准备. List selectors return scoped querysets; the others return frozen dataclasses."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from kit.scoping import Post, Standing, outermost, standing_of
from orgs.choices import OrganizationKind, Role
from orgs.models import Division, JointOrg, Membership, Organization, Person, Posting
from orgs.rules import ADMINISTRATORS


def standing(*, person: Person) -> Standing:
    """What the person holds today and the reach that follows (architecture › scoping). At most two queries.

    A posting opens its own subtree. A unit's posting also opens the joint organizations the unit is an active member
    of; a township's those led by it or joined by its units; an area committee's those under it. The district's subtree
    already holds every body, so nothing more is read for it.
    """
    today = timezone.localdate()
    posts = tuple(
        Post(role, org_id, kind, path, field)
        for role, field, org_id, kind, path in Posting.objects.on(today)
        .filter(person=person, organization__state="active")
        .order_by("pk")
        .values_list("role", "field", "organization_id", "organization__kind", "organization__path")
    )
    business = [post for post in posts if post.role not in ADMINISTRATORS]
    administered = outermost(post.path for post in posts if post.role in ADMINISTRATORS)
    below = [post for post in business if post.org_kind != OrganizationKind.DISTRICT_COMMITTEE]
    bodies, units = _bodies_of(below, today) if below else (frozenset(), frozenset())
    return Standing(
        posts=posts,
        paths=outermost(post.path for post in business),
        body_ids=bodies,
        unit_ids=units,
        administered_paths=administered,
    )


def _bodies_of(posts: list[Post], today: date) -> tuple[frozenset, frozenset]:
    """(ids of bodies, ids of their member units) that these postings below the district open. One query."""
    paths = outermost(post.path for post in posts)
    under = Q()
    joined = Q()
    for path in paths:
        under |= Q(joint_org__organization__path__startswith=path)
        joined |= Q(unit__path__startswith=path)
    areas = [post.org_id for post in posts if post.org_kind == OrganizationKind.AREA_COMMITTEE]
    running = Membership.objects.on(today).filter(joint_org__state="active")
    member_of = running.filter(joined).order_by().values("joint_org_id")
    rows = running.filter(under | Q(joint_org__superior__in=areas) | Q(joint_org__in=Subquery(member_of))).values_list(
        "joint_org_id", "unit_id"
    )
    own = {
        post.org_id for post in posts if post.org_kind in (OrganizationKind.JOINT_ORG, OrganizationKind.AREA_COMMITTEE)
    }
    pairs = list(rows)
    return frozenset({body for body, _ in pairs} | own), frozenset(unit for _, unit in pairs)


# Lists, scoped: absent and out of reach look the same.


def divisions() -> QuerySet[Division]:
    """Divisions are published data: the same for everyone who may come in."""
    return Division.objects.all()


def organizations(person) -> QuerySet[Organization]:
    return Organization.objects.visible_to(person)


def joint_orgs(person) -> QuerySet[JointOrg]:
    return JointOrg.objects.visible_to(person)


def memberships(person) -> QuerySet[Membership]:
    return Membership.objects.visible_to(person)


def people(person) -> QuerySet[Person]:
    return Person.objects.visible_to(person)


def postings(person) -> QuerySet[Posting]:
    return Posting.objects.visible_to(person)


def running_elsewhere(unit: Organization, *, except_for: JointOrg, on: date) -> QuerySet[Membership]:
    """Other joint organizations the unit is in on that day: allowed, and flagged on every page that shows it."""
    return Membership.objects.on(on).filter(unit=unit).exclude(joint_org=except_for)


# Details.


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
    lead_township: Organization


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
    posts = tuple(
        Posting.objects.on(today).filter(organization=joint_org.pk).select_related("person").order_by("role", "pk")
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
        people=tuple(
            postings(person).on(today).filter(organization=unit).select_related("person").order_by("role", "pk")
        ),
        memberships=tuple(
            memberships(person)
            .on(today)
            .filter(unit=unit)
            .select_related("joint_org__organization", "joint_org__superior")
            .order_by("from_on", "pk")
        ),
    )


def ancestors(organization: Organization) -> QuerySet[Organization]:
    """The organizations above, outermost first; their names are public within the tree."""
    steps = organization.path.rstrip("/").split("/")[:-1]
    paths = ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]
    return Organization.objects.filter(path__in=paths).order_by("path", "pk")


def own_units(person) -> QuerySet[Organization]:
    """The organizations where the person holds a post today, in the order of their posts."""
    return Organization.objects.filter(pk__in=[post.org_id for post in standing_of(person).posts]).order_by(
        "path", "pk"
    )


def holders(organization: Organization, role: str, *, on: date) -> QuerySet[Person]:
    """Who holds a role at an organization on a day."""
    return Person.objects.filter(
        Exists(Posting.objects.on(on).filter(person=OuterRef("pk"), organization=organization, role=role))
    ).order_by("pk")


def district_of(organization: Organization) -> Organization:
    """The district committee at the root of an organization's tree."""
    return Organization.objects.get(path=organization.path.split("/", 1)[0] + "/")


def with_names(queryset: QuerySet[Posting]) -> QuerySet[Posting]:
    """Postings with the names that every register shows beside them; no further query per row."""
    return queryset.annotate(person_name=F("person__name"), organization_name=F("organization__name"))
