"""过程质量 of a body and a year, the rows behind its numbers, and its register."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from deliberation import selectors
from deliberation.pages.base import InDeliberation
from kit import registers
from kit.api.exports import CSV, XLSX
from kit.calendar import day_of
from kit.components import Crumb, Empty
from kit.errors import DomainError

NO_ROWS = Empty(title="没有符合条件的", purpose="这个数字现在是零。", icon="check")
NOT_FOUND = "没有这个组织或年度。"


class _QualityPage(InDeliberation):
    """A page about one view: ``?body=`` a joint organization or area committee, ``?year=`` 2026."""

    @property
    def view(self) -> selectors.QualityView:
        if not hasattr(self, "_view"):
            asked = self.request.GET
            try:
                body = UUID(asked["body"]) if asked.get("body") else None
                year = int(asked["year"]) if asked.get("year") else None
            except ValueError:
                raise DomainError("bad_parameter", NOT_FOUND, status=400) from None
            self._view = selectors.quality_view(self.request.user, body=body, year=year, now=self.now)
        return self._view

    def here(self, name: str, **more: Any) -> str:
        return f"{reverse(name)}?{urlencode({'body': self.view.body.pk, 'year': self.view.year, **more})}"


class ProcessQuality(_QualityPage):
    """Every figure with its arithmetic, the flags with what they rest on."""

    template_name = "deliberation/quality.html"

    def context(self) -> dict[str, Any]:
        shown = selectors.process_quality(self.view)
        return {
            "title": f"{self.view.body.name}过程质量",
            "shown": shown,
            "offered": selectors.quality_bodies(self.request.user),
            "years": selectors.quality_years(day_of(self.now)),
            "rows": self.here("process-quality-rows"),
            "outside": [
                ("打印", self.here("process-quality-print"), "file"),
                ("导出Excel", self.here("process-quality-export", format="xlsx"), "download"),
                ("导出CSV", self.here("process-quality-export", format="csv"), "download"),
            ],
        }


class ProcessQualityPrint(_QualityPage):
    """The same on paper: every figure with its 口径 written out."""

    template_name = "deliberation/quality_print.html"

    def crumbs(self) -> Sequence[Crumb]:  # type: ignore[override]
        return [*super().crumbs(), Crumb("过程质量", self.here("process-quality"))]

    def context(self) -> dict[str, Any]:
        view = self.view
        return {
            "title": f"{view.body.name}{view.year}年过程质量",
            "shown": selectors.process_quality(view),
            "rows": self.here("process-quality-rows"),
        }


class ProcessQualityRows(_QualityPage):
    """The rows that a number counts, or that a flag rests on: as many as the number says."""

    template_name = "deliberation/quality_rows.html"

    def crumbs(self) -> Sequence[Crumb]:  # type: ignore[override]
        return [*super().crumbs(), Crumb("过程质量", self.here("process-quality"))]

    def context(self) -> dict[str, Any]:
        asked = self.request.GET
        shown = selectors.process_quality(self.view)
        title, rows = shown.rows(asked.get("item", ""), asked.get("part", ""))
        return {"title": title, "view": self.view, "rows": rows, "empty": NO_ROWS}


class ProcessQualityExport(_QualityPage):
    """The same figures as a register; on record like every export."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("format", "")
        if kind not in ("csv", "xlsx"):
            raise DomainError("bad_parameter", "只能导出 csv 或 xlsx。", status=400)
        view, headings = self.view, selectors.quality_headings()
        rows = list(selectors.quality_table(selectors.process_quality(view)))
        registers.note_export(
            actor=request.user,
            org=view.body,
            what="process-quality",
            count=len(rows),
            reason="",
            kind=kind,
            now=self.now,
        )
        title, on = f"{view.body.name}{view.year}年过程质量", day_of(self.now)
        content = (
            registers.as_csv(headings, rows)
            if kind == "csv"
            else registers.as_workbook(title, headings, rows, unit=view.body.name, on=on)
        )
        return HttpResponse(
            content,
            content_type=f"{CSV}; charset=utf-8" if kind == "csv" else XLSX,
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{title}{on:%Y%m%d}.{kind}')}"},
        )
