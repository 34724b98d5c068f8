"""The harness: routes from the URL conf, rows that say what a route asks of whom, and the status each cell must have.

The expectation is worked out apart from the product: grants come from ``kit.policies.table()``, posts and reach are
written down here by hand for the standing cast, so a mistake in scoping cannot agree with itself.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import get_resolver

from kit import policies
from kit.scoping import Place, Post
from orgs.choices import OrganizationKind, Role
from tests.cast import CAST, Cast

ADMINISTRATORS = frozenset({"system_admin", "security_admin", "audit_admin"})
SIGNED_IN = frozenset(CAST) - {"anonymous"}

# Who holds which role at which organization of the cast; the outsider and anonymous hold nothing.
POSTS = {
    "district_zhao": (Role.ORGANIZATION_OFFICER, "district"),
    "cadre_chen": (Role.TOWNSHIP_OFFICER, "sanjiang"),
    "secretary_li": (Role.UNIT_SECRETARY, "mingyue"),
    "secretary_wang": (Role.UNIT_SECRETARY, "longmen"),
    "secretary_sun": (Role.UNIT_SECRETARY, "yangfan"),
    "entrepreneur_he": (Role.UNIT_SECRETARY, "company"),
    "discipline_wu": (Role.DISCIPLINE_OFFICER, "discipline"),
    "system_admin": (Role.SYSTEM_ADMIN, "district"),
    "security_admin": (Role.SECURITY_ADMIN, "district"),
    "audit_admin": (Role.AUDIT_ADMIN, "district"),
}

_DISTRICT_WIDE = ADMINISTRATORS | {"district_zhao"}
_TIANMA = frozenset({"secretary_li", "entrepreneur_he"})

# Whose reach holds which organization: own subtree, own bodies, fellow members of those bodies.
SEES = {
    "district": _DISTRICT_WIDE,
    "area": _DISTRICT_WIDE | {"cadre_chen", "secretary_wang"} | _TIANMA,  # of the joint organizations under it
    "zengkou": _DISTRICT_WIDE,
    "yangfan": _DISTRICT_WIDE | {"secretary_sun"},
    "chunshu": _DISTRICT_WIDE | {"secretary_sun"},
    "zengkou_joint": _DISTRICT_WIDE | {"secretary_sun"},
    "sanjiang": _DISTRICT_WIDE | {"cadre_chen"},
    "discipline": _DISTRICT_WIDE | {"cadre_chen", "discipline_wu"},
    "mingyue": _DISTRICT_WIDE | {"cadre_chen"} | _TIANMA,
    "daxing": _DISTRICT_WIDE | {"cadre_chen"} | _TIANMA,
    "company": _DISTRICT_WIDE | {"cadre_chen"} | _TIANMA,
    "tianma": _DISTRICT_WIDE | {"cadre_chen"} | _TIANMA,
    "longmen": _DISTRICT_WIDE | {"cadre_chen", "secretary_wang"},
    "shuangzhai": _DISTRICT_WIDE | {"cadre_chen", "secretary_wang"},
    "longmen_base": _DISTRICT_WIDE | {"cadre_chen", "secretary_wang"},
}


def everybody(*names: str) -> frozenset[str]:
    """Signed-in people who see all of these organizations."""
    return frozenset.intersection(SIGNED_IN, *(SEES[name] for name in names))


@dataclass(frozen=True)
class Row:
    """What one route asks, on one target.

    route: ``"POST /api/v1/organizations/{id}/retire/"``. path, body: made from the cast. sees: who gets beyond the
    404. refers: who also sees the rows that the body names; the others get 422. verb: the policy verb, asked at the
    organization of the cast named by ``at``; empty for reading. good: the status for those who may.
    """

    route: str
    path: Callable[[Cast], str]
    sees: frozenset[str] = SIGNED_IN
    verb: str = ""
    at: str = ""
    body: Callable[[Cast], Any] | None = None
    good: int = 200
    refers: frozenset[str] = SIGNED_IN
    relation: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    browser: bool = False

    def __str__(self) -> str:
        return f"{self.route} {self.relation or self.at}".strip()

    @property
    def method(self) -> str:
        return self.route.split(" ", 1)[0]

    def expected(self, who: str, cast: Cast) -> int:
        """The status this cell must have, from the policy table."""
        if who == "anonymous":
            return 401 if "/api/" in self.route else 302
        if who not in self.sees:
            return 404
        if who not in self.refers:
            return 422
        if self.verb and not granted(who, self.verb, cast, self.at):
            return 403
        return self.good


def granted(who: str, verb: str, cast: Cast, at: str) -> bool:
    """Does the policy table give this cast member the verb at that organization?"""
    if who not in POSTS:
        return False
    role, where = POSTS[who]
    organization = _organization(cast, where)
    post = Post(str(role), organization.pk, organization.kind, organization.path)
    target = _organization(cast, at)
    body = target.pk if target.kind in (OrganizationKind.JOINT_ORG, OrganizationKind.AREA_COMMITTEE) else None
    place = Place(target.path, body)
    return any(post.role in each.roles and each.where(post, place) for each in policies.table()[verb])


def _organization(cast: Cast, name: str):
    row = getattr(cast, name)
    return getattr(row, "organization", row)


# --- routes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    name: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes(prefix: str = "") -> list[Route]:
    """Every route of the URL conf whose path begins with ``prefix``, once per method it answers."""
    return [
        Route(method, path, each.name or "")
        for path, each in _walk(get_resolver().url_patterns, "/")
        if path.startswith(prefix)
        for method in _methods(each.callback)
    ]


def _walk(patterns: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for each in patterns:
        path = prefix + _readable(str(each.pattern))
        if hasattr(each, "url_patterns"):
            yield from _walk(each.url_patterns, path)
        else:
            yield path, each


def _readable(pattern: str) -> str:
    pattern = re.sub(r"\(\?P<[^>]+>[^)]*\)|<[^>]+>", "{id}", pattern)
    return pattern.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")


def _methods(callback: Any) -> list[str]:
    actions = getattr(callback, "actions", None)
    if actions:
        return [method.upper() for method in actions if method != "head"]
    cls = getattr(callback, "cls", None) or getattr(callback, "view_class", None)
    if cls is not None:
        return [m.upper() for m in cls.http_method_names if hasattr(cls, m) and m not in ("head", "options")]
    return ["ANY"]
