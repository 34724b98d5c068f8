"""Lists, scoped: absent and out of reach look the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.utils import timezone

from kit.scoping import standing_of
from orgs.choices import OrganizationKind
from orgs.models import Division, JointOrg, Membership, Organization, Person, Posting
from orgs.querysets import (
    JointOrgQuerySet,
    MembershipQuerySet,
    OrganizationQuerySet,
    PersonQuerySet,
    PostingQuerySet,
)
from orgs.rules import BODIES


def divisions() -> QuerySet[Division]:
    """Divisions are published data: the same for everyone who may come in."""
    return Division.objects.all()


def organizations(person) -> OrganizationQuerySet[Organization]:
    return Organization.objects.visible_to(person)


def joint_orgs(person) -> JointOrgQuerySet[JointOrg]:
    return JointOrg.objects.visible_to(person)


def memberships(person) -> MembershipQuerySet[Membership]:
    return Membership.objects.visible_to(person)


def people(person) -> PersonQuerySet[Person]:
    return Person.objects.visible_to(person)


def people_in_office(person) -> QuerySet[Person]:
    """People in reach, and who holds a post in an organization in reach: wherever their home is, they may be named."""
    posts = Posting.objects.on(timezone.localdate()).visible_to(person).order_by().values("person_id")
    return Person.objects.filter(Q(pk__in=Person.objects.visible_to(person).order_by().values("pk")) | Q(pk__in=posts))


def working_for(organization, *, on: date) -> QuerySet[Person]:
    """Active people whose home an organization is, and who hold a post in it on a day."""
    posts = Posting.objects.on(on).filter(organization=organization).order_by().values("person_id")
    return Person.objects.filter(Q(organization=organization) | Q(pk__in=posts), is_active=True)


def works_for(person, organization, *, on: date) -> bool:
    """Whether somebody is among ``working_for``."""
    return working_for(organization, on=on).filter(pk=person.pk).exists()


def postings(person) -> PostingQuerySet[Posting]:
    return Posting.objects.visible_to(person)


def subjects() -> dict[str, Callable[..., QuerySet]]:
    """Subjects of facts, by label, with the list that says who may see them."""
    return {
        "orgs.organization": organizations,
        "orgs.jointorg": joint_orgs,
        "orgs.membership": memberships,
        "orgs.person": people,
        "orgs.posting": postings,
    }


def running_elsewhere(unit: Organization, *, except_for: JointOrg, on: date) -> QuerySet[Membership]:
    """Other joint organizations the unit is in on that day: allowed, and flagged on every page that shows it."""
    return Membership.objects.on(on).filter(unit=unit).exclude(joint_org=except_for)


def home_of(person) -> Organization:
    """The organization the person belongs to, whatever posts they hold elsewhere."""
    return Organization.objects.get(pk=person.organization_id)


def own_units(person) -> QuerySet[Organization]:
    """The organizations where the person holds a post today, units before bodies."""
    posted = [post.org_id for post in standing_of(person).posts]
    units_first = Case(When(kind__in=BODIES, then=1), default=0)
    return Organization.objects.filter(pk__in=posted).order_by(units_first, "path", "pk")


def ancestors(organization: Organization) -> QuerySet[Organization]:
    """The organizations above, outermost first; their names are public within the tree."""
    steps = organization.path.rstrip("/").split("/")[:-1]
    paths = ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]
    return Organization.objects.filter(path__in=paths).order_by("path", "pk")


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


def joint_org_cards(person) -> QuerySet[JointOrg]:
    """Joint organizations in reach with what a card shows: superior, hub and number of members. One query."""
    today = timezone.localdate()
    running = Membership.objects.on(today).filter(joint_org=OuterRef("pk")).order_by()
    return (
        joint_orgs(person)
        .select_related("organization", "superior")
        .annotate(
            member_count=Subquery(running.values("joint_org").annotate(n=Count("pk")).values("n")),
            hub_name=Subquery(running.filter(is_hub=True).values("unit__name")[:1]),
        )
        .order_by("state", "organization__path", "pk")
    )


@dataclass(frozen=True)
class Found:
    """What a search in reach found, at most twenty of each."""

    organizations: tuple[Organization, ...] = ()
    people: tuple[Person, ...] = ()


def search(person, text: str, *, limit: int = 20) -> Found:
    """Organizations and people in reach by a part of the name or by pinyin initials (``lmc`` finds 龙门村)."""
    text = text.strip()
    if not text:
        return Found()
    match = Q(name__icontains=text) | Q(initials__startswith=text.lower())
    return Found(
        organizations=tuple(organizations(person).filter(match).order_by("path", "pk")[:limit]),
        people=tuple(people(person).filter(match).select_related("organization").order_by("initials", "pk")[:limit]),
    )


def people_named_in(text: str, paths: Iterable[str]) -> list[str]:
    """Names that stand in a text: of people registered in the townships of these paths and in the district above them.

    For what leaves the system without names. One query.
    """
    paths = list(paths)
    roots = {path.split("/", 1)[0] + "/" for path in paths}
    near = Q(organization__path__in=roots)
    for path in {"/".join(path.split("/")[:2]) + "/" for path in paths}:
        near |= Q(organization__path__startswith=path)
    for root in roots:
        near |= Q(organization__path__startswith=root, organization__kind=OrganizationKind.AREA_COMMITTEE)
    rows = Person.objects.filter(near).annotate(said=Value(text, output_field=TextField()))
    return sorted(set(rows.filter(said__contains=F("name")).values_list("name", flat=True)))
