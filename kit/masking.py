"""What stands on a page in place of a phone number or a name for those who may not read it. Pure."""


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
