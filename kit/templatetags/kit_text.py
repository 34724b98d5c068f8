"""Page filters for dates, money, phones, names. An empty value prints as nothing."""

from datetime import date, datetime

from django import template

from kit import calendar, masking, money

register = template.Library()


def _day(value: date | datetime) -> date:
    return calendar.day_of(value) if isinstance(value, datetime) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年11月23日 星期一"""
    return calendar.long_date(_day(value)) if value else ""


@register.filter
def plain_day(value: date | datetime | None) -> str:
    """2026年11月23日"""
    return calendar.long_date(_day(value), weekday=False) if value else ""


@register.filter
def short_day(value: date | datetime | None) -> str:
    """11月23日 星期一"""
    return calendar.long_date(_day(value)).partition("年")[2] if value else ""


@register.filter
def quarter(value: str) -> str:
    """2026年第四季度, from ``2026Q4``"""
    return calendar.Quarter.parse(value).label if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """2026年11月23日 星期一 14:30"""
    return calendar.long_moment(value) if value else ""


@register.filter
def yuan(fen: int | None) -> str:
    """Integer 分 → 1,234.56 元"""
    return "" if fen is None else money.yuan(fen)


@register.filter
def wan(fen: int | None) -> str:
    """Integer 分 → 12.35 万元"""
    return "" if fen is None else money.wan(fen)


@register.filter
def masked_phone(phone: str | None) -> str:
    """138****1234"""
    return masking.masked_phone(phone or "")


@register.filter
def masked_name(name: str | None) -> str:
    """张*"""
    return masking.masked_name(name or "")


@register.filter
def word(words: dict[str, str], value: str) -> str:
    """The word of a closed list for a stored value; the value itself when the list does not know it."""
    return words.get(value, value)
