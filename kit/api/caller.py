"""Who asks, and what that person may do with each row, worked out once per request."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from kit import policies
from kit.actors import System
from kit.scoping import Place, Post, Standing, standing_of


class Caller:
    """The person of this request with their standing. Answers ``may`` for hundreds of rows without asking again."""

    def __init__(self, person: Any, now: datetime) -> None:
        self.person = person
        self.now = now
        # What a representation worked out for one row and may use for the next of the same request.
        self.known: dict[Any, Any] = {}
        self._grounds: dict[str, list[tuple[Callable[[Post, Place], bool], Post]]] = {}

    @cached_property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.person)

    def may(self, verb: str, place: Place) -> bool:
        """The same answer as ``policies.allows``; the verb's grants are matched to the posts only once."""
        if isinstance(self.person, System):
            return verb in self.person.verbs
        grounds = self._grounds.get(verb)
        if grounds is None:
            grounds = self._grounds[verb] = policies.grounds(self.person, verb)
        return bool(grounds) and any(where(post, place) for where, post in grounds)
