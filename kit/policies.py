"""Who may use which verb. Each app ships its table as data; nothing else in the product grants anything.

Two questions, kept apart: which rows (reach, ``kit.scoping``) and which verbs (here). Hidden → 404, visible but not
yours → 403. Administrators of the system hold no business verbs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from kit.actors import System
from kit.errors import Forbidden, Hidden
from kit.scoping import Place, Placed, Post, standing_of

Where = Callable[[Post, Place], bool]


def own(post: Post, place: Place) -> bool:
    """At the very organization the row belongs to."""
    return place.path == post.path


def subtree(post: Post, place: Place) -> bool:
    """At that organization or any above it in the tree."""
    return place.path.startswith(post.path)


def directly_under(post: Post, place: Place) -> bool:
    """At an organization that stands next below that one in the tree, and at nothing further down."""
    return subtree(post, place) and place.path.count("/") == post.path.count("/") + 1


def own_body(post: Post, place: Place) -> bool:
    """At the body (joint organization or area committee) the row belongs to."""
    return place.body_id is not None and place.body_id == post.org_id


def district(post: Post, place: Place) -> bool:
    """Anywhere in the same district."""
    return place.path.split("/", 1)[0] == post.path.split("/", 1)[0]


@dataclass(frozen=True)
class Grant:
    """These roles may, where the posting stands so towards the row."""

    roles: frozenset[str]
    where: Where


def grant(*roles: str, where: Where) -> Grant:
    return Grant(frozenset(map(str, roles)), where)


_table: dict[str, tuple[Grant, ...]] = {}


def register(table: Mapping[str, Iterable[Grant]]) -> None:
    """Add an app's verbs. A verb belongs to one app; declaring it twice differently is a wiring fault."""
    for verb, grants in table.items():
        grants = tuple(grants)
        if _table.setdefault(verb, grants) != grants:
            raise ValueError(f"verb {verb!r} is declared twice")


def table() -> Mapping[str, tuple[Grant, ...]]:
    """The whole table, for the permission matrix and the docs."""
    return dict(_table)


def allows(actor, verb: str, row: Placed) -> bool:
    """May this person use this verb on this row now? Unknown verbs raise KeyError: they are bugs, not refusals."""
    if isinstance(actor, System):
        return verb in actor.verbs
    place = row.place
    return any(where(post, place) for where, post in grounds(actor, verb))


def grounds(actor, verb: str) -> list[tuple[Where, Post]]:
    """The person's posts that the verb's grants name, each with where it holds; lists ask ``where`` for every row."""
    posts = standing_of(actor).posts
    return [(each.where, post) for each in _table[verb] for post in posts if post.role in each.roles]


def holds(actor, verb: str) -> bool:
    """Has this person, anywhere, a role that may use this verb? For menus and empty forms; ``require`` decides."""
    return verb in actor.verbs if isinstance(actor, System) else bool(grounds(actor, verb))


def where_held(actor, verb: str, *, path: str, body: str) -> Q:
    """The rows on which this person may use this verb, as a condition: for lists that hold nothing else.

    ``path`` and ``body`` name the columns of the row's place. The twin of ``allows`` for a person, not for the system.
    """
    found = Q(pk__in=[])
    for where, post in grounds(actor, verb):
        twins: dict[Where, Q] = {
            own: Q(**{path: post.path}),
            subtree: Q(**{f"{path}__startswith": post.path}),
            # A path holds digits, lower-case letters and slashes only, so a pattern needs no escaping.
            directly_under: Q(**{f"{path}__regex": f"^{post.path}[^/]+/$"}),
            own_body: Q(**{body: post.org_id}),
            district: Q(**{f"{path}__startswith": post.path.split("/", 1)[0] + "/"}),
        }
        found |= twins[where]
    return found


def require(actor, verb: str, row: Placed) -> None:
    """The first line of every service. Raises Hidden (404) out of reach, Forbidden (403) without the role."""
    if allows(actor, verb, row):
        return
    if not standing_of(actor).reaches(row.place):
        raise Hidden
    raise Forbidden
