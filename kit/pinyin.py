"""Pinyin initials, so that a village or a name is found by typing ``lmc`` for 龙门村."""


def initials(text: str) -> str:
    """Lower-case first letters of each syllable, other letters and digits kept: ``"龙门村1组"`` → ``"lmc1z"``."""
    # Its phrase book takes 55 MB; a process that names nobody never loads it.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower().replace(" ", "")
