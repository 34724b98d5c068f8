"""全链追溯: from any row of a matter to the whole chain it belongs to, whoever's app the rows are in.

What hangs together is read through *hubs*, subjects (``app.model:id``) that everything else points to. An app declares
its kinds of rows in ``declarations.py`` and says for each to which hubs a row belongs and which rows belong to given
hubs; the app that owns the hubs says which of them belong together. Every reader is scoped: rows out of reach are
neither shown nor counted. The statements are one for the entry, one for the hubs and one for each kind, however long
the chain is.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kit.errors import Hidden
from kit.lights import Light

SUBJECT = re.compile(r"([a-z]+\.[a-z]+):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")

Hubs = frozenset[str]


@dataclass(frozen=True)
class Link:
    """One row of the chain. ``at``: when it came about; ``who``: who brings, leads or carries it; ``said``: its sum."""

    key: UUID
    title: str
    at: datetime | None
    who: str
    href: str
    state: str = ""
    state_label: str = ""
    light: Light | None = None
    said: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of row. ``order``: its place from the first word to the last deed; ``resource``: its name in the API.

    enter: the hubs of a row in reach, None when there is no such row. read: the rows in reach that belong to the hubs.
    """

    label: str
    noun: str
    order: int
    resource: str
    enter: Callable[[Any, UUID], Hubs | None]
    read: Callable[..., Iterable[Link]]


@dataclass(frozen=True)
class Entry:
    """A link with its kind; ``is_here``: the row from which one came in."""

    kind: Kind
    link: Link
    is_here: bool

    @property
    def subject(self) -> str:
        return f"{self.kind.label}:{self.link.key}"


_kinds: dict[str, Kind] = {}
_together: list[Callable[[Any, Hubs], Hubs]] = []


def register(kind: Kind) -> None:
    """Add a kind of row. Called from ``declarations.py``."""
    _kinds[kind.label] = kind


def joins(together: Callable[[Any, Hubs], Hubs]) -> None:
    """Say which hubs belong together: ``together(person, hubs)`` returns them with all that hang on them."""
    if together not in _together:
        _together.append(together)


def kinds() -> list[Kind]:
    """In the order of the chain."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.label))


def is_traced(subject: str) -> bool:
    """The subject is of a kind that has a chain; whether it is in reach is asked when the chain is opened."""
    match = SUBJECT.fullmatch(subject)
    return match is not None and match[1] in _kinds


def keys(hubs: Hubs, label: str) -> list[UUID]:
    """The ids of the hubs of one kind."""
    found = (SUBJECT.fullmatch(hub) for hub in sorted(hubs))
    return [UUID(match[2]) for match in found if match and match[1] == label]


def chain(person, subject: str, *, on: date) -> list[Entry]:
    """The whole chain of a subject, in order. Raises Hidden when it is absent, out of reach or of no kind we know."""
    match = SUBJECT.fullmatch(subject)
    kind = _kinds.get(match[1]) if match else None
    hubs = kind.enter(person, UUID(match[2])) if match and kind else None
    if hubs is None:
        raise Hidden
    for together in _together:
        hubs = together(person, hubs)
    return [
        Entry(each, link, f"{each.label}:{link.key}" == subject)
        for each in kinds()
        for link in each.read(person, hubs, on=on)
    ]
