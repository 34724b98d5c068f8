"""Writing twice has one effect: the same person's key and request get the same answer, for API and page forms alike.

The record is inserted before the effect and committed with it, so a crash leaves both or neither, and a second request
with the same key waits for the first to end. See the ADR on idempotency.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from kit.errors import DomainError
from kit.ids import new_id
from kit.models import IdempotencyRecord

KEPT = timedelta(days=7)
LONGEST_KEY = 80


@dataclass(frozen=True)
class Answer:
    """What the first request was answered. ``body`` is plain JSON; ``replayed`` tells a repetition."""

    status: int
    body: Any
    replayed: bool = False


class KeyReused(DomainError):
    """409: this key already stands for another request."""

    def __init__(self) -> None:
        super().__init__("idempotency_key_reused", "这个重复提交标识已用于另一份内容，请换一个标识。")


def fingerprint(method: str, path: str, content: Any) -> str:
    """SHA-256 of what is asked: method, path with query, and the parsed content, whatever its spacing and order."""
    text = json.dumps([method, path, content], sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def is_key(text: str) -> bool:
    """1 to 80 visible ASCII characters."""
    return 0 < len(text) <= LONGEST_KEY and all("!" <= char <= "~" for char in text)


def run_once(*, person, key: str, fingerprint: str, now: datetime, fn: Callable[[], Answer]) -> Answer:
    """Run ``fn`` once for this person and key; a repetition gets the first answer back without running it.

    ``fn`` runs inside the same transaction; when it raises, nothing is kept and the key stays free.
    Raises: KeyReused (409) when the key came with another fingerprint.
    """
    while True:
        with transaction.atomic():
            if _claim(person.pk, key, fingerprint, now):
                answer = fn()
                IdempotencyRecord.objects.filter(person_id=person.pk, key=key).update(
                    status=answer.status, answer=answer.body
                )
                return answer
        known = (
            IdempotencyRecord.objects.filter(person_id=person.pk, key=key)
            .values_list("fingerprint", "status", "answer")
            .first()
        )
        if known is None:  # purged between the two statements: ask again
            continue
        if known[0] != fingerprint:
            raise KeyReused
        return Answer(known[1], known[2], replayed=True)


def _claim(person_id, key: str, fingerprint: str, now: datetime) -> bool:
    """True for exactly one of all requests with this key; the others wait here until it commits or rolls back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_idempotencyrecord (id, person_id, key, fingerprint, status, answer, created_at)"
            " VALUES (%s, %s, %s, %s, 0, NULL, %s) ON CONFLICT (person_id, key) DO NOTHING",
            [new_id(), person_id, key, fingerprint, now],
        )
        return cursor.rowcount == 1


def purge(*, now: datetime) -> int:
    """Forget keys older than seven days. Returns how many."""
    return IdempotencyRecord.objects.filter(created_at__lt=now - KEPT).delete()[0]
