"""/drafts/…: what a form's script keeps on the server while somebody types. Each person meets only their own."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from kit import drafts
from kit.errors import DomainError
from kit.pages import Page
from kit.sessions import background


class DraftDoor(Page):
    """GET, PUT ``{"fields": [[name, value], …]}`` and DELETE one draft, named by the form and ``?subject=``."""

    needs_post = False
    http_method_names = ["get", "put", "delete"]

    def ask_login(self) -> HttpResponse:
        return JsonResponse({"detail": "请先登录。"}, status=401)

    def refuse(self, error: DomainError) -> HttpResponse:
        return JsonResponse({"code": error.code, "detail": error.message}, status=error.status)

    def _which(self) -> dict[str, Any]:
        return {
            "person": self.request.user,
            "form": self.kwargs["form"],
            "subject": self.request.GET.get("subject", "").replace("\x00", ""),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = drafts.read(**self._which(), now=timezone.now())
        if kept is None:
            return JsonResponse({"fields": None, "saved_at": None})
        return JsonResponse({"fields": kept.fields, "saved_at": kept.saved_at})

    def put(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            sent = json.loads(request.body)
        except ValueError as error:
            raise DomainError("malformed", "草稿内容不对，没有保存。", status=400) from error
        fields = sent.get("fields") if isinstance(sent, dict) else None
        drafts.save(**self._which(), fields=fields, now=timezone.now())
        return HttpResponse(status=204)

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        drafts.forget(**self._which())
        return HttpResponse(status=204)


# Saved by the page itself every 30 seconds: that is no sign of a person.
draft = background(DraftDoor.as_view())
