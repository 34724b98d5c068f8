"""Parsers for fields of an upload: text in, value out, a Chinese sentence (ValueError) when it cannot be read."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from kit import money
from kit.errors import RuleBroken

_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?: 00:00)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?", re.ASCII)
_SERIAL_ZERO = date(1899, 12, 30)


def text(*, most: int = 200) -> Callable[[str], str]:
    def parse(cell: str) -> str:
        if len(cell) > most:
            raise ValueError(f"最多 {most} 个字，现在 {len(cell)} 个。")
        return cell

    return parse


def whole(*, least: int = 0, most: int = 10**9) -> Callable[[str], int]:
    def parse(cell: str) -> int:
        plain = _plain(cell).replace(",", "")
        if not re.fullmatch(r"-?\d{1,18}", plain, re.ASCII):
            raise ValueError("应填整数。")
        if not least <= int(plain) <= most:
            raise ValueError(f"应在 {least} 到 {most} 之间。")
        return int(plain)

    return parse


def amount(*, wan: bool = False, signed: bool = False) -> Callable[[str], int]:
    """分 from 元, or from 万元 where the column says so and the cell names no unit."""

    def parse(cell: str) -> int:
        plain = _plain(cell)
        try:
            return money.parse(plain if plain.endswith(("元", "万")) or not wan else f"{plain}万元", signed=signed)
        except RuleBroken as refusal:
            raise ValueError(refusal.message) from refusal

    return parse


def day(cell: str) -> date:
    """2024-3-1, 2024.3.1, 2024年3月1日, 20240301, or a spreadsheet's day number."""
    found = _day(_plain(cell))
    if found is None:
        raise ValueError("日期请写成 2024-03-01 或 2024年3月1日。")
    return found


def month(cell: str) -> date:
    """The first day of 2024.3, 2024-03, 2024年3月, 202403, or of any full date."""
    plain = _plain(cell)
    if found := _MONTH.fullmatch(plain) or re.fullmatch(r"(\d{4})(\d{2})", plain, re.ASCII):
        return _date(int(found[1]), int(found[2]), 1)
    full = _day(plain)
    if full is None:
        raise ValueError("年月请写成 2024.3 或 2024年3月。")
    return full.replace(day=1)


def _day(plain: str) -> date | None:
    if found := _DAY.fullmatch(plain) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain, re.ASCII):
        return _date(*map(int, found.groups()))
    if re.fullmatch(r"[3-6]\d{4}", plain, re.ASCII):
        return _SERIAL_ZERO + timedelta(days=int(plain))
    return None


def choice(labels: Mapping[str, Any]) -> Callable[[str], Any]:
    """One of the labels, as in the drop-down; spaces do not matter."""
    known = {label.replace(" ", ""): value for label, value in labels.items()}

    def parse(cell: str) -> Any:
        try:
            return known[cell.replace(" ", "")]
        except KeyError:
            raise ValueError(f"只能填：{'、'.join(labels)}。") from None

    return parse


def digits(length: int) -> Callable[[str], str]:
    """A code of so many digits, e.g. a division code; leading zeros lost by the spreadsheet are not guessed."""

    def parse(cell: str) -> str:
        plain = _plain(cell).replace(" ", "")
        if not re.fullmatch(rf"\d{{{length}}}", plain, re.ASCII):
            raise ValueError(f"应为 {length} 位数字，请把这一列设成“文本”格式再填。")
        return plain

    return parse


def yes_no(cell: str) -> bool:
    answers = {"是": True, "有": True, "√": True, "1": True, "否": False, "无": False, "×": False, "0": False}
    try:
        return answers[cell]
    except KeyError:
        raise ValueError("只能填：是、否。") from None


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _date(year: int, month_: int, day_: int) -> date:
    try:
        return date(year, month_, day_)
    except ValueError:
        raise ValueError("没有这一天，请核对年月日。") from None
