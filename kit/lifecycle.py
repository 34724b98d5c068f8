"""A state machine as a declared table of named moves, advanced by one compare-and-set UPDATE.

The same object yields the CHECK constraint, the buttons of page, admin and API, and the diagram in the docs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from kit.errors import IllegalMove


@dataclass(frozen=True)
class Move:
    """One named step. ``verb`` is the policy verb that guards it, ``label`` the word on the button."""

    name: str
    label: str
    sources: frozenset[str]
    target: str
    verb: str
    needs_reason: bool = False


def move(name: str, label: str, *, sources: Iterable[str], target: str, verb: str, needs_reason: bool = False) -> Move:
    """Declare a move; sources and target are values of the lifecycle's ``TextChoices``."""
    return Move(name, label, frozenset(map(str, sources)), str(target), verb, needs_reason)


_known: dict[str, "Lifecycle"] = {}


def named(name: str) -> "Lifecycle":
    """A declared lifecycle by its name, for doors, which import no models. KeyError when nobody declared it."""
    return _known[name]


class Lifecycle:
    """The moves of one model. ``field`` is the name of its state column."""

    def __init__(self, name: str, states: type[models.TextChoices], moves: Iterable[Move], *, field: str = "state"):
        self.name = name
        self.states = states
        self.field = field
        self.moves = {m.name: m for m in moves}
        known = set(states.values)
        for m in self.moves.values():
            if unknown := (m.sources | {m.target}) - known:
                raise ValueError(f"{name}.{m.name} names unknown states {sorted(unknown)}")
        _known[name] = self

    def constraint(self, name: str) -> models.CheckConstraint:
        """The CHECK that gives the database the last word about states."""
        return models.CheckConstraint(name=name, condition=Q(**{f"{self.field}__in": sorted(self.states.values)}))

    def open_moves(self, state: str) -> list[Move]:
        """The moves that start from ``state``, in declared order."""
        return [m for m in self.moves.values() if state in m.sources]

    def advance(self, row: models.Model, name: str, **changes: Any) -> None:
        """Move ``row`` by one compare-and-set UPDATE together with ``changes``.

        Of two callers at the same moment exactly one wins; the other gets ``IllegalMove`` (409).
        """
        step = self.moves[name]
        # The database decides from which state the row leaves, not what this process last read.
        updated = (
            type(row)
            ._default_manager.filter(pk=row.pk, **{f"{self.field}__in": sorted(step.sources)})
            .update(**{self.field: step.target}, **changes)
        )
        if not updated:
            row.refresh_from_db(fields=[self.field])
            raise IllegalMove(self._refusal(str(getattr(row, self.field)), step))
        for key, value in {self.field: step.target, **changes}.items():
            setattr(row, key, value)

    def _refusal(self, state: str, step: Move) -> str:
        sources = "、".join(str(self.states(s).label) for s in self.states.values if s in step.sources)
        return f"现在是“{self.states(state).label}”，只有“{sources}”时才能“{step.label}”。"

    def diagram(self) -> str:
        """The lifecycle as a Mermaid state diagram for the docs."""
        lines = ["stateDiagram-v2"]
        for step in self.moves.values():
            lines += [f"    {source} --> {step.target}: {step.label}" for source in sorted(step.sources)]
        return "\n".join(lines)
