"""Blocks to WordprocessingML, and the parts to one file. The same document always gives the same bytes."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import singledispatchmethod
from typing import Any
from xml.sax.saxutils import escape  # nosec B406 - escapes only, parses nothing

from kit.calendar import long_date
from kit.documents import parts, profile, text
from kit.documents.shapes import (
    Annex,
    Attachments,
    Document,
    Facts,
    Heading,
    Note,
    Number,
    Paragraph,
    Recipients,
    Roll,
    Signature,
    Table,
    Title,
)
from kit.workbook.cells import legal

# The archive knows no earlier day. Stored, not deflated: another zlib would give other bytes and another hash.
_DAY = (1980, 1, 1, 0, 0, 0)
_LONG = re.compile(r"[!-~]{13,}")
_KEEP = re.compile(r"<w:pPr><w:pStyle w:val=\"(\w+)\"/>(?!<w:keepNext/>)")

_TAIL = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>'
    "</w:pPr></w:p>"
)


def write(document: Document) -> bytes:
    """The .docx of a document."""
    body = _Body()
    for block in document.blocks:
        body.put(block)
    files = {
        "[Content_Types].xml": parts.TYPES_XML,
        "_rels/.rels": parts.RELS_XML,
        "docProps/core.xml": parts.properties(_plain(document.title), _plain(document.issuer), document.on.isoformat()),
        "word/document.xml": body.xml(),
        "word/_rels/document.xml.rels": parts.DOCUMENT_RELS_XML,
        "word/styles.xml": parts.STYLES_XML,
        "word/settings.xml": parts.SETTINGS_XML,
        "word/fontTable.xml": parts.FONTS_XML,
        "word/footer1.xml": parts.footer("PageOdd"),
        "word/footer2.xml": parts.footer("PageEven"),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, xml in files.items():
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system = 3
            archive.writestr(entry, xml.encode())
    return out.getvalue()


def _plain(words: str) -> str:
    return escape(legal(words).replace("\n", " ").strip())


def _run(words: str) -> str:
    pieces = [f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in legal(words).split("\n")]
    return f"<w:r>{'<w:br/>'.join(pieces)}</w:r>"


def _paragraph(style: str, words: str, *, more: str = "", keep: bool = False) -> str:
    """more: what stands in pPr behind the style, in the order of the schema."""
    # A short number stays whole; a long one may be broken, or justified lines would be torn wide around it.
    broken = '<w:wordWrap w:val="0"/>' if not more and _LONG.search(words) else ""
    before = f'<w:pStyle w:val="{style}"/>{"<w:keepNext/>" if keep else ""}{broken}{more}'
    return f"<w:p><w:pPr>{before}</w:pPr>{_run(words) if words else ''}</w:p>"


class _Body:
    """The paragraphs and tables of one document, from top to bottom."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.numbers: Counter[int] = Counter()
        self.in_head = self.in_roll = False

    def put(self, block: Any) -> None:
        """Add a block; one blank line between the head of a paper and what follows."""
        is_head = isinstance(block, Title | Number | Note)
        if self.in_head and not is_head:
            self._blank()
        self.in_head = is_head or isinstance(block, Annex)
        self.add(block)
        self.in_roll = isinstance(block, Roll)

    def xml(self) -> str:
        page = (
            '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
            f'<w:pgSz w:w="{profile.twips(profile.PAGE_WIDTH)}" w:h="{profile.twips(profile.PAGE_HEIGHT)}"/>'
            f'<w:pgMar w:top="{profile.twips(profile.TOP)}" w:right="{profile.twips(profile.RIGHT)}"'
            f' w:bottom="{profile.twips(profile.BOTTOM)}" w:left="{profile.twips(profile.LEFT)}" w:header="851"'
            f' w:footer="{profile.twips(profile.FOOTER)}" w:gutter="0"/>'
            f'<w:docGrid w:linePitch="{profile.LINE_PITCH}"/></w:sectPr>'
        )
        # Word wants a paragraph behind a table that ends the page; one point high, or it would open a page of its own.
        tail = _TAIL if self.out and self.out[-1].startswith("<w:tbl>") else ""
        return (
            f'{parts.HEAD}<w:document xmlns:w="{parts.W}" xmlns:r="{parts.R}"><w:body>'
            f"{''.join(self.out)}{tail}{page}</w:body></w:document>"
        )

    def _keep_last(self) -> None:
        """What stands last stays with what comes next: no signature alone on a page."""
        if self.out and self.out[-1].startswith("<w:p>"):
            self.out[-1] = _KEEP.sub(r'<w:pPr><w:pStyle w:val="\1"/><w:keepNext/>', self.out[-1], count=1)

    def _blank(self, *, keep: bool = False) -> None:
        self.out.append(_paragraph("Normal", "", keep=keep))

    @singledispatchmethod
    def add(self, block: Any) -> None:
        raise TypeError(f"no such block: {block!r}")

    @add.register
    def _(self, block: Title) -> None:
        self.out.append(_paragraph("Title", "\n".join(text.lines(block.text, profile.TITLE_CHARACTERS)), keep=True))

    @add.register
    def _(self, block: Number) -> None:
        self.out.append(_paragraph("Number", block.text, keep=True))

    @add.register
    def _(self, block: Note) -> None:
        self.out.append(_paragraph("Note", block.text, keep=True))

    @add.register
    def _(self, block: Recipients) -> None:
        self.out.append(_paragraph("Recipients", f"{'、'.join(block.names)}："))

    @add.register
    def _(self, block: Heading) -> None:
        self.numbers[block.level] += 1
        for deeper in range(block.level + 1, 5):
            self.numbers[deeper] = 0
        mark = text.heading_mark(block.level, self.numbers[block.level])
        self.out.append(_paragraph(f"Heading{block.level}", mark + block.text))

    @add.register
    def _(self, block: Paragraph) -> None:
        self.out.append(_paragraph("Body", block.text, keep=block.keep))

    @add.register
    def _(self, block: Roll) -> None:
        # A blank line above the first; the label takes its font alone, size and spacing are the style's.
        if not self.in_roll:
            self._blank()
        font = f"<w:rPr>{parts.fonts(profile.HEITI)}</w:rPr>"
        label = _run(f"{block.label}：").replace("<w:r>", f"<w:r>{font}", 1)
        names = _paragraph("Body", f"{block.names}。")
        self.out.append(names.replace("</w:pPr>", f"</w:pPr>{label}", 1))

    @add.register
    def _(self, block: Table) -> None:
        mm = [column.mm for column in block.columns]
        styles = ["Cell" if column.align == "center" else "CellLeft" for column in block.columns]
        head = _row([("CellHead", column.title) for column in block.columns], mm, is_head=True, row_mm=10)
        rows = [_row(list(zip(styles, row, strict=True)), mm, row_mm=block.row_mm or 9) for row in block.rows]
        self.out.append(_table(mm, [head, *rows]))

    @add.register
    def _(self, block: Facts) -> None:
        mm = [34, profile.TEXT_WIDTH - 34]
        rows = [
            _row([("CellHead", label), ("CellLeft", value)], mm, may_split=True, row_mm=block.row_mm or 10)
            for label, value in block.rows
        ]
        self.out.append(_table(mm, rows))

    @add.register
    def _(self, block: Attachments) -> None:
        if not block.names:
            return
        self._blank()
        if len(block.names) == 1:
            self.out.append(_paragraph("Attachment", f"附件：{block.names[0]}"))
            return
        for number, name in enumerate(block.names, 1):
            first = number == 1
            style = "Attachment" if first else "AttachmentNext"
            self.out.append(_paragraph(style, f"{'附件：' if first else ''}{number}.{name}"))

    @add.register
    def _(self, block: Signature) -> None:
        day = long_date(block.on, weekday=False)
        name_wide, day_wide = text.width(block.name), text.width(day)
        # The date begins two characters right of the name; the longer of the two ends two characters from the margin.
        day_right = max(2.0, name_wide - day_wide)
        name_right = max(2.0, day_right + day_wide + 2 - name_wide)
        if name_wide + name_right > profile.CHARACTERS_A_LINE:  # a name of several lines
            day_right = name_right = 2.0
        self._keep_last()
        self._blank(keep=True)
        self.out.append(_paragraph("Signature", block.name, more=_right(name_right), keep=True))
        self.out.append(_paragraph("Signature", day, more=_right(day_right)))

    @add.register
    def _(self, block: Annex) -> None:
        self.numbers.clear()
        self.out.append(_paragraph("AnnexMark", block.mark, more="<w:pageBreakBefore/>"))
        self._blank()
        self.add(Title(block.title))


