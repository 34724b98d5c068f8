"""Reach, three ways: the filter in the database, its Python twin, and a model written from the words of the house.

Random trees, memberships and postings; every organization, posting, person, membership and joint organization is
compared. Control: with the filter off the comparison fails.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kit import scoping
from kit.scoping import Place, standing_of
from orgs import selectors
from orgs.choices import OrganizationKind as Kind
from orgs.choices import Role
from orgs.models import JointOrg, Membership, Organization, Person, Posting
from orgs.querysets import OrganizationQuerySet
from tests.factories import JointOrgFactory, MembershipFactory, OrganizationFactory, PersonFactory, PostingFactory

# The tree that examples choose from: two districts, three townships, seven villages and units, two area committees.
DISTRICTS = ("511902", "511903")
TOWNSHIPS = ("511902105", "511902107", "511903101")
VILLAGES = ("511902105201", "511902105202", "511902107202", "511902107205", "511902107207", "511903101200")
ROLES = {
    Kind.DISTRICT_COMMITTEE: (Role.DISTRICT_VIEWER, Role.ORGANIZATION_OFFICER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN),
    Kind.AREA_COMMITTEE: (Role.AREA_OFFICER,),
    Kind.TOWNSHIP_COMMITTEE: (Role.TOWNSHIP_OFFICER,),
    Kind.JOINT_ORG: (Role.JOINT_MEMBER, Role.ADVISER),
    Kind.VILLAGE_BRANCH: (Role.UNIT_REPRESENTATIVE,),
    Kind.ENTERPRISE: (Role.UNIT_REPRESENTATIVE,),
}
ADMINISTRATORS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}


@dataclass
class World:
    """What an example is made of, as plain words; ``None`` in a span means still running."""

    parents: dict[str, str | None] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    superiors: dict[str, str | None] = field(default_factory=dict)
    dissolved: set[str] = field(default_factory=set)
    members: list[tuple[str, str, int]] = field(default_factory=list)
    posts: list[tuple[str, str, int]] = field(default_factory=list)


# Where a span stands towards today: ended yesterday, ends today, running, starts tomorrow.
RUNNING = {-1: False, 0: True, 1: True, 2: False}
SPAN = st.sampled_from([1, 1, 1, 0, -1, 2])


@st.composite
def worlds(draw) -> World:
    world = World()

    def put(name: str, kind: str, parent: str | None) -> None:
        world.kinds[name], world.parents[name] = kind, parent

    for district in DISTRICTS:
        put(district, Kind.DISTRICT_COMMITTEE, None)
        put(f"area-{district}", Kind.AREA_COMMITTEE, district)
    for township in TOWNSHIPS:
        put(township, Kind.TOWNSHIP_COMMITTEE, township[:6])
        put(f"firm-{township}", Kind.ENTERPRISE, township)
    for village in VILLAGES:
        put(village, Kind.VILLAGE_BRANCH, village[:9])
    units = [*VILLAGES, *(f"firm-{township}" for township in TOWNSHIPS)]
    areas = [f"area-{district}" for district in DISTRICTS]
    for number in range(draw(st.integers(1, 3))):
        name = f"joint-{number}"
        put(name, Kind.JOINT_ORG, draw(st.sampled_from(TOWNSHIPS)))
        world.superiors[name] = draw(st.sampled_from([*areas, None]))
        if draw(st.integers(0, 3)) == 3:
            world.dissolved.add(name)
        for unit in draw(st.lists(st.sampled_from(units), unique=True, min_size=2, max_size=5)):
            world.members.append((name, unit, draw(SPAN)))
    world.retired |= set(draw(st.lists(st.sampled_from(units), max_size=2)))
    # One post in most examples: a second one easily hides what the first should have opened.
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 0]))):
        kind = draw(st.sampled_from(sorted(ROLES)))
        org = draw(st.sampled_from([name for name in sorted(world.kinds) if world.kinds[name] == kind]))
        role, span = draw(st.sampled_from(ROLES[kind])), draw(SPAN)
        # The three administrators are separated from each other and from business; the database refuses such a pair.
        separated = {each if each in ADMINISTRATORS else "" for each in (role, *(held for _, held, _ in world.posts))}
        if org not in {name for name, _, _ in world.posts} and len(separated) == 1:
            world.posts.append((org, role, span))
    return world


class Model:
    """The reach as the house describes it, from parents and memberships alone: no path, no SQL."""

    def __init__(self, world: World) -> None:
        self.world = world
        posts = [(org, role) for org, role, span in world.posts if RUNNING[span] and org not in world.retired]
        self.has_posting = bool(posts)
        business = [org for org, role in posts if role not in ADMINISTRATORS]
        self.subtree = {org for org in world.kinds if any(self.under(org, top) for top in business)}
        self.kept = {
            org for org in world.kinds for top, role in posts if role in ADMINISTRATORS and self.under(org, top)
        }
        running = [(j, u) for j, u, span in world.members if RUNNING[span] and j not in world.dissolved]
        # Bodies are opened from below the district only; the district's own subtree holds its bodies anyway.
        openers = [org for org in business if world.kinds[org] != Kind.DISTRICT_COMMITTEE]
        bodies = {org for org in openers if world.kinds[org] in (Kind.JOINT_ORG, Kind.AREA_COMMITTEE)}
        for joint in {j for j, _ in running}:
            units = {u for j, u in running if j == joint}
            opened = any(
                self.under(joint, org)  # led by the township, or the body itself
                or world.superiors[joint] == org  # under the area committee
                or any(self.under(unit, org) for unit in units)  # through an active membership
                for org in openers
            )
            if opened:
                bodies |= {joint, world.superiors[joint]} - {None}  # and what the area committee above it treats
        self.bodies = bodies
        self.names = {u for j, u in running if j in bodies}

    def under(self, org: str | None, top: str) -> bool:
        while org is not None:
            if org == top:
                return True
            org = self.world.parents[org]
        return False

    def organization(self, org: str) -> bool:
        return org in self.subtree | self.kept | self.bodies | self.names

    def body(self, org: str) -> bool:
        return org in self.subtree | self.kept | self.bodies


class Built:
    """The world in the database, and the person whose postings it describes."""

    def __init__(self, world: World) -> None:
        today = timezone.localdate()
        spans = {
            -1: (today - timedelta(300), today - timedelta(1)),
            0: (today - timedelta(300), today),
            1: (today, None),
            2: (today + timedelta(1), None),
        }
        self.orgs: dict[str, Organization] = {}
        for number, (name, kind) in enumerate(world.kinds.items(), start=1):
            parent = world.parents[name]
            self.orgs[name] = OrganizationFactory(
                kind=kind,
                name=name,
                parent=self.orgs[parent] if parent else None,
                code=name if name.isdigit() else "",
                number=number,
                state="retired" if name in world.retired else "active",
            )
        for name, superior in world.superiors.items():
            gone = name in world.dissolved
            JointOrgFactory(
                organization=self.orgs[name],
                superior=self.orgs[superior] if superior else None,
                state="dissolved" if gone else "active",
                dissolved_on=date(2026, 6, 1) if gone else None,
            )
        for joint, unit, span in world.members:
            MembershipFactory(
                joint_org_id=self.orgs[joint].pk, unit=self.orgs[unit], from_on=spans[span][0], to_on=spans[span][1]
            )
        for name, org in self.orgs.items():
            PersonFactory(name=name, organization=org)
        self.person = PersonFactory(name="me", organization=self.orgs[VILLAGES[0]], username="me")
        for name, role, span in world.posts:
            PostingFactory(
                person=self.person,
                organization=self.orgs[name],
                role=role,
                from_on=spans[span][0],
                to_on=spans[span][1],
            )
        self.colleague = PersonFactory(name="colleague", organization=self.orgs[VILLAGES[0]])
        for name, org in self.orgs.items():
            PostingFactory(person=self.colleague, organization=org, role=ROLES[world.kinds[name]][0])
        self.person = Person.objects.get(pk=self.person.pk)


def seen(queryset, label) -> set:
    return {label(row) for row in queryset}


def _small_world(*posts: tuple[str, str, int]) -> World:
    """One district, two townships, one village under the first, and these posts."""
    world = World(posts=list(posts))
    world.kinds["511902"], world.parents["511902"] = Kind.DISTRICT_COMMITTEE, None
    for township in TOWNSHIPS[:2]:
        world.kinds[township], world.parents[township] = Kind.TOWNSHIP_COMMITTEE, "511902"
    world.kinds[VILLAGES[0]], world.parents[VILLAGES[0]] = Kind.VILLAGE_BRANCH, TOWNSHIPS[0]
    return world


def _as_business(org: Organization) -> Place:
    return Place(org.path, org.place.body_id)


def compare(world: World) -> None:
    """Build the world, then hold filter, twin and model against each other, row by row."""
    built, model = Built(world), Model(world)
    me, standing = built.person, standing_of(built.person)
    names = {org.pk: name for name, org in built.orgs.items()}
    everything = set(built.orgs)

    found = seen(selectors.organizations(me), lambda row: row.name)
    assert found == {name for name in everything if model.organization(name)}
    assert found == {org.name for org in Organization.objects.all() if standing.reaches(org.place)}

    # What a mechanism's own rows see: no names of members, nothing for the separated administrators.
    business = seen(Organization.objects.filter(scoping.within(standing, path="path", body="id")), lambda r: r.name)
    assert business == model.subtree | model.bodies
    assert business == {name for name, org in built.orgs.items() if standing.reaches(_as_business(org))}

    bodies = seen(selectors.joint_orgs(me), lambda row: names[row.pk])
    assert bodies == {name for name in world.superiors if model.body(name)}
    assert bodies == {
        names[row.pk] for row in JointOrg.objects.select_related("organization") if standing.reaches(row.place)
    }

    memberships = seen(selectors.memberships(me), lambda row: row.pk)
    assert memberships == {row.pk for row in Membership.objects.all() if model.body(names[row.joint_org_id])}

    postings = seen(selectors.postings(me), lambda row: row.pk)
    assert postings == {row.pk for row in Posting.objects.all() if model.organization(names[row.organization_id])}
    assert postings == {row.pk for row in Posting.objects.select_related("organization") if standing.reaches(row.place)}

    people = seen(selectors.people(me), lambda row: row.name)
    posted = {row.person.name for row in Posting.objects.select_related("person") if row.pk in postings}
    at_home = {row.name for row in Person.objects.all() if model.organization(names[row.organization_id])}
    assert people == at_home | posted | {"me"}

    if not model.has_posting:
        assert found == bodies == memberships == set()
        assert standing == scoping.Standing()


class ReachTest(TestCase):
    """Every example in a transaction of its own."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(worlds())
    @example(_small_world(("511902", Role.SYSTEM_ADMIN, 1)))
    @example(_small_world(("511902", Role.SYSTEM_ADMIN, 1), ("511902107", Role.TOWNSHIP_OFFICER, -1)))
    def test_filter_twin_and_model_agree(self, world):
        compare(world)


@pytest.mark.django_db
def test_control_with_the_filter_off_the_comparison_fails(monkeypatch):
    world = _small_world(("511902107", Role.TOWNSHIP_OFFICER, 1))
    with transaction.atomic():
        compare(world)
        transaction.set_rollback(True)
    monkeypatch.setattr(OrganizationQuerySet, "visible_to", lambda self, person: self.all())
    with pytest.raises(AssertionError):
        compare(world)
