"""What a person holds today. Asked once per request, so its two statements are written by hand: building them anew
with the ORM cost as much as the page they guard."""

from datetime import date
from uuid import UUID

from django.db import connection
from django.utils import timezone

from kit.scoping import Post, Standing, outermost
from orgs.choices import OrganizationKind, Role
from orgs.models import Person
from orgs.rules import ADMINISTRATORS, BODIES

_ROLES = dict(Role.choices)

_POSTS = """
SELECT p.role, o.id, o.kind, o.path, p.field, o.name
FROM orgs_posting p JOIN orgs_organization o ON o.id = p.organization_id
WHERE p.person_id = %(person)s AND o.state = 'active'
  AND p.from_on <= %(today)s AND (p.to_on IS NULL OR p.to_on >= %(today)s)
ORDER BY p.id
"""

# Three short lists by an index each: an OR over the three would read every membership (seconds at 400,000 of them).
# {under} stands for conditions on the path of o.
_BODIES = """
WITH opened AS (
    SELECT j.organization_id AS id FROM orgs_jointorg j JOIN orgs_organization o ON o.id = j.organization_id
    WHERE o.kind = 'joint_org' AND ({under})
    UNION
    SELECT j.organization_id FROM orgs_jointorg j WHERE j.superior_id = ANY (%(areas)s)
    UNION
    SELECT m.joint_org_id FROM orgs_membership m JOIN orgs_organization o ON o.id = m.unit_id
    WHERE ({under}) AND m.from_on <= %(today)s AND (m.to_on IS NULL OR m.to_on >= %(today)s)
)
SELECT m.joint_org_id, body.path, m.unit_id, unit.path
FROM opened
JOIN orgs_jointorg j ON j.organization_id = opened.id AND j.state = 'active'
JOIN orgs_membership m ON m.joint_org_id = opened.id
JOIN orgs_organization body ON body.id = m.joint_org_id
JOIN orgs_organization unit ON unit.id = m.unit_id
WHERE m.from_on <= %(today)s AND (m.to_on IS NULL OR m.to_on >= %(today)s)
"""


def standing(*, person: Person) -> Standing:
    """What the person holds today and the reach that follows (architecture › scoping). At most two queries.

    A posting opens its own subtree. A unit's posting also opens the joint organizations the unit is an active member
    of; a township's those led by it or joined by its units; an area committee's those under it. The district's subtree
    already holds every body, so nothing more is read for it.
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
    below = [post for post in business if post.org_kind != OrganizationKind.DISTRICT_COMMITTEE]
    bodies, units = _bodies_of(below, today) if below else ({}, {})
    near = (bodies | units).values()
    return Standing(
        posts=posts,
        paths=paths,
        body_ids=frozenset(bodies),
        unit_ids=frozenset(units),
        near_paths=tuple(sorted(path for path in near if not path.startswith(paths))),
        administered_paths=administered,
    )


def _bodies_of(posts: list[Post], today: date) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """(bodies, their member units) that these postings below the district open, as id → path. One query."""
    # A path holds digits, lower-case letters and slashes only, so a pattern needs no escaping.
    under = {f"under_{n}": f"{path}%" for n, path in enumerate(outermost(post.path for post in posts))}
    areas = [post.org_id for post in posts if post.org_kind == OrganizationKind.AREA_COMMITTEE]
    bodies, units = {post.org_id: post.path for post in posts if post.org_kind in BODIES}, {}
    statement = _BODIES.format(under=" OR ".join(f"o.path LIKE %({name})s" for name in under))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"today": today, "areas": areas, **under})
        for body, body_path, unit, unit_path in cursor.fetchall():
            bodies[body], units[unit] = body_path, unit_path
    return bodies, units
