"""Registers and templates as .xlsx (the register profile of the offices). Every text cell is text, never a formula."""

import io
import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation

from kit import money
from kit.calendar import SHANGHAI
from kit.workbook.cells import legal
from kit.workbook.shapes import Column, Field, Register

_THIN = Side(style="thin", color="808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_BODY = Font(name="宋体", size=11)
_BOLD = Font(name="宋体", size=11, bold=True)
_TITLE = Font(name="黑体", size=16, bold=True)
_HEAD_FILL = PatternFill("solid", start_color="F2F2F2")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_RIGHT = Alignment(horizontal="right", vertical="center")
_FORMATS = {"money": "#,##0.00", "wan": "#,##0.00", "date": "yyyy-mm-dd"}
# Numbers longer than this lose their last digits in a spreadsheet, so they are written as text.
_MOST_DIGITS = 15
A4 = 9


def write(register: Register) -> bytes:
    columns = [Column("序号", "number", width=6), *register.columns] if register.numbered else list(register.columns)
    rows = [list(row) for row in register.rows]
    if register.numbered:
        rows = [[number, *row] for number, row in enumerate(rows, 1)]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(register.title))
    second_line = bool(register.unit or register.on or register.measure)
    # The file is written from top to bottom: what stands above the rows in it comes first.
    _page(sheet, 3 if second_line else 2)
    paper = _Paper(sheet, columns)
    totals = _totals(columns, rows) if any(column.total for column in columns) else None
    paper.widths(rows[:300] + ([totals] if totals else []))
    paper.across([(register.title, _MIDDLE)], _TITLE, height=34)
    if second_line:
        paper.across(_second_line(register), _BODY, height=22)
    paper.line([column.title for column in columns], head=True)
    for row in rows:
        paper.line(row)
    if totals:
        paper.total(totals)
    if register.footer:
        paper.across([(f"{word}：", _LEFT) for word in register.footer], _BODY, height=26)
    return _bytes(book)


def _second_line(register: Register) -> list[tuple[str, Alignment]]:
    on = f"时间：{register.on.year}年{register.on.month}月{register.on.day}日" if register.on else ""
    return [
        (f"填报单位：{register.unit}" if register.unit else "", _LEFT),
        (on, _MIDDLE),
        (f"单位：{register.measure}" if register.measure else "", _RIGHT),
    ]


class _Paper:
    """Writes one sheet from top to bottom."""

    def __init__(self, sheet: Any, columns: Sequence[Column]) -> None:
        self.sheet, self.columns, self.row = sheet, columns, 0
        self.wide = [8.0] * len(columns)

    def widths(self, rows: Sequence[Sequence[Any]]) -> None:
        for number, column in enumerate(self.columns):
            shown = (_cell_width(_plain(row[number], column), column) for row in rows)
            width = column.width or min(max(8, _cell_width(column.title), *shown) + 2, 40)
            self.sheet.column_dimensions[get_column_letter(number + 1)].width = self.wide[number] = width

    def across(self, texts: Sequence[tuple[str, Alignment]], font: Font, *, height: float) -> None:
        """Texts side by side over the whole width, each in merged cells."""
        self.row += 1
        self.sheet.row_dimensions[self.row].height = height
        count = len(self.columns)
        starts = self._starts(len(texts))
        cells: list[Any] = [None] * count
        for place, start in enumerate(starts):
            end = starts[place + 1] if place + 1 < len(starts) else count
            # On a table narrower than its texts the last ones share a cell.
            words, alignment = texts[place] if place + 1 < len(starts) else _joined(texts[place:])
            cells[start] = self._text(words, font, alignment)
            if end - start > 1:
                self._merge(self.row, start + 1, end)
        self.sheet.append(cells)

    def _starts(self, parts: int) -> list[int]:
        """The columns that begin the parts of the width, as equal as the columns allow."""
        edges = [sum(self.wide[:number]) for number in range(len(self.wide))]
        wanted = [sum(self.wide) * part / parts for part in range(parts)]
        return sorted({min(range(len(edges)), key=lambda number: abs(edges[number] - each)) for each in wanted})

    def total(self, values: Sequence[Any]) -> None:
        """The 合计 row; its word takes the cells up to the first sum."""
        first = next(number for number, column in enumerate(self.columns) if column.total)
        if first > 1:
            self._merge(self.row + 1, 1, first)
        self.line(values, bold=True)

    def _merge(self, row: int, first: int, last: int) -> None:
        self.sheet.merged_cells.add(CellRange(min_row=row, max_row=row, min_col=first, max_col=last).coord)

    def line(self, values: Sequence[Any], *, head: bool = False, bold: bool = False) -> None:
        self.row += 1
        plain = values if head else [_plain(value, column) for column, value in zip(self.columns, values, strict=True)]
        # No office program fits the height by itself to a file that it did not write.
        lines = max(
            math.ceil(_cell_width(value, column) / wide)
            for column, value, wide in zip(self.columns, plain, self.wide, strict=True)
        )
        self.sheet.row_dimensions[self.row].height = max(30 if head else 20, 15 * min(lines, 20) + 4)
        cells = []
        for column, value in zip(self.columns, plain, strict=True):
            cell = self._text(value, _BOLD, _MIDDLE) if head else self._cell(value, column, _BOLD if bold else _BODY)
            cell.border = _GRID
            if head:
                cell.fill = _HEAD_FILL
            cells.append(cell)
        self.sheet.append(cells)

    def _text(self, words: str, font: Font, alignment: Alignment) -> Any:
        cell = WriteOnlyCell(self.sheet, legal(words))
        # Whatever it begins with: a string, shown as text and kept as text when somebody edits the cell.
        cell.data_type = "s"
        cell.font, cell.alignment = font, alignment
        cell.number_format = "@"
        cell.quotePrefix = True
        return cell

    def _cell(self, plain: Any, column: Column, font: Font) -> Any:
        if isinstance(plain, str):
            return self._text(plain, font, _MIDDLE if plain == "合计" else _LEFT)
        cell = WriteOnlyCell(self.sheet, plain)
        cell.font = font
        cell.alignment = _MIDDLE if isinstance(plain, date) or column.title == "序号" else _RIGHT
        cell.number_format = _FORMATS["date"] if isinstance(plain, date) else _FORMATS.get(column.kind, "General")
        return cell


