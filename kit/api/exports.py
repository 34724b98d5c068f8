"""``?format=csv|xlsx`` on a list: the register of the same rows in the same order, whole, whatever page was shown."""

from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from kit import registers, tokens
from kit.api.errors import BadParameter

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(view: Any, rows: QuerySet, wanted: str, reason: str) -> HttpResponse:
    """The file. Raises BadParameter (400), RuleBroken ``reason_needed`` or ``too_many_rows`` (422), Forbidden (403)."""
    if wanted not in ("csv", "xlsx"):
        raise BadParameter("format", "只能是 json、csv 或 xlsx。")
    tokens.require_scope(view.request.auth, "export")
    representation = view.representation
    found = list(rows.values(*representation.columns)[: registers.MOST_ROWS + 1])
    registers.note_export(
        actor=view.actor,
        org=view.actor.organization,
        what=representation.resource,
        count=len(found),
        reason=reason,
        kind=wanted,
        now=view.now,
    )
    cells = representation.cells()
    headings = [heading for heading, _ in cells]
    table = [[read(shown) for _, read in cells] for shown in map(view.show, found)]
    content = (
        registers.as_csv(headings, table)
        if wanted == "csv"
        else registers.as_workbook(
            f"{representation.title}台账",
            headings,
            table,
            unit=view.actor.organization.name,
            on=timezone.localdate(view.now),
        )
    )
    name = f"{representation.title}{timezone.localdate(view.now):%Y%m%d}.{wanted}"
    return HttpResponse(
        content,
        content_type=f"{CSV}; charset=utf-8" if wanted == "csv" else XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )
