"""What a dashboard can be about: a district, an area committee, a township or a joint organization."""

import time
from uuid import UUID

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


# The published division list changes with an import; a process reads it at most once a minute.
FRESH_SECONDS = 60.0
_read: dict[str, tuple[float, dict[str, str]]] = {}


def township_names(district: str) -> dict[str, str]:
    """Code → name of every township of the published list below a district's code, in the order of the codes."""
    known = _read.get(district)
    if known is None or time.monotonic() - known[0] > FRESH_SECONDS:
        rows = Division.objects.filter(parent=district).order_by("code").values_list("code", "name")
        known = _read[district] = (time.monotonic(), dict(rows))
    return known[1]


def forget() -> None:
    """Read the list again at the next call: between tests."""
    _read.clear()


def code_of(path: str) -> str:
    """The division code of the township in which a path lies: ``d511902/t107/j1/`` → ``511902107``; empty elsewhere."""
    district, township = path.split("/")[:2]
    return district[1:] + township[1:] if township.startswith("t") else ""


def names_of(ids) -> dict[UUID, str]:
    """Names of organizations by id, for numbers that are counted by id. One query, none without ids."""
    wanted = list(ids)
    return dict(Organization.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
