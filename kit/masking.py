"""What stands on a page in place of a phone number or a name for those who may not read it. Pure."""

import re
from collections.abc import Iterable


def masked_phone(phone: str) -> str:
    """``138****1234``. Other lengths keep two characters at each end; short text is hidden whole."""
    phone = phone.strip()
    if len(phone) == 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"{phone[:2]}****{phone[-2:]}" if len(phone) > 6 else "*" * len(phone)


# Surnames of two characters; every other name has a surname of one.
DOUBLE_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "司空",
        "夏侯",
        "长孙",
        "宇文",
        "端木",
        "百里",
        "南宫",
        "独孤",
        "轩辕",
    ]
)


def masked_name(name: str) -> str:
    """``张*``, ``欧阳*``: the surname and one star, whatever the length."""
    name = name.strip()
    if not name:
        return ""
    return f"{name[:2] if len(name) > 2 and name[:2] in DOUBLE_SURNAMES else name[0]}*"


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9*]{4}){2}(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])0[0-9]{2,3}[- ]?[0-9]{7,8}(?![0-9])")
# An identity or card number, also when it passes no check of its own.
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){14,18}[Xx]?(?![0-9])")


def without_people(text: str, names: Iterable[str]) -> str:
    """Text for a chat group: ``有关同志`` in place of these names, telephone and personal numbers left out."""
    text = text.translate(_FULL_WIDTH)
    for name in sorted(set(names), key=len, reverse=True):
        text = re.sub(f"{re.escape(name)}(?:同志)?", "有关同志", text)
    text = _LONG_NUMBER.sub("（号码从略）", text)
    return _LANDLINE.sub("（电话从略）", _MOBILE.sub("（电话从略）", text))
