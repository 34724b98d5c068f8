"""Money 金额: whole 分 inside rules, exact fractions between them, never a float.

People read and type 元 or 万元; the API carries a string of yuan with two decimals; the database stores 分 as bigint.
"""

import re
import unicodedata
from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from kit.errors import RuleBroken

Key = TypeVar("Key", bound=Hashable)

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
# What a bigint column holds; far above any sum a joint organization will see.
LARGEST = 2**63 - 1

_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?(?P<unit>万元|万|元)?"
)


def whole_fen(value: Any) -> int:
    """``value`` itself if it is an amount in 分.

    Raises: TypeError for floats, decimals, booleans; OverflowError for what a bigint column cannot hold.
    """
    if type(value) is not int:
        raise TypeError(f"an amount is an int of 分, not {type(value).__name__}")
    if abs(value) > LARGEST:
        raise OverflowError("an amount does not fit into a bigint")
    return value


def parse(text: str, *, field: str | None = None, signed: bool = False) -> int:
    """分 from what people type: ``1,234.56``, ``1234.5元``, ``12.5万元``, full-width digits, a leading ￥.

    Raises RuleBroken ``amount_malformed`` (422) for anything else: letters, exponents, wrong grouping, below one 分,
    a sign where none belongs.
    """
    typed = unicodedata.normalize("NFKC", text).replace(" ", "").removeprefix("¥")
    found = _AMOUNT.fullmatch(typed)
    if not found or (found["sign"] and not signed):
        raise RuleBroken("amount_malformed", "金额请写成 1234.56（元）或 12.5万元。", field=field)
    scale = FEN_PER_WAN if (found["unit"] or "").startswith("万") else FEN_PER_YUAN
    part = found["part"] or ""
    exact = Fraction(int(found["whole"].replace(",", "") + part), 10 ** len(part)) * scale
    if exact.denominator != 1:
        raise RuleBroken("amount_malformed", "金额最多精确到分（元后两位小数）。", field=field)
    if exact > LARGEST:
        raise RuleBroken("amount_malformed", "金额太大，请核对单位是元还是万元。", field=field)
    return -int(exact) if found["sign"] == "-" else int(exact)


def plain(fen: int) -> str:
    """Yuan with two decimals and no grouping, as the API and documents carry it: ``"78400.00"``."""
    whole, rest = divmod(abs(whole_fen(fen)), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def yuan(fen: int) -> str:
    """Yuan for people, grouped: ``1,234.56 元``."""
    whole, rest = divmod(abs(whole_fen(fen)), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d} 元"


def wan(fen: int) -> str:
    """万元 with two decimals for tables, rounded half away from zero: ``12.35 万元``. For reading only."""
    hundredths = rounded(Fraction(whole_fen(fen), FEN_PER_WAN // 100))
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole:,}.{rest:02d} 万元"


def rounded(exact: Fraction) -> int:
    """The nearest integer, halves away from zero (四舍五入, the bookkeepers' rounding)."""
    nearest, rest = divmod(abs(exact.numerator), exact.denominator)
    if rest * 2 >= exact.denominator:
        nearest += 1
    return nearest if exact >= 0 else -nearest


def split(total: int, weights: Mapping[Key, int | Fraction]) -> dict[Key, int]:
    """Share ``total`` 分 by weight, to the last 分: largest remainder (最大余数法).

    The sum is exact (D1); each share is within 1 分 of its exact quota (D2); the order of the parties does not matter,
    equal remainders go to the smaller key (D3); no weight, no share (D4); more weight never gets less (D5). A negative
    total is the mirror of the positive one.

    Raises: TypeError for floats; ValueError for a negative weight, or when nobody has a weight and there is something
    to share.
    """
    for weight in weights.values():
        if isinstance(weight, bool) or not isinstance(weight, int | Fraction):
            raise TypeError(f"a weight is an int or a Fraction, not {type(weight).__name__}")
        if weight < 0:
            raise ValueError("a weight is never negative")
    whole = sum(weights.values(), start=Fraction(0))
    if whole == 0:
        if whole_fen(total) != 0:
            raise ValueError("nobody has a weight")
        return dict.fromkeys(weights, 0)
    quotas = {key: Fraction(abs(whole_fen(total))) * weight / whole for key, weight in weights.items()}
    shares = {key: int(quota) for key, quota in quotas.items()}
    left = abs(total) - sum(shares.values())
    # Largest remainder first; the key decides ties, so that the order in which the parties are named never does.
    for key in sorted(quotas, key=lambda each: (shares[each] - quotas[each], each))[:left]:
        shares[key] += 1
    return shares if total >= 0 else {key: -share for key, share in shares.items()}
