"""导出 and 打印 of a list: the register of the rows that the list shows, whole; each one is on record (G5)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.widgets import UnfoldAdminRadioSelectWidget

from kit import registers, workbook
from kit.admin.forms import ActForm, Reason, show_refusal
from kit.errors import DomainError
from kit.facts import REASON_ABOVE

if TYPE_CHECKING:
    from kit.admin.governed import GovernedAdmin

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


def urls(screen: "GovernedAdmin", info: str) -> list:
    view = screen.admin_site.admin_view
    return [
        path("export/", view(partial(export_view, screen)), name=f"{info}_export"),
        path("print/", view(partial(print_view, screen)), name=f"{info}_print"),
    ]


def tools(screen: "GovernedAdmin", request: HttpRequest) -> list[dict]:
    if not screen.columns:
        return []
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        {"label": "导出", "url": screen.address("export") + query, "icon": "download"},
        {"label": "打印", "url": screen.address("print") + query, "icon": "print", "new_window": True},
    ]


def _listed(screen: "GovernedAdmin", request: HttpRequest):
    """The rows behind the list with its search and drop-downs. 403 and 404 as for the list."""
    if not screen.has_view_permission(request):
        raise PermissionDenied
    if not screen.columns:
        raise Http404
    return screen.get_changelist_instance(request).queryset


def _table(screen: "GovernedAdmin", rows, person) -> list[list[Any]]:
    return [[column.read(row, person) for column in screen.columns] for row in rows]


def _note(screen: "GovernedAdmin", person: Any, count: int, reason: str, kind: str) -> None:
    registers.note_export(
        actor=person,
        org=person.organization,
        what=screen.opts.label_lower,
        count=count,
        reason=reason,
        kind=kind,
        now=timezone.now(),
    )


def export_view(screen: "GovernedAdmin", request: HttpRequest) -> HttpResponse:
    """Ask what for; on POST note it and hand the file out."""
    rows, person = _listed(screen, request), cast(Any, request.user)
    form = TakeoutForm(request.POST or None, request=request)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            kind, found = form.cleaned_data["format"], list(rows[: registers.MOST_ROWS + 1])
            try:
                _note(screen, person, len(found), form.cleaned_data["reason"], kind)
            except DomainError as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                return _file(screen, kind, _table(screen, found, person), person.organization.name)
    context = screen.page_context(request, None, f"导出{screen.title}") | {
        "form": form,
        "count": rows.order_by().values("pk")[: registers.MOST_ROWS + 1].count(),
        "add": True,
        "back": f"{screen.list_url}?{request.GET.urlencode()}",
    }
    return TemplateResponse(request, "kit/admin/export.html", context, status=status)


def _file(screen: "GovernedAdmin", kind: str, table: list[list[Any]], unit: str) -> HttpResponse:
    title, today = f"{screen.title}台账", timezone.localdate()
    headings = [column.heading for column in screen.columns]
    content = (
        registers.as_csv(headings, table)
        if kind == "csv"
        else registers.as_workbook(title, headings, table, unit=unit, on=today)
    )
    name = workbook.file_name(unit, title, on=today, kind=kind)
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"},
    )


def print_view(screen: "GovernedAdmin", request: HttpRequest) -> HttpResponse:
    """A plain page for paper: the same rows, at most what may go without a reason."""
    rows, person = _listed(screen, request), cast(Any, request.user)
    found = list(rows[: REASON_ABOVE + 1])
    more = len(found) > REASON_ABOVE
    if not more:
        _note(screen, person, len(found), "", "print")
    context = {
        "title": f"{screen.title}台账",
        "headings": [column.heading for column in screen.columns],
        "table": [] if more else _table(screen, found, person),
        "more": more,
        "limit": REASON_ABOVE,
        "unit": person.organization,
        "day": timezone.localdate(),
        "person": person,
        "back": f"{screen.list_url}?{request.GET.urlencode()}",
    }
    return TemplateResponse(request, "kit/admin/print.html", context, headers={"Cache-Control": "no-store"})
