"""Acts: moves and other verbs on one row, each a page of its own with what it asks for, then one service call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kit import policies
from kit.admin.forms import ActForm, ReasonForm
from kit.lifecycle import Lifecycle
from kit.lights import Light

Verb = str | Callable[[Any], str]


def verb_for(verb: Verb, row) -> str:
    return verb if isinstance(verb, str) else verb(row)


@dataclass(frozen=True)
class Act:
    """One verb on one row.

    subject: the keyword by which the service takes the row. verb: the policy verb, or a function of the row. by: asked
    instead of the table, (row, person), where the row itself names who acts: a chair, a teller, a partner.
    when: hides the button where the move cannot start; the service decides again. hint: one sentence on the page about
    what will happen. done: one sentence afterwards, ``{row}`` stands for the row. reveal: lines shown once, straight
    after the call and never stored, from what the service returned (a first password). fresh: asks for the own password
    again when it was typed longer ago.
    """

    name: str
    label: str
    service: Callable[..., Any]
    subject: str
    verb: Verb
    form: type[ActForm] = ActForm
    by: Callable[[Any, Any], bool] | None = None
    when: Callable[[Any], bool] = lambda row: True
    hint: str = ""
    done: str = ""
    danger: bool = False
    icon: str = ""
    reveal: Callable[[Any], Sequence[tuple[str, str]]] | None = None
    fresh: timedelta | None = None

    def allowed(self, person, row) -> bool:
        if self.by is not None:
            return self.by(row, person)
        verb = verb_for(self.verb, row)
        # Rows of the machinery stand nowhere; whoever holds the verb keeps them all.
        return policies.allows(person, verb, row) if hasattr(row, "place") else policies.holds(person, verb)

    def offered(self, person, row) -> bool:
        return self.when(row) and self.allowed(person, row)


def _starts(field: str, sources: frozenset[str], also: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda row: str(getattr(row, field)) in sources and also(row)


def acts_of(
    lifecycle: Lifecycle, services: Mapping[str, Callable[..., Any]], *, subject: str, **more: Any
) -> list[Act]:
    """The moves of a lifecycle as acts, in declared order: word, reason and starting states come from the table.

    ``more`` maps a move's name to what else its act needs (``form``, ``hint``, ``verb`` …).
    """
    acts = []
    for move in lifecycle.moves.values():
        if move.name not in services:
            continue
        extra = {
            "label": move.label,
            "form": ReasonForm if move.needs_reason else ActForm,
            "verb": move.verb,
            **more.get(move.name, {}),
        }
        also = extra.pop("when", lambda row: True)
        acts.append(
            Act(
                name=move.name,
                service=services[move.name],
                subject=subject,
                when=_starts(lifecycle.field, move.sources, also),
                **extra,
            )
        )
    return acts


Fields = Sequence[str | tuple[str, ...]]


@dataclass(frozen=True)
class Adding:
    """How an add form is carried out. Any of ``verbs`` held somewhere opens it; fields in brackets share a line."""

    service: Callable[..., Any]
    verbs: tuple[str, ...]
    fields: Fields


@dataclass(frozen=True)
class Changing:
    """How a change form is carried out. ``subject``: the keyword by which the service takes the row."""

    service: Callable[..., Any]
    verb: Verb
    fields: Fields
    subject: str


@dataclass(frozen=True)
class Cell:
    """A cell of a panel: text, and where it leads. tone: a word of its own colour; light: one with its glyph."""

    text: str
    url: str = ""
    tone: str = ""
    light: str = ""


def lit(light: Light | None) -> Cell:
    """A light as a cell."""
    return Cell(light.word, light=light.colour) if light else Cell("")


@dataclass(frozen=True)
class Link:
    """A way from a row to a page of its own. ``new_window``: to be printed or downloaded, the row stays open."""

    label: str
    url: str
    icon: str = ""
    new_window: bool = False


@dataclass(frozen=True)
class Panel:
    """Rows that belong to the row on the page, read only: each line may carry links to acts."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    links: tuple[tuple[str, str], ...] = ()
    empty: str = "还没有。"
