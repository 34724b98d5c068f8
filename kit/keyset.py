"""Keyset pages: a cursor says after which row to go on, so page 4,000 costs what page 1 costs.

A cursor is signed and bound to its list and ordering; one made up by hand is refused. See the ADR on lists.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, QuerySet, Value
from django.db.models.sql.where import AND

# More are not asked one by one: a township has a handful of bodies, a district fifty.
MOST_PARTS = 16
_SEAL = 16  # bytes of the signature that travel


class NotOurs(ValueError):
    """Not a cursor that ``write_cursor`` made for this purpose."""


@dataclass(frozen=True)
class Cursor:
    """After (or, going back, before) the row with these values of the ordering's columns."""

    values: tuple[Any, ...]
    back: bool


@dataclass(frozen=True)
class Page:
    rows: list[dict[str, Any]]
    next: str | None
    previous: str | None


class _Row(Func):
    function = "ROW"


class _Beyond(Func):
    """``ROW(a, id) > ROW(x, y)``: one range of the matching index."""

    template = "%(expressions)s"
    output_field = BooleanField()

    def __init__(self, columns: Sequence[str], values: Sequence[Any], *, greater: bool) -> None:
        super().__init__(_Row(*map(F, columns)), _Row(*map(Value, values)))
        self.arg_joiner = " > " if greater else " < "


def _seal(payload: bytes, purpose: str) -> bytes:
    key = hashlib.sha256(b"kit.api.pagination:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, purpose.encode() + b"\0" + payload, hashlib.sha256).digest()[:_SEAL]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, int | str) else str(value)


def write_cursor(values: Sequence[Any], *, back: bool, purpose: str) -> str:
    """``purpose`` names resource and ordering; a cursor is good for nothing else."""
    payload = json.dumps([int(back), *map(_plain, values)], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_seal(payload, purpose) + payload).rstrip(b"=").decode()


def read_cursor(text: str, *, columns: int, purpose: str) -> Cursor:
    """Raises NotOurs for anything that ``write_cursor`` did not make for this purpose."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        sealed, payload = raw[:_SEAL], raw[_SEAL:]
        if not hmac.compare_digest(sealed, _seal(payload, purpose)):
            raise ValueError
        back, *values = json.loads(payload)
        if len(values) != columns:
            raise ValueError
    except (ValueError, binascii.Error):
        raise NotOurs from None
    return Cursor(tuple(values), bool(back))


def paginate(
    rows: QuerySet,
    *,
    columns: Sequence[str],
    ordering: Sequence[str],
    limit: int,
    cursor: Cursor | None,
    write: Callable[[Sequence[Any], bool], str],
) -> Page:
    """One query: ``limit`` + 1 rows of ``columns`` in ``ordering`` (all columns the same way, the last one unique)."""
    names = [name.lstrip("-") for name in ordering]
    descending = ordering[0].startswith("-")
    back = cursor is not None and cursor.back
    rows = rows.order_by(*(f"-{name}" if descending != back else name for name in names))
    if cursor is not None:
        greater = descending == back
        rows = rows.filter(_Beyond(names, cursor.values, greater=greater))
        if len(names) > 1:
            # Follows from the comparison of rows, but only this an index of another table can use.
            rows = rows.filter(**{f"{names[0]}__{'gte' if greater else 'lte'}": cursor.values[0]})
    found = list(_by_parts(rows, limit + 1).values(*{*columns, *names})[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    if back:
        found.reverse()
    before, after = (more, True) if back else (cursor is not None, more)

    def at(row: dict[str, Any], going_back: bool) -> str:
        return write([row[name] for name in names], going_back)

    return Page(
        rows=found,
        next=at(found[-1], False) if found and after else None,
        previous=at(found[0], True) if found and before else None,
    )


def count_up_to(rows: QuerySet, cap: int) -> int:
    """How many rows there are, but no further than ``cap`` + 1."""
    try:
        sql, params = _by_parts(rows.order_by(), cap + 1).values("pk")[: cap + 1].query.sql_with_params()
    except EmptyResultSet:  # who stands nowhere reaches nothing, and nothing is asked
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS capped", params)  # nosec B608 - the ORM wrote the statement
        (found,) = cursor.fetchone()
    return found


class AnyOf(ExpressionWrapper):
    """A condition for ``filter``: the whole, and the parts it consists of, each with an index that yields it in order.

    For an OR over several columns PostgreSQL has no such index: it walks the whole table in order and throws away what
    is elsewhere (measured at 1 M demands: 60,000 rows for a page of fifty). ``paginate`` and ``count_up_to`` take a
    page of each part and merge them; of many parts each is so large that the walk soon finds a page.
    """

    def __init__(self, whole: Q, parts: Sequence[Q]) -> None:
        super().__init__(whole, output_field=BooleanField())
        self.parts = tuple(parts)


def _by_parts(rows: QuerySet, most: int) -> QuerySet:
    """The same first ``most`` rows, found part by part where an AnyOf is one of the conditions that must all hold."""
    free = rows.all()
    where = free.query.where
    # Django says "condition = true" of a condition.
    reach = next((of for each in where.children if isinstance(of := getattr(each, "lhs", None), AnyOf)), None)
    if reach is None or where.connector != AND or where.negated or not 1 < len(reach.parts) <= MOST_PARTS:
        return rows
    # Beside the whole condition the planner would not take the index of the part.
    where.children = [each for each in where.children if getattr(each, "lhs", None) is not reach]
    first, *others = (free.filter(part).values("pk")[:most] for part in reach.parts)
    return rows.filter(pk__in=first.union(*others))
