"""How Chinese is set: widths in characters, numerals of headings, titles in lines of equal length. Pure."""

import unicodedata

_DIGITS = "零一二三四五六七八九"
# No line begins with these, and none ends with those.
_NOT_FIRST = frozenset("，。、；：？！）》〉】〕”’」』…—·%％,.;:?!)]}")
_NOT_LAST = frozenset("（《〈【〔“‘「『([{")
# Behind a number its unit stays on the line.
_UNITS = frozenset("年月日号个项件次届季度版元亩人名")


def width(text: str) -> float:
    """Characters a text takes, a Chinese one 1 and a Latin one ½."""
    return sum(1 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)


def numeral(number: int) -> str:
    """1 to 99 as 一, 十, 二十一. Raises ValueError outside."""
    if not 1 <= number <= 99:
        raise ValueError("headings are numbered from 1 to 99")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


def heading_mark(level: int, number: int) -> str:
    """一、 （一） 1. （1）"""
    return {1: f"{numeral(number)}、", 2: f"（{numeral(number)}）", 3: f"{number}.", 4: f"（{number}）"}[level]


def lines(text: str, most: int) -> list[str]:
    """A title in as few lines as it needs, of about equal length, with no number and no mark torn off."""
    found = []
    for part in text.split("\n"):
        rest = part.strip()
        count = -(-int(width(rest) * 2) // (most * 2))
        while count > 1:
            at = _break(rest, width(rest) / count, most)
            found.append(rest[:at].strip())
            rest = rest[at:].strip()
            count = max(count - 1, -(-int(width(rest) * 2) // (most * 2)))
        if rest:
            found.append(rest)
    return found


def _break(text: str, ideal: float, most: int) -> int:
    """Where to end the line: near its share, never within a number or before a full stop."""
    best, cost = 1, float("inf")
    so_far = 0.0
    for at in range(1, len(text)):
        so_far += width(text[at - 1])
        if so_far > most:
            break
        if (found := abs(so_far - ideal) + _awkward(text, at)) <= cost:
            best, cost = at, found
    return best


def _awkward(text: str, at: int) -> float:
    before, after = text[at - 1], text[at]
    if after in _NOT_FIRST or before in _NOT_LAST:
        return 100
    if before.isascii() and after.isascii() and before.isalnum() and after.isalnum():
        return 60
    if before.isdigit() and after in _UNITS:
        return 40
    if text[at:].startswith("关于") or before in "的和暨、":
        return 0
    if after in "的和":
        return 6
    return 2
