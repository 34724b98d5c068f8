"""What the pages below 议事 share."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from kit.components import Crumb
from kit.navigation import address
from kit.pages import Page


class InDeliberation(Page):
    """A page below 议事."""

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb("议事", address("deliberation"))]


class Watch(InDeliberation):
    """Asked every few seconds by an open page: has it moved on since ``?at=``? Then that page is loaded again."""

    def mark(self) -> str:
        """What the page depends on."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("at") == self.mark():
            return HttpResponse(status=204)
        return HttpResponse(headers={"HX-Refresh": "true"})
