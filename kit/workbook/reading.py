"""Uploads as WPS and Excel save them: the header is searched, merged cells and 同上 are filled, each cell is parsed."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from kit.errors import DomainError, RuleBroken
from kit.files import office
from kit.workbook.cells import as_text, legal
from kit.workbook.shapes import Field, Row, Sheet

MOST_ROWS = 5000
# Far more than 5,000 rows of 40 columns; counted before the library unfolds them in memory.
MOST_CELLS = 400_000
HEADER_WITHIN = 20
BLANK_ROWS_AT_END = 50
ERRORS = "错误原因"
_OURS = {"序号", ERRORS}
_SAME = {"同上", "〃", "″", '"', "''", "同前"}
_SUMS = re.compile(r"(合\s*计|总\s*计|小\s*计)[:：]?")
_FOOTER = re.compile(r"(填表人|审核人|制表人|填报人|负责人|经办人|联系人|备注|说明|注)\s*[:：]")
_RED = PatternFill("solid", start_color="FFC7CE")
_REASON = Font(name="宋体", size=11, color="9C0006")


def read(data: bytes, fields: list[Field]) -> Sheet:
    """See ``kit.workbook.read``."""
    _check_upload(data)
    book = load_workbook(io.BytesIO(data), data_only=True)
    found = None
    missing = [field.title for field in fields if field.required]
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        header, columns, lacking, strange = _find_header(sheet, fields)
        if not lacking and columns:
            found = (sheet, header, columns, strange)
            break
        if columns and len(lacking) < len(missing):
            missing = lacking
    if found is None:
        raise _refusal("header_missing", f"没有找到表头。缺少这些列：{'、'.join(missing)}。请用下载的模板填写。")
    sheet, header, columns, strange = found
    rows = list(_rows(sheet, header, columns, fields))
    if len(rows) > MOST_ROWS:
        raise _refusal("too_many_rows", f"一次最多导入 {MOST_ROWS} 行，请分成几个文件。")
    if not rows:
        raise _refusal("no_rows", "表头下面没有内容。")
    names = {field.name: field.title for field in fields if field.name}
    return Sheet(data, sheet.title, header, columns, rows, names, strange)


def _check_upload(data: bytes) -> None:
    if not data.startswith(b"PK"):
        raise _refusal("file_type", "请上传 .xlsx 文件；旧的 .xls 请在 WPS 里另存为 .xlsx。", status=415)
    if office.recognise(data) != "xlsx":
        raise _refusal("file_type", "请上传 .xlsx 文件。", status=415)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        cells = sum(len(re.findall(rb"<(?:x:)?c[ />]", archive.read(name))) for name in parts)
    if cells > MOST_CELLS:
        raise _refusal("too_many_rows", f"表格太大。一次最多导入 {MOST_ROWS} 行，请删去多余的行列或分成几个文件。")


def _refusal(code: str, sentence: str, *, status: int = 422) -> RuleBroken:
    return RuleBroken(code, sentence, field="file", status=status)


# --- the header ------------------------------------------------------------------------------------------------------


def _title(value: Any) -> str:
    """A column title as compared: without spaces, line breaks, the star and what stands in brackets behind it."""
    flat = unicodedata.normalize("NFKC", as_text(value))
    flat = re.sub(r"[\s*]+", "", flat)
    return re.sub(r"\([^)]*\)$", "", flat) or flat


def _find_header(sheet: Any, fields: Sequence[Field]) -> tuple[int, dict[str, int], list[str], list[str]]:
    """The row that names the most fields: its number, field → column, required fields it lacks, unknown titles."""
    wanted = {_title(name): field.title for field in fields for name in (field.title, *field.aliases)}
    best: tuple[int, dict[str, int], list[str]] = (0, {}, [])
    for row in sheet.iter_rows(max_row=HEADER_WITHIN):
        columns: dict[str, int] = {}
        strange = []
        for cell in row:
            title = _title(cell.value)
            if title in wanted:
                if wanted[title] in columns:
                    raise _refusal("header_twice", f"表头里“{wanted[title]}”写了两次。")
                columns[wanted[title]] = cell.column
            elif title and title not in _OURS:
                strange.append(as_text(cell.value))
        if len(columns) > len(best[1]):
            best = (row[0].row, columns, strange)
    header, columns, strange = best
    return header, columns, [f.title for f in fields if f.required and f.title not in columns], strange


# --- the rows --------------------------------------------------------------------------------------------------------


def _rows(sheet: Any, header: int, columns: dict[str, int], fields: Sequence[Field]) -> Iterator[Row]:
    merged = _merged(sheet)
    above: dict[str, str] = {}
    blank = 0
    for cells in sheet.iter_rows(min_row=header + 1):
        number = cells[0].row
        texts = {title: _text(sheet, merged, number, column) for title, column in columns.items()}
        first = next((text for cell in cells if (text := as_text(cell.value))), "")
        if not any(texts.values()) and not first:
            blank += 1
            if blank > BLANK_ROWS_AT_END:
                return
            continue
        blank = 0
        if _FOOTER.match(first):
            return
        if _SUMS.fullmatch(first) or not any(texts.values()):
            continue
        for title, text in texts.items():
            if text in _SAME:
                texts[title] = above.get(title, "")
        above = texts
        yield _parsed(number, texts, fields)


def _merged(sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Each cell of a merged area → the corner that holds its value."""
    corners = {}
    for area in sheet.merged_cells.ranges:
        if area.size["rows"] * area.size["columns"] > MOST_CELLS:
            raise _refusal("too_many_rows", "合并的单元格太大，请取消合并后再导入。")
        for row, column in area.cells:
            corners[row, column] = (area.min_row, area.min_col)
    return corners


