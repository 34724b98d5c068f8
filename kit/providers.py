"""What a lower app asks of an upper one, without importing it: the upper app registers an answer by name."""

from collections.abc import Callable
from typing import Any

_providers: dict[str, list[Callable[..., Any]]] = {}


def register(question: str, answer: Callable[..., Any]) -> None:
    """Add one answer to a named question. Called at start-up only; registering the same callable twice is harmless."""
    answers = _providers.setdefault(question, [])
    if answer not in answers:
        answers.append(answer)


def ask(question: str, **kwargs: Any) -> list[Any]:
    """All registered answers, in order of registration; an empty list when nobody upstairs answers."""
    return [answer(**kwargs) for answer in _providers.get(question, [])]


def ask_one(question: str, **kwargs: Any) -> Any:
    """The single answer to a question that must have exactly one provider.

    Raises: LookupError when none or several are registered (a wiring fault, not a user's).
    """
    answers = _providers.get(question, [])
    if len(answers) != 1:
        raise LookupError(f"{question!r} has {len(answers)} providers, expected exactly one")
    return answers[0](**kwargs)
