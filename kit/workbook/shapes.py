"""The plain shapes of a register and of an uploaded table; no spreadsheet library here."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Column:
    """One column of a register. kind: ``auto`` by the value; ``text`` (also long numbers), ``number``, ``date``,
    ``money`` (分 → 元), ``wan`` (分 → 万元). total: summed in the 合计 row. width: in characters, else by content."""

    title: str
    kind: str = "auto"
    total: bool = False
    width: float | None = None


@dataclass(frozen=True)
class Register:
    """台账. unit: who fills it in (填报单位); measure: e.g. ``元``; footer: the words beside which people sign."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    unit: str = ""
    on: date | None = None
    measure: str = ""
    numbered: bool = True
    footer: Sequence[str] = ("填表人", "审核人", "日期")


@dataclass(frozen=True)
class Field:
    """One column that people fill in. ``parse`` takes the cell as text and returns the value or raises ValueError with
    a Chinese sentence. choices: the words of the drop-down. aliases: other titles people write. name: what the service
    calls this field when it refuses. as_text: long numbers, kept as text by the template."""

    title: str
    parse: Callable[[str], Any]
    required: bool = True
    aliases: Sequence[str] = ()
    choices: Sequence[str] = ()
    hint: str = ""
    as_text: bool = False
    name: str = ""


@dataclass
class Row:
    """One row of an upload: its number in the sheet, parsed values by field title, refusals by field title."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, title: str, sentence: str) -> None:
        """Note a refusal at a cell; an empty title concerns the whole row."""
        self.errors.setdefault(title, []).append(sentence)


@dataclass
class Sheet:
    """An upload as read. columns: field title → column number; names: service name → field title; ignored: titles we
    do not know."""

    data: bytes
    name: str
    header: int
    columns: dict[str, int]
    rows: list[Row]
    names: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if row.errors]

    def with_errors(self) -> bytes:
        """The same workbook with the wrong cells red and a 错误原因 column."""
        from kit.workbook import reading

        return reading.with_errors(self)


@dataclass(frozen=True)
class Outcome:
    """What an import did: rows saved (0 when anything was wrong), rows looked at, rows that were wrong."""

    saved: int
    looked_at: int
    wrong: int


def file_name(*parts: str, on: date, kind: str = "xlsx") -> str:
    """``三江镇_资源台账_20261123.xlsx``; characters that a file system refuses are left out."""
    clean = [re.sub(r'[\\/:*?"<>|\x00-\x1f]', "", part).strip() for part in parts]
    return "_".join([*(part for part in clean if part), f"{on:%Y%m%d}"]) + f".{kind}"
