"""导入 and 模板下载 of a list: an uploaded workbook, looked at row by row, saved whole or not at all.

Each row is one service call with the person as actor; what it refuses is marked at its cell in the same workbook.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget

from kit import policies, workbook
from kit.admin import watching
from kit.admin.forms import ActForm, show_refusal
from kit.admin.takeout import TYPES
from kit.errors import DomainError

if TYPE_CHECKING:
    from kit.admin.governed import GovernedAdmin

LARGEST_UPLOAD = 5 * 1024 * 1024
# So many complaints on the page; the workbook holds all.
LISTED = 50
# Longer tables take their time; the page shows how far they are.
WATCHED_ABOVE = 200


@dataclass(frozen=True)
class Intake:
    """What a screen takes in. fields: the columns for this person (pick lists hold what is in reach). save: called with
    ``actor``, ``now`` and the parsed values by field name; one service call, the same again for the same row changes
    nothing twice. verbs: any of them held somewhere opens it. notes: lines of the 填写说明."""

    fields: Callable[[Any], Sequence[workbook.Field]]
    save: Callable[..., Any]
    verbs: tuple[str, ...]
    notes: tuple[str, ...] = ()


class IntakeForm(ActForm):
    upload = forms.FileField(
        label="填好的表格", widget=UnfoldAdminFileFieldWidget, help_text="用下载的模板填写，.xlsx 文件，不超过 5 MB。"
    )

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload.size > LARGEST_UPLOAD:
            raise forms.ValidationError("文件超过 5 MB，请分成几个文件。")
        return upload


@dataclass(frozen=True)
class Complaint:
    row: int
    column: str
    sentence: str


def urls(screen: "GovernedAdmin", info: str) -> list:
    view = screen.admin_site.admin_view

    def take(request: HttpRequest) -> HttpResponseBase:
        return import_view(screen, request)

    def empty(request: HttpRequest) -> HttpResponse:
        return template_view(screen, request)

    return [
        path("import/", view(take), name=f"{info}_import"),
        path("template/", view(empty), name=f"{info}_template"),
    ]


def tools(screen: "GovernedAdmin", request: HttpRequest) -> list[dict]:
    if not _open(screen, request):
        return []
    return [
        {"label": "导入", "url": screen.address("import"), "icon": "upload"},
        {"label": "模板下载", "url": screen.address("template"), "icon": "draft"},
    ]


def _open(screen: "GovernedAdmin", request: HttpRequest) -> bool:
    taken = screen.imports
    return taken is not None and any(policies.holds(request.user, verb) for verb in taken.verbs)


def _intake(screen: "GovernedAdmin", request: HttpRequest) -> Intake:
    if not screen.has_view_permission(request):
        raise PermissionDenied
    if screen.imports is None:
        raise Http404
    if not _open(screen, request):
        raise PermissionDenied
    return screen.imports


def template_view(screen: "GovernedAdmin", request: HttpRequest) -> HttpResponse:
    """An empty table with drop-downs and a sheet that explains it."""
    intake = _intake(screen, request)
    content = workbook.template(f"{screen.title}导入", intake.fields(request.user), notes=intake.notes)
    name = workbook.file_name(f"{screen.title}导入模板", on=timezone.localdate())
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return HttpResponse(content, content_type=TYPES["xlsx"], headers={"Content-Disposition": disposition})


def import_view(screen: "GovernedAdmin", request: HttpRequest) -> HttpResponseBase:
    """Upload; on POST try every row and, unless it was only to look or a row was refused, keep them all.

    A long table is watched: the answer grows while the rows are tried.
    """
    intake = _intake(screen, request)
    form = IntakeForm(request.POST or None, request.FILES or None, request=request)
    shown: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        status, form.is_bound = 422, True
        if form.is_valid():
            check_only = "check" in request.POST
            try:
                sheet, save = _read(intake, request, form.cleaned_data["upload"])
                if len(sheet.rows) > WATCHED_ABOVE:
                    context = screen.page_context(request, None, f"导入{screen.title}") | {"back": screen.list_url}
                    return watching.answer(
                        request, sheet, save, check_only=check_only, context=context, complaints=_complaints
                    )
                outcome = workbook.load(sheet, save, check_only=check_only)
            except DomainError as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                if outcome.saved:
                    messages.success(request, f"已导入 {outcome.saved} 行。")
                    return HttpResponseRedirect(screen.list_url)
                status = 422 if outcome.wrong else 200
                shown = {"outcome": outcome, **(_complaints(sheet) if outcome.wrong else {})}
    context = screen.page_context(request, None, f"导入{screen.title}") | {
        "form": form,
        "notes": intake.notes,
        "columns": intake.fields(request.user),
        "add": True,
        "back": screen.list_url,
        "template_url": screen.address("template"),
        **shown,
    }
    return TemplateResponse(request, "kit/admin/import.html", context, status=status)


def _read(intake: Intake, request: HttpRequest, upload) -> tuple[workbook.Sheet, Callable[[workbook.Row], None]]:
    """The rows of the upload, and how one of them is kept."""
    person, now = cast(Any, request.user), timezone.now()
    fields = list(intake.fields(person))
    sheet = workbook.read(upload.read(), fields)
    names = {field.title: field.name or field.title for field in fields}

    def save(row: workbook.Row) -> None:
        intake.save(actor=person, now=now, **{names[title]: value for title, value in row.values.items()})

    return sheet, save


def _complaints(sheet: workbook.Sheet) -> dict[str, Any]:
    """The first complaints for the page, and the whole workbook with its red cells as a link that holds it."""
    found = [
        Complaint(row.number, title or "整行", sentence)
        for row in sheet.wrong
        for title, sentences in row.errors.items()
        for sentence in sentences
    ]
    return {
        "complaints": found[:LISTED],
        "more": max(0, len(found) - LISTED),
        "marked": f"data:{TYPES['xlsx']};base64,{base64.b64encode(sheet.with_errors()).decode()}",
        "marked_name": workbook.file_name("导入错误", on=timezone.localdate()),
    }
