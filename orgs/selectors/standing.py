"""What a person holds today and the reach that follows."""

from datetime import date

from django.db.models import Q, Subquery
from django.utils import timezone

from kit.scoping import Post, Standing, outermost
from orgs.choices import OrganizationKind, Role
from orgs.models import Membership, Person, Posting
from orgs.rules import ADMINISTRATORS


def standing(*, person: Person) -> Standing:
    """What the person holds today and the reach that follows (architecture › scoping). At most two queries.

    A posting opens its own subtree. A unit's posting also opens the joint organizations the unit is an active member
    of; a township's those led by it or joined by its units; an area committee's those under it. The district's subtree
    already holds every body, so nothing more is read for it.
    """
    today = timezone.localdate()
    posts = tuple(
        Post(role, org_id, kind, path, field, title=f"{name} · {Role(role).label}")
        for role, field, org_id, kind, path, name in Posting.objects.on(today)
        .filter(person=person, organization__state="active")
        .order_by("pk")
        .values_list(
            "role", "field", "organization_id", "organization__kind", "organization__path", "organization__name"
        )
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
