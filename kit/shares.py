"""How exact numbers are written for people. Pure: integers and fractions in, words out."""

from fractions import Fraction


def percent(hit: int, total: int) -> str:
    """``88%``, rounded half up; never 100% while one is missing, never 0% while there is one; ``—`` when nothing was
    due (缺项, never 0)."""
    if not total:
        return "—"
    whole = (200 * hit + total) // (2 * total)
    if 0 < hit < total:
        whole = min(max(whole, 1), 99)
    return f"{whole}%"


def tenths(value: Fraction) -> str:
    """A number not below zero to one decimal, rounded half up, whole ones without it: 18/7 → ``2.6``, 3 → ``3``."""
    whole, rest = divmod((20 * value.numerator + value.denominator) // (2 * value.denominator), 10)
    return f"{whole}.{rest}" if rest else str(whole)
