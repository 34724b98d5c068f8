"""待办: what waits for a person. Each app registers a reader; the workbench asks all of them."""

from collections.abc import Callable, Iterable
from datetime import date

from kit.components import Todo

Reader = Callable[..., Iterable[Todo]]

_readers: dict[str, Reader] = {}

# Red first, then yellow; what has no light comes last.
_URGENCY = {"red": 0, "yellow": 1, "green": 2, "blue": 3, "grey": 4}


def register(app: str, reader: Reader) -> None:
    """Add an app's reader ``reader(person=…, on=date)``. Called from ``declarations.py``."""
    _readers[app] = reader


def waiting_for(person, *, on: date) -> list[Todo]:
    """Everything that waits for this person, the most urgent first."""
    todos = [todo for app in sorted(_readers) for todo in _readers[app](person=person, on=on)]
    return sorted(todos, key=lambda t: (_URGENCY.get(t.light, 5), t.until or date.max, t.what))
