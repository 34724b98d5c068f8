"""Who acts: a person, or a named part of the system. Every change and every fact names one (G4)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class System:
    """An actor that is no person: the ticker, a relay, an import command. Stands in the trail as ``system:name``.

    It may use exactly the verbs it was made with, wherever the row stands; it has no reach of its own.
    """

    name: str
    verbs: frozenset[str] = frozenset()
    is_active: bool = False
    pk: None = None


# Whoever comes without a login, or hands in what stands under nobody's name (异议, 投诉建议).
VISITOR = System("visitor")


def actor_label(actor) -> str:
    """How the trail names an actor: the person's id, or ``system:name``. Never empty; ValueError for nobody."""
    if isinstance(actor, System):
        return f"system:{actor.name}"
    if actor is None or actor.pk is None:
        raise ValueError("every change needs an actor")
    return str(actor.pk)
