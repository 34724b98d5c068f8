"""Finds what does not belong into free text: ID-card, bank-card and mobile numbers. It warns, people decide.

Only numbers that pass their own check are reported (GB 11643 check digit with a real birth date, Luhn, mobile prefix),
so that division codes, sums and document numbers stay quiet.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CARD_STARTS = re.compile(r"62|4|5[1-5]|35|36|60|9")


@dataclass(frozen=True)
class Hit:
    """One number found. ``shown`` is masked and safe to display; the number itself is never kept."""

    kind: str
    label: str
    shown: str
    start: int
    end: int


def is_id_card(digits: str) -> bool:
    """公民身份号码: 18 places, a real birth date, the check digit of GB 11643."""
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", digits):
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False))
    return born.year >= 1900 and "10X98765432"[total % 11] == digits[17]


def is_bank_card(digits: str) -> bool:
    """16 to 19 digits that begin like a card and pass the Luhn check."""
    if not (re.fullmatch(r"[0-9]{16,19}", digits) and _CARD_STARTS.match(digits)) or len(set(digits)) == 1:
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def is_mobile(digits: str) -> bool:
    """手机号码: 11 digits from 13 to 19, with or without 86 before it."""
    return re.fullmatch(r"(?:86)?1[3-9][0-9]{9}", digits) is not None


def _grouped(*sizes: str) -> re.Pattern[str]:
    """Digits in groups as people type them, with or without a gap; never part of a longer number or word."""
    return re.compile(r"(?<![0-9A-Za-z*])" + r"[ \-]?".join(sizes) + r"(?![0-9A-Za-z*])")


@dataclass(frozen=True)
class _Kind:
    name: str
    label: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool]
    head: int


_D4 = "[0-9]{4}"
_KINDS = (
    _Kind("id_card", "身份证号", _grouped("[0-9]{6}", "[0-9]{8}", "[0-9]{3}[0-9Xx]"), is_id_card, 6),
    _Kind("bank_card", "银行卡号", _grouped(_D4, _D4, _D4, _D4, "[0-9]{0,3}"), is_bank_card, 4),
    _Kind("mobile", "手机号码", _grouped(r"(?:\+?86)?", "1[3-9][0-9]", _D4, _D4), is_mobile, 3),
)


def scan(text: str) -> list[Hit]:
    """Every suspicious number in ``text``, in order; positions refer to ``text`` after NFKC normalisation."""
    flat = unicodedata.normalize("NFKC", text)
    hits: list[Hit] = []
    for kind in _KINDS:
        for found in kind.pattern.finditer(flat):
            digits = re.sub(r"[^0-9X]", "", found[0].upper())
            taken = any(hit.start < found.end() and found.start() < hit.end for hit in hits)
            if not taken and kind.check(digits):
                shown = digits[: kind.head] + "*" * (len(digits) - kind.head - 4) + digits[-4:]
                hits.append(Hit(kind.name, kind.label, shown, found.start(), found.end()))
    return sorted(hits, key=lambda hit: hit.start)


def warnings(text: str) -> list[str]:
    """One Chinese sentence per hit, for the place beside the field; empty when there is nothing to say."""
    return [
        f"文字里好像有{hit.label}（{hit.shown}）。请确认是否必要；个人敏感信息请不要写在这里。" for hit in scan(text)
    ]
