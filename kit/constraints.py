"""What a database constraint means to a person: its name → the sentence at the field.

Services check rules first, for a better sentence; when two people race, the constraint decides and speaks the same way.
"""

from dataclasses import dataclass

from django.db import IntegrityError

from kit.errors import DomainError, RuleBroken


@dataclass(frozen=True)
class Meaning:
    code: str
    message: str
    field: str | None


_meanings: dict[str, Meaning] = {}


def explain(constraint: str, *, code: str, message: str, field: str | None = None) -> None:
    """Declare the sentence for a named constraint. Called from ``declarations.py``."""
    _meanings[constraint] = Meaning(code, message, field)


def refusal(error: IntegrityError) -> DomainError | None:
    """The typed refusal for a violated constraint, or None if nobody explained it (then it is a bug)."""
    diag = getattr(error.__cause__, "diag", None)
    meaning = _meanings.get(getattr(diag, "constraint_name", None) or "")
    return RuleBroken(meaning.code, meaning.message, field=meaning.field) if meaning else None
