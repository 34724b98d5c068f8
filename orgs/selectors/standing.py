"""What a person holds today. Asked once per request, so its two statements are written by hand: building them anew
with the ORM cost as much as the page they guard."""

from datetime import date

from django.db import connection
from django.utils import timezone

from kit.scoping import Post, Standing, outermost
from orgs.choices import OrganizationKind, Role
from orgs.models import Person
from orgs.rules import ADMINISTRATORS

_ROLES = dict(Role.choices)

_POSTS = """
SELECT p.role, o.id, o.kind, o.path, p.field, o.name
FROM orgs_posting p JOIN orgs_organization o ON o.id = p.organization_id
WHERE p.person_id = %(person)s AND o.state = 'active'
  AND p.from_on <= %(today)s AND (p.to_on IS NULL OR p.to_on >= %(today)s)
ORDER BY p.id
"""

# paths hold digits, lower-case letters and slashes only, so a pattern needs no escaping.
_BODIES = """
SELECT m.joint_org_id, m.unit_id
FROM orgs_membership m
JOIN orgs_jointorg j ON j.organization_id = m.joint_org_id
JOIN orgs_organization o ON o.id = j.organization_id
WHERE j.state = 'active' AND m.from_on <= %(today)s AND (m.to_on IS NULL OR m.to_on >= %(today)s)
  AND (o.path LIKE ANY (%(under)s) OR j.superior_id = ANY (%(areas)s) OR m.joint_org_id IN (
    SELECT mine.joint_org_id FROM orgs_membership mine JOIN orgs_organization u ON u.id = mine.unit_id
    WHERE u.path LIKE ANY (%(under)s) AND mine.from_on <= %(today)s AND (mine.to_on IS NULL OR mine.to_on >= %(today)s)
  ))
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
        posts = tuple(Post(*post, title=f"{name} · {_ROLES[post[0]]}") for *post, name in cursor.fetchall())
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
    under = [f"{path}%" for path in outermost(post.path for post in posts)]
    areas = [post.org_id for post in posts if post.org_kind == OrganizationKind.AREA_COMMITTEE]
    own = {
        post.org_id for post in posts if post.org_kind in (OrganizationKind.JOINT_ORG, OrganizationKind.AREA_COMMITTEE)
    }
    with connection.cursor() as cursor:
        cursor.execute(_BODIES, {"today": today, "under": under, "areas": areas})
        pairs = cursor.fetchall()
    return frozenset({body for body, _ in pairs} | own), frozenset(unit for _, unit in pairs)
