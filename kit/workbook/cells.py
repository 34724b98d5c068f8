"""What may stand in a cell: nothing that runs on the way out, one clean text on the way in."""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from kit.calendar import SHANGHAI

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_STARTERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Characters that XML 1.0 cannot carry.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32767


def could_run(text: str) -> bool:
    """Would a spreadsheet take this text for a formula? ``-5`` and ``+8613…`` are numbers and would not."""
    starts = text[:1] in ("\t", "\r", "\n") or text.lstrip(" \t\r\n\u3000")[:1] in _STARTERS
    return starts and not _NUMBER.fullmatch(text)


def disarmed(value: Any) -> Any:
    """For CSV, which has no types: text that a spreadsheet would run gets an apostrophe in front."""
    if not isinstance(value, str):
        return "" if value is None else value
    return "'" + value if could_run(value) else value


def legal(text: str) -> str:
    """Text as a workbook can hold it."""
    return _ILLEGAL.sub("", text)[:LONGEST]


# Full-width digits and letters become plain; Chinese punctuation stays as it was written.
_HALF = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def as_text(value: Any, number_format: str = "General") -> str:
    """A cell's value as the one text that parsers read: trimmed, half-width, dates as ISO, numbers without ``.0``.

    A number formatted ``0.00`` keeps its places: 2024.10 is October, although the cell holds 2024.1.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        moment = value.astimezone(SHANGHAI) if value.tzinfo else value
        return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return _number(value, number_format)
    text = str(value).translate(_HALF).translate(_INVISIBLE)
    return re.sub(r"[ \t\u3000\u00a0]+", " ", unicodedata.normalize("NFC", text)).strip()


def _number(value: int | float | Decimal, number_format: str) -> str:
    # The shortest text that gives back the same float; from here on nothing is a float.
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return ""
    if places := re.fullmatch(r"0\.(0+)_?\s?", number_format):
        return f"{exact:.{len(places[1])}f}"
    if exact == exact.to_integral_value():
        return f"{exact.to_integral_value():f}"
    return f"{exact:f}"