def _text(sheet: Any, merged: dict, row: int, column: int) -> str:
    cell = sheet.cell(*merged.get((row, column), (row, column)))
    if cell.data_type == "e":
        return f"（公式出错：{cell.value}）"
    return as_text(cell.value, cell.number_format)


def _parsed(number: int, texts: dict[str, str], fields: Sequence[Field]) -> Row:
    row = Row(number)
    for field in fields:
        text = texts.get(field.title, "")
        if not text:
            row.values[field.title] = None
            if field.required:
                row.refuse(field.title, f"“{field.title}”必须填写。")
            continue
        try:
            row.values[field.title] = field.parse(text)
        except (ValueError, DomainError) as fault:
            row.values[field.title] = None
            row.refuse(field.title, f"“{field.title}”：{fault}")
    return row


# --- the answer ------------------------------------------------------------------------------------------------------


def with_errors(sheet: Sheet) -> bytes:
    """See ``Sheet.with_errors``."""
    book = load_workbook(io.BytesIO(sheet.data))
    page = book[sheet.name]
    place = next(
        (cell.column for cell in page[sheet.header] if as_text(cell.value) == ERRORS),
        max(cell.column for cell in page[sheet.header] if as_text(cell.value)) + 1,
    )
    for row in sheet.rows:
        _say(page, row.number, place, "")
    _say(page, sheet.header, place, ERRORS)
    page.column_dimensions[get_column_letter(place)].width = 48
    for wrong in sheet.wrong:
        for title in wrong.errors:
            if title in sheet.columns:
                _corner(page, wrong.number, sheet.columns[title]).fill = _RED
        _say(page, wrong.number, place, "\n".join(s for sentences in wrong.errors.values() for s in sentences))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _say(page: Any, row: int, column: int, words: str) -> None:
    cell = _corner(page, row, column)
    if not words and cell.value is None:
        return
    cell.value = legal(words) or None
    if words:
        cell.data_type = "s"
        cell.font, cell.alignment = _REASON, Alignment(wrap_text=True, vertical="center")


def _corner(page: Any, row: int, column: int) -> Any:
    """The cell itself, or the corner of the merged area it lies in (the others cannot be written)."""
    for area in page.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return page.cell(area.min_row, area.min_col)
    return page.cell(row, column)
