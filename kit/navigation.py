"""The main sections of the pages. An app registers its section by the name of an address; one that is not there yet
is left out, so a menu never leads nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse

from kit import policies


@dataclass(frozen=True)
class Section:
    """One entry of the desktop bar, and of the phone's bottom bar if ``on_phone`` (at most five).

    verb: only whoever holds it somewhere is shown the entry.
    """

    order: int
    label: str
    icon: str
    url_name: str
    on_phone: bool = False
    verb: str = ""


@dataclass(frozen=True)
class Entry:
    """A section as the template draws it."""

    label: str
    icon: str
    href: str
    current: bool
    on_phone: bool


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section. Called at start-up only."""
    _sections[section.url_name] = section
    _existing.cache_clear()


@cache
def _existing() -> tuple[tuple[Section, str], ...]:
    found = []
    for section in sorted(_sections.values(), key=lambda s: (s.order, s.url_name)):
        try:
            found.append((section, reverse(section.url_name)))
        except NoReverseMatch:
            continue
    return tuple(found)


def entries(path: str, person: Any = None) -> list[Entry]:
    """The sections of a person, the one that holds ``path`` marked as current (the longest address wins)."""
    known = [
        (section, href) for section, href in _existing() if not section.verb or policies.holds(person, section.verb)
    ]
    here = max(
        (href for _, href in known if path == href or (href != "/" and path.startswith(href))), key=len, default=""
    )
    return [Entry(s.label, s.icon, href, href == here, s.on_phone) for s, href in known]


@cache
def address(url_name: str) -> str:
    """The address of a page that may not exist in this build; empty then."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def addresses(names: Mapping[str, str]) -> dict[str, str]:
    """Template variable → address, for the fixed links of the frame."""
    return {variable: address(name) for variable, name in names.items()}
