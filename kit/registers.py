"""台账 out of the system: rows as CSV or as a workbook, nothing in them that runs, every export on record (G5)."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from kit import facts, workbook
from kit.errors import RuleBroken
from kit.facts import REASON_ABOVE
from kit.services import service
from kit.workbook import Column, Register, disarmed

MOST_ROWS = 50_000


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


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs to read Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([disarmed(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], *, unit: str, on: date) -> bytes:
    """The register as the offices file it: title, who and when, 序号, footer to sign; text is text, never a formula."""
    columns = [Column(heading) for heading in headings]
    return workbook.write(Register(title, columns, rows, unit=unit, on=on))
