"""``limit``, ``cursor`` and ``count`` as a client writes them; the pages themselves are ``kit.keyset``."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from kit import keyset
from kit.api.errors import BadParameter

LIMITS = (20, 50, 100, 200)
DEFAULT_LIMIT = 50
COUNT_CAP = 1000


def read_limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if text not in map(str, LIMITS):
        raise BadParameter("limit", "只能是20、50、100或200。")
    return int(text)


def read_cursor(text: str | None, *, ordering: Sequence[Any], purpose: str) -> keyset.Cursor | None:
    """Raises BadParameter (400) for a cursor that we did not give for this list and ordering."""
    if text is None:
        return None
    try:
        return keyset.read_cursor(text, columns=len(ordering), purpose=purpose)
    except keyset.NotOurs:
        raise BadParameter("cursor", "不是这个列表给出的翻页位置，请从第一页重新开始。", code="bad_cursor") from None


def count(rows: QuerySet, how: str | None) -> int | str | None:
    """``exact``: the number; ``capped``: the number, or "1000+" beyond; otherwise not counted at all (null)."""
    if how is None:
        return None
    if how == "exact":
        return rows.order_by().count()
    if how == "capped":
        found = keyset.count_up_to(rows, COUNT_CAP)
        return found if found <= COUNT_CAP else f"{COUNT_CAP}+"
    raise BadParameter("count", "只能是 exact 或 capped。")