def _joined(texts: Sequence[tuple[str, Alignment]]) -> tuple[str, Alignment]:
    return "    ".join(words for words, _ in texts if words), texts[0][1]


def _plain(value: Any, column: Column) -> Any:
    """What the cell holds: text, a whole or exact number, or a date."""
    if value is None or value == "":
        return ""
    if column.kind in ("money", "wan"):
        return Decimal(money.whole_fen(value)) / (100 if column.kind == "money" else money.FEN_PER_WAN)
    if column.kind == "text" or isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if value.tzinfo else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if isinstance(value, int | Decimal):
        return str(value) if len(str(value).lstrip("-").replace(".", "")) > _MOST_DIGITS else value
    return str(value)


def _cell_width(value: Any, column: Column | None = None) -> float:
    """Characters as shown, a Chinese one counting two; of a text with line breaks the longest line."""
    if isinstance(value, date):
        return 10
    text = f"{value:,.2f}" if column and column.kind in _FORMATS and isinstance(value, Decimal) else str(value)
    return max(sum(2 if ord(char) > 0x2E7F else 1 for char in line) for line in text.splitlines() or [""])


def _totals(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> list[Any]:
    """The 合计 row: sums as numbers, not as formulas."""
    sums: list[Any] = [
        sum(row[number] for row in rows if row[number] not in (None, "")) if column.total else ""
        for number, column in enumerate(columns)
    ]
    if not columns[0].total:
        sums[0] = "合计"
    return sums


def _page(sheet: Any, header: int) -> None:
    sheet.freeze_panes = f"A{header + 1}"
    sheet.print_title_rows = f"{header}:{header}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.8, 0.4
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", legal(title)).strip()[:31] or "台账"


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- templates -------------------------------------------------------------------------------------------------------

TEMPLATE_ROWS = 500


def template(title: str, fields: list[Field], notes: list[str]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_name(title)
    for number, field in enumerate(fields, 1):
        letter = get_column_letter(number)
        head = sheet.cell(1, number, field.title + ("*" if field.required else ""))
        head.font, head.alignment, head.fill, head.border = _BOLD, _MIDDLE, _HEAD_FILL, _GRID
        sheet.column_dimensions[letter].width = max(_cell_width(field.title) + 6, 14)
        if field.as_text:
            for row in range(2, TEMPLATE_ROWS + 2):
                sheet.cell(row, number).number_format = "@"
    sheet.row_dimensions[1].height = 30
    _page(sheet, 1)
    _drop_downs(book, sheet, fields)
    said = book.create_sheet("填写说明")
    said.column_dimensions["A"].width, said.column_dimensions["B"].width = 24, 80
    lines = [("列", "怎么填"), *((field.title, _said(field)) for field in fields), *(("说明", note) for note in notes)]
    for row, (left, right) in enumerate(lines, 1):
        for column, words in ((1, left), (2, right)):
            cell = said.cell(row, column, words)
            cell.data_type = "s"
            cell.font, cell.alignment, cell.border = (_BOLD if row == 1 else _BODY), _LEFT, _GRID
    return _bytes(book)


def _said(field: Field) -> str:
    words = ["必填。" if field.required else "选填。", field.hint]
    if field.choices:
        words.append(f"从下拉框里选：{'、'.join(field.choices)}。")
    return "".join(words)


def _drop_downs(book: Workbook, sheet: Any, fields: list[Field]) -> None:
    """The words lie on a hidden sheet: a list inside the rule itself may only be 255 characters long."""
    if not any(field.choices for field in fields):
        return
    words = book.create_sheet("选项")
    words.sheet_state = "hidden"
    column = 0
    for number, field in enumerate(fields, 1):
        if not field.choices:
            continue
        column += 1
        for row, choice in enumerate(field.choices, 1):
            words.cell(row, column, choice).data_type = "s"
        letter = get_column_letter(column)
        rule = DataValidation(
            type="list", formula1=f"'选项'!${letter}$1:${letter}${len(field.choices)}", allow_blank=not field.required
        )
        rule.error, rule.errorTitle, rule.showErrorMessage = "请从下拉框里选。", "填写有误", True
        sheet.add_data_validation(rule)
        target = get_column_letter(number)
        rule.add(f"{target}2:{target}{TEMPLATE_ROWS + 1}")
