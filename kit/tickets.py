"""查询码: how somebody without a login comes back to what they handed in.

The ticket is the only way: nothing else leads from a person to their words, or from an answer to a person. It is typed
into a form, never put into an address, so that it stands in no log and no browser history.
"""

import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

# No letters or digits that are read one for another on paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# 31 to the 12th: 59 bits, and every try is counted (settings.PUBLIC_RATES).
LENGTH = 12


@dataclass(frozen=True)
class Progress:
    """What a ticket shows: how far it is and the answer. Never the words that were handed in."""

    kind: str
    about: str
    received_at: datetime
    answer_by_on: date
    state: str
    is_open: bool
    answer: str = ""
    answered_at: datetime | None = None


Reader = Callable[[str], Progress | None]

_readers: dict[str, Reader] = {}


def register(app: str, reader: Reader) -> None:
    """Add an app's reader ``reader(ticket)``. Called from ``declarations.py``."""
    _readers[app] = reader


def new_ticket() -> str:
    """Twelve random characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def written(ticket: str) -> str:
    """As people note it down: ``ABCD-EFGH-JKMN``."""
    return "-".join(ticket[at : at + 4] for at in range(0, len(ticket), 4))


def read(typed: str) -> str:
    """The ticket as it was given, however it was typed (small, full-width, with blanks); empty if it is none."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    kept = "".join(char for char in plain if char.isalnum())
    return kept if len(kept) == LENGTH and set(kept) <= set(ALPHABET) else ""


def look_up(typed: str) -> Progress | None:
    """What stands behind a ticket; None for one that was never given, however close."""
    ticket = read(typed)
    found = (reader(ticket) for _, reader in sorted(_readers.items())) if ticket else ()
    return next((progress for progress in found if progress is not None), None)
