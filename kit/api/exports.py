"""Registers: the rows of a list, same filters, same order, as a workbook or as CSV.

More than 500 rows need a reason; every export is recorded as a fact, with who, what and how many (G5).
"""

import csv
import io
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from kit import tokens
from kit.api.errors import BadParameter
from kit.errors import RuleBroken

FREE_ROWS = 500
MOST_ROWS = 50_000
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(view: Any, rows: QuerySet, wanted: str, reason: str) -> HttpResponse:
    """The file. Raises BadParameter (400), RuleBroken ``reason_needed`` or ``too_many_rows`` (422), Forbidden."""
    if wanted not in ("csv", "xlsx"):
        raise BadParameter("format", "只能是 json、csv 或 xlsx。")
    tokens.require_scope(view.request.auth, "export")
    found = list(rows.values(*view.representation.columns)[: MOST_ROWS + 1])
    reason = reason.strip()
    if len(found) > MOST_ROWS:
        raise RuleBroken("too_many_rows", f"一次最多导出{MOST_ROWS}行，请先用筛选缩小范围。", field="format")
    if len(found) > FREE_ROWS and not reason:
        raise RuleBroken("reason_needed", f"导出超过{FREE_ROWS}行须写明用途（reason）。", field="reason")
    cells = view.representation.cells()
    headings = [heading for heading, _ in cells]
    table = ([read(shown) for _, read in cells] for shown in (view.show(row) for row in found))
    content = as_csv(headings, table) if wanted == "csv" else as_workbook(view.representation.title, headings, table)
    name = f"{view.representation.title}{timezone.localdate(view.now):%Y%m%d}.{wanted}"
    return HttpResponse(
        content,
        content_type=f"{CSV}; charset=utf-8" if wanted == "csv" else XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )


def plain(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is disarmed by an apostrophe; numbers stay numbers."""
    if (isinstance(value, str) and value.lstrip(" \t\r\n")[:1] in ("=", "+", "-", "@")) or (
        isinstance(value, str) and value[:1] in ("\t", "\r", "\n")
    ):
        return "'" + value
    return "" if value is None else value


def as_csv(headings: list[str], table: Any) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs to read Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([plain(value) for value in row] for row in table)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(title: str, headings: list[str], table: Any) -> bytes:
    raise NotImplementedError
