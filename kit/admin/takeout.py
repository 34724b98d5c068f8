"""导出 and 打印 of a list: the register of the rows that the list shows, whole; each one is on record (G5)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.widgets import UnfoldAdminRadioSelectWidget

from kit import registers
from kit.admin.forms import ActForm, Reason, show_refusal
from kit.errors import DomainError
from kit.facts import REASON_ABOVE

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Column:
    """One column of a register: its heading, and how a person may read a row there."""

    heading: str
    read: Callable[[Any, Any], Any]


class TakeoutForm(ActForm):
    """What for, and in which form."""

    format = forms.ChoiceField(
        label="格式",
        choices=[("xlsx", "Excel 表格（WPS 可打开）"), ("csv", "CSV 文本")],
        initial="xlsx",
        widget=UnfoldAdminRadioSelectWidget,
    )
    reason = Reason(
        label="用途", required=False, help_text=f"超过 {REASON_ABOVE} 条必须写明；导出的时间、条数和用途都有记录。"
    )


class Takeout:
    """The part of a screen that hands out its register. ``columns`` empty: there is none."""

    columns: tuple[Column, ...] = ()

    def takeout_urls(self, info: str) -> list:
        view = self.admin_site.admin_view
        return [
            path("export/", view(self.export_view), name=f"{info}_export"),
            path("print/", view(self.print_view), name=f"{info}_print"),
        ]

    def takeout_tools(self, request: HttpRequest) -> list[dict]:
        if not self.columns:
            return []
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return [
            {"label": "导出", "url": self.address("export") + query, "icon": "download"},
            {"label": "打印", "url": self.address("print") + query, "icon": "print", "new_window": True},
        ]

    def _listed(self, request: HttpRequest):
        """The rows behind the list with its search and drop-downs. 403 and 404 as for the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not self.columns:
            raise Http404
        return self.get_changelist_instance(request).queryset

    def _table(self, rows, person) -> list[list[Any]]:
        return [[column.read(row, person) for column in self.columns] for row in rows]

    def _note(self, request: HttpRequest, count: int, reason: str, kind: str) -> None:
        registers.note_export(
            actor=request.user,
            org=request.user.organization,
            what=self.opts.label_lower,
            count=count,
            reason=reason,
            kind=kind,
            now=timezone.now(),
        )

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Ask what for; on POST note it and hand the file out."""
        rows = self._listed(request)
        form = TakeoutForm(request.POST or None, request=request)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                kind, found = form.cleaned_data["format"], list(rows[: registers.MOST_ROWS + 1])
                try:
                    self._note(request, len(found), form.cleaned_data["reason"], kind)
                except DomainError as refusal:
                    show_refusal(form, refusal)
                    status = refusal.status
                else:
                    return self._file(kind, self._table(found, request.user))
        context = self._context(request, None, f"导出{self.title}") | {
            "form": form,
            "count": rows.order_by().values("pk")[: registers.MOST_ROWS + 1].count(),
            "add": True,
            "back": f"{self.list_url}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "kit/admin/export.html", context, status=status)

    def _file(self, kind: str, table: list[list[Any]]) -> HttpResponse:
        headings = [column.heading for column in self.columns]
        content = (
            registers.as_csv(headings, table)
            if kind == "csv"
            else registers.as_workbook(f"{self.title}台账", headings, table)
        )
        name = f"{self.title}台账_{timezone.localdate():%Y%m%d}.{kind}"
        return HttpResponse(
            content,
            content_type=TYPES[kind],
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"},
        )

    def print_view(self, request: HttpRequest) -> HttpResponse:
        """A plain page for paper: the same rows, at most what may go without a reason."""
        rows = self._listed(request)
        found = list(rows[: REASON_ABOVE + 1])
        more = len(found) > REASON_ABOVE
        if not more:
            self._note(request, len(found), "", "print")
        context = {
            "title": f"{self.title}台账",
            "headings": [column.heading for column in self.columns],
            "table": [] if more else self._table(found, request.user),
            "more": more,
            "limit": REASON_ABOVE,
            "unit": request.user.organization,
            "day": timezone.localdate(),
            "person": request.user,
            "back": f"{self.list_url}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "kit/admin/print.html", context, headers={"Cache-Control": "no-store"})
