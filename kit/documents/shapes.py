"""The blocks of an official paper as plain values; no Word here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Title:
    """标题: 2号 小标宋, centred, broken into lines of about equal length. ``\\n`` begins a line of its own."""

    text: str


@dataclass(frozen=True)
class Number:
    """发文字号 below the title, its year in 〔〕: 联村〔2026〕3号."""

    text: str


@dataclass(frozen=True)
class Note:
    """题注 below the title, 楷体: （2026年11月3日联席会议通过）."""

    text: str


@dataclass(frozen=True)
class Recipients:
    """主送机关: flush left, a full-width colon at the end."""

    names: Sequence[str]


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4, numbered by itself: 一、 （一） 1. （1）."""

    text: str
    level: Literal[1, 2, 3, 4] = 1


@dataclass(frozen=True)
class Paragraph:
    """正文: 3号 仿宋, the first line moved in by two characters. keep: stays on one page with what follows."""

    text: str
    keep: bool = False


@dataclass(frozen=True)
class Roll:
    """出席, 请假, 列席 of a 纪要: the word in 黑体 behind two characters, a full-width colon, then the names."""

    label: str
    names: str


@dataclass(frozen=True)
class Column:
    """One column of a table; ``mm`` is its share of the 156 mm of the page."""

    title: str
    mm: int
    align: Literal["center", "left"] = "center"


@dataclass(frozen=True)
class Table:
    """附表: ruled, its head repeated on every page. row_mm: at least that high, for what is written by hand."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    row_mm: int = 0


@dataclass(frozen=True)
class Facts:
    """A ruled table of two columns: what (黑体) and its value; an empty value is filled in by hand."""

    rows: Sequence[tuple[str, str]]
    row_mm: int = 0


@dataclass(frozen=True)
class Attachments:
    """附件说明: one line below the text, numbered when there are several."""

    names: Sequence[str]


@dataclass(frozen=True)
class Signature:
    """发文机关署名 and 成文日期 without a seal: the name two characters from the right, the date set under it."""

    name: str
    on: date


@dataclass(frozen=True)
class Annex:
    """附件: on a page of its own, its mark (附件, 附件1) in 黑体 flush left and its title centred."""

    mark: str
    title: str


Block = (
    Title | Number | Note | Recipients | Heading | Paragraph | Roll | Table | Facts | Attachments | Signature | Annex
)


@dataclass(frozen=True)
class Document:
    """公文. title, issuer and on become the properties of the file; what is read stands in the blocks."""

    title: str
    issuer: str
    on: date
    blocks: Sequence[Block]


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Text as people typed it, a paragraph for each line that says something."""
    return tuple(Paragraph(line.strip()) for line in text.splitlines() if line.strip())
