"""公开栏 (no login): the public notices, one of them with its picture and plain text, and how to object."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from deliberation import rules, selectors
from deliberation.pages.forms import ObjectForm
from deliberation.services import notices
from kit.actors import VISITOR
from kit.components import Crumb, Empty
from kit.errors import DomainError
from kit.pages import ListPage
from kit.tickets import written
from kit.visitors import ForAnybody, VisitorForm

NOTHING = Empty(
    title="还没有公示",
    purpose="联村党组织表决通过、批准向社会公开的事项，在这里公示。公示期内谁都可以提出异议，不用登录，不用留姓名。",
    icon="file",
)
NOT_FOUND = Empty(title="没有找到", purpose="换一个说法，或者清空条件看全部公示。", icon="search")


class Board(ForAnybody, ListPage):
    """Current notices first, then those that have ended: one list by the last day."""

    template_name = "deliberation/board.html"
    title = "公开栏"
    lead = "联村党组织向社会公开的公示，不用登录就能看、能提意见"
    columns = (
        *("id", "title", "from_on", "to_on"),
        *("resolution__body__name", "resolution__body__parent__name"),
    )
    ordering = ("-to_on", "-id")
    limit = "20"

    @property
    def at(self) -> UUID | None:
        asked = self.request.GET.get("at", "")
        try:
            return UUID(asked) if asked else None
        except ValueError:
            raise DomainError("bad_parameter", "没有这个地方。", status=400) from None

    @property
    def text(self) -> str:
        return self.request.GET.get("q", "")[: selectors.LONGEST_SEARCH]

    def rows(self) -> QuerySet:
        return selectors.board(at=self.at, text=self.text, on=self.today)

    def crumbs(self) -> list[Crumb]:
        return []

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        for row in more.get("rows", ()):
            row["days_left"] = rules.days_left(row["to_on"], self.today)
            row["is_current"] = row["days_left"] > 0
        return super().show(status=status, **more)

    def context(self) -> dict[str, Any]:
        narrowed = bool(self.at or self.text.strip())
        return {
            "corners": selectors.corners(on=self.today),
            "at": str(self.at or ""),
            "q": self.text,
            "narrowed": narrowed,
            "empty": NOT_FOUND if narrowed else NOTHING,
        }


class Notice(ForAnybody):
    template_name = "deliberation/notice.html"

    def context(self) -> dict[str, Any]:
        notice = selectors.public_notice(self.kwargs["pk"], on=self.today)
        return {
            "title": notice.title,
            "notice": notice,
            "address": self.request.build_absolute_uri(reverse("public-notice", args=[notice.id])),
        }


class NoticeText(ForAnybody):
    """The notice as plain text, byte for byte what its digest covers."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        notice = selectors.public_notice(self.kwargs["pk"], on=self.today)
        return HttpResponse(notice.wording, content_type="text/plain; charset=utf-8")


class Object(VisitorForm):
    """提出异议: by anybody to a public notice, by those in its reach to another one; under nobody's name."""

    form_class = ObjectForm
    button = "提交异议"

    @property
    def notice(self) -> Any:
        if not hasattr(self, "_notice"):
            self._notice = selectors.notice_to_object(self.request.user, self.kwargs["pk"], on=self.today)
        return self._notice

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _ = self.notice  # refuses before anything is typed
        return super().get(request, *args, **kwargs)

    def crumbs(self) -> list[Crumb]:
        if self.notice.scope != "public":
            return [Crumb("决议", reverse("resolution", args=[self.notice.resolution_id]))]
        return [*super().crumbs(), Crumb("公示", reverse("public-notice", args=[self.notice.pk]))]

    def context(self) -> dict[str, Any]:
        return super().context() | {
            "title": "提出异议",
            "lead": self.notice.title,
            "advice": "写清哪里不对、为什么。不用登录，不用留姓名和电话；答复里不会写出能认出您的内容。",
        }

    def hand_in(self, form: forms.Form) -> dict[str, Any]:
        objection = notices.file_objection(actor=VISITOR, notice=self.notice, now=self.now, **form.cleaned_data)
        return {
            "happened": f"异议已收到：{self.notice.title}",
            "ticket": written(objection.ticket),
            "now_with": self.notice.resolution.body.name,
            "until": objection.answer_due_on.isoformat(),
        }
