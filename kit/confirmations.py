"""The answer after an action, carried to the next page in the session and shown there once."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.http import HttpRequest

from kit.components import Action, Confirmation

SESSION_KEY = "confirmation"


def plain(confirmation: Confirmation | None) -> dict[str, Any] | None:
    """As JSON can hold it."""
    if confirmation is None:
        return None
    until = confirmation.until.isoformat() if confirmation.until else None
    return asdict(replace(confirmation, until=None)) | {"until": until}


def from_plain(kept: dict[str, Any]) -> Confirmation:
    """The way back from ``plain``."""
    until = date.fromisoformat(kept["until"]) if kept["until"] else None
    return Confirmation(**kept | {"until": until, "actions": [Action(**each) for each in kept["actions"]]})


def carry(request: HttpRequest, kept: dict[str, Any] | None) -> None:
    """Show this (as ``plain`` made it) on the next page."""
    if kept:
        request.session[SESSION_KEY] = kept


def take(request: HttpRequest) -> Confirmation | None:
    """What the last action left to be shown, once."""
    session = getattr(request, "session", None)
    if session is None or SESSION_KEY not in session:
        return None
    return from_plain(session.pop(SESSION_KEY))
