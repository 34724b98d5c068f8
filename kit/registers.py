"""台账 out of the system: rows as CSV or as a workbook, nothing in them that runs, every export on record (G5)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kit import facts
from kit.errors import RuleBroken
from kit.facts import REASON_ABOVE
from kit.services import service

MOST_ROWS = 50_000
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@service
def note_export(*, actor, org, what: str, count: int, reason: str, kind: str, now: datetime) -> None:
    """Record who took which register out, how many rows and what for.

    Raises: RuleBroken ``reason_needed`` above 500 rows without a reason, ``too_many_rows`` above 50,000.
    """
    if count > MOST_ROWS:
        raise RuleBroken("too_many_rows", f"一次最多导出{MOST_ROWS}行，请先用筛选缩小范围。", field="format")
    if count > REASON_ABOVE and not reason.strip():
        raise RuleBroken("reason_needed", f"导出超过{REASON_ABOVE}行须写明用途。", field="reason")
    facts.record_reading(actor=actor, org=org, what=what, count=count, at=now, ground=reason.strip(), exported=kind)


def disarmed(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; negative numbers stay numbers."""
    if not isinstance(value, str):
        return "" if value is None else value
    first = value.lstrip(" \t\r\n\u3000")[:1]
    starts_badly = value[:1] in ("\t", "\r", "\n") or first in ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    return "'" + value if starts_badly and not _NUMBER.fullmatch(value) else value


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs to read Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([disarmed(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet, headings frozen, text as text: a cell of ours is never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(headings):
        sheet.column_dimensions[get_column_letter(number + 1)].width = max(10, 2.2 * len(heading) + 4)
    heads = []
    for heading in headings:
        cell = WriteOnlyCell(sheet, heading)
        cell.font, cell.alignment = Font(bold=True), Alignment(horizontal="center")
        heads.append(cell)
    sheet.append(heads)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", disarmed(value)))
    cell.data_type = "s"
    return cell
