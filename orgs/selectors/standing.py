"""What a person holds today. Asked once per request, so its statements are written by hand: building them anew
with the ORM cost as much as the page they guard."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from kit.scoping import Post, Standing, outermost
from orgs.choices import OrganizationKind as Kind
from orgs.choices import Role
from orgs.models import Person
from orgs.rules import ADMINISTRATORS, BODIES, UNITS

_ROLES = dict(Role.choices)

_POSTS = """
SELECT p.role, o.id, o.kind, o.path, p.field, o.name
FROM orgs_posting p JOIN orgs_organization o ON o.id = p.organization_id
WHERE p.person_id = %(person)s AND o.state = 'active'
  AND p.from_on <= %(today)s AND (p.to_on IS NULL OR p.to_on >= %(today)s)
ORDER BY p.id
"""

# Lists by an index each, only those that the posts can open: an OR over them would read every membership (seconds at
# 400,000 of them). {under} stands for conditions on the path of o.
_LED = """
    SELECT j.organization_id AS id FROM orgs_jointorg j JOIN orgs_organization o ON o.id = j.organization_id
    WHERE o.kind = 'joint_org' AND ({under})"""
_UNDER_AREA = """
    SELECT organization_id AS id FROM orgs_jointorg WHERE superior_id = ANY (%(areas)s)"""
_JOINED = """
    SELECT DISTINCT m.joint_org_id AS id FROM orgs_membership m JOIN orgs_organization o ON o.id = m.unit_id
    WHERE ({under}) AND m.from_on <= %(today)s AND (m.to_on IS NULL OR m.to_on >= %(today)s)"""
_HOMES = "SELECT id FROM orgs_organization WHERE kind = 'township_committee' AND ({under})"
_BODIES = """
SELECT m.joint_org_id, body.path, m.unit_id, unit.path, area.id, area.path
FROM ({opened}) AS opened
JOIN orgs_jointorg j ON j.organization_id = opened.id AND j.state = 'active'
JOIN orgs_membership m ON m.joint_org_id = opened.id
JOIN orgs_organization body ON body.id = m.joint_org_id
JOIN orgs_organization unit ON unit.id = m.unit_id
LEFT JOIN orgs_organization area ON area.id = j.superior_id AND area.kind = 'area_committee'
WHERE m.from_on <= %(today)s AND (m.to_on IS NULL OR m.to_on >= %(today)s)
"""


def standing(*, person: Person) -> Standing:
    """What the person holds today and the reach that follows (architecture › scoping). At most three queries.

    A posting opens its own subtree. A unit's posting also opens the joint organizations the unit is an active member
    of; a township's those led by it or joined by its units; an area committee's those under it. Whoever belongs to a
    joint organization also belongs to the area committee above it and sees what that body itself treats. The
    district's subtree already holds every body, so only its townships are read for it.
    """
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, {"person": person.pk, "today": today})
        posts = tuple(
            Post(role, org_id, kind, path, field, title=f"{name} · {_ROLES[role]}")
            for role, org_id, kind, path, field, name in cursor.fetchall()
        )
    business = [post for post in posts if post.role not in ADMINISTRATORS]
    paths = outermost(post.path for post in business)
    administered = outermost(post.path for post in posts if post.role in ADMINISTRATORS)
    below = [post for post in business if post.org_kind != Kind.DISTRICT_COMMITTEE]
    bodies, units = _bodies_of(below, today) if below else ({}, {})
    near = (bodies | units).values()
    return Standing(
        posts=posts,
        paths=paths,
        body_ids=frozenset(bodies),
        unit_ids=frozenset(units),
        near_paths=tuple(sorted(path for path in near if not path.startswith(paths))),
        administered_paths=administered,
        home_ids=_homes_of(business),
    )


def _homes_of(posts: list[Post]) -> frozenset[UUID]:
    """The offices under which the units of these postings' subtrees stand. One query for a district, else none."""
    offices = {post.org_id for post in posts if post.org_kind in (Kind.DISTRICT_COMMITTEE, Kind.TOWNSHIP_COMMITTEE)}
    if wide := outermost(post.path for post in posts if post.org_kind == Kind.DISTRICT_COMMITTEE):
        with connection.cursor() as cursor:
            under = " OR ".join(["path LIKE %s"] * len(wide))
            cursor.execute(_HOMES.format(under=under), [f"{path}%" for path in wide])
            offices.update(pk for (pk,) in cursor.fetchall())
    return frozenset(offices)


def _bodies_of(posts: list[Post], today: date) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """(bodies, their member units) that these postings below the district open, as id → path. One query."""
    bodies, units = {post.org_id: post.path for post in posts if post.org_kind in BODIES}, {}
    parameters: dict[str, Any] = {"today": today}

    def under(*kinds: str) -> str:
        # A path holds digits, lower-case letters and slashes only, so a pattern needs no escaping.
        found = outermost(post.path for post in posts if post.org_kind in kinds)
        names = {f"under_{len(parameters) + n}": f"{path}%" for n, path in enumerate(found)}
        parameters.update(names)
        return " OR ".join(f"o.path LIKE %({name})s" for name in names)

    opened = []
    if led := under(Kind.TOWNSHIP_COMMITTEE, Kind.JOINT_ORG):
        opened.append(_LED.format(under=led))
    if joined := under(Kind.TOWNSHIP_COMMITTEE, *UNITS):
        opened.append(_JOINED.format(under=joined))
    if areas := [post.org_id for post in posts if post.org_kind == Kind.AREA_COMMITTEE]:
        opened.append(_UNDER_AREA)
        parameters["areas"] = areas
    if opened:
        with connection.cursor() as cursor:
            cursor.execute(_BODIES.format(opened=" UNION ".join(opened)), parameters)
            for body, body_path, unit, unit_path, area, area_path in cursor.fetchall():
                bodies[body], units[unit] = body_path, unit_path
                if area is not None:
                    bodies[area] = area_path
    return bodies, units