def _right(characters: float) -> str:
    return f'<w:ind w:rightChars="{round(characters * 100)}" w:right="{round(characters * profile.THREE * 20)}"/>'


def _row(
    cells: Sequence[tuple[str, str]],
    mm: Sequence[int],
    *,
    row_mm: int,
    is_head: bool = False,
    may_split: bool = False,
) -> str:
    marks = (
        ("" if may_split else "<w:cantSplit/>")
        + f'<w:trHeight w:val="{profile.twips(row_mm)}" w:hRule="atLeast"/>'
        + ("<w:tblHeader/>" if is_head else "")
    )
    return f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(map(_cell, cells, mm))}</w:tr>"


def _cell(cell: tuple[str, str], mm: int) -> str:
    style, words = cell
    lines = [line for line in words.split("\n") if line.strip()] or [""]
    inside = "".join(_paragraph(style, line) for line in lines)
    width = f'<w:tcW w:w="{profile.twips(mm)}" w:type="dxa"/>'
    return f'<w:tc><w:tcPr>{width}<w:vAlign w:val="center"/></w:tcPr>{inside}</w:tc>'


def _table(mm: Sequence[int], rows: Iterable[str]) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{profile.twips(each)}"/>' for each in mm)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(map(profile.twips, mm))}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{sides}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/>{parts.CELL_MARGINS}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
