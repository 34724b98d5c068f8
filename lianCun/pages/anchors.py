"""存证锚点: the heads of the chains, public, so that anybody may keep a copy that nobody here can change."""

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from kit import chain
from kit.calendar import day_of
from kit.navigation import address
from kit.pages import Page
from kit.visitors import ForAnybody

# Every hour of the last days; of the days before, the last head of each.
HOURLY = timedelta(days=2)
DAYS_ON_PAGE = 30


class _Shown(ForAnybody):
    def anchors(self) -> list[Any]:
        return chain.shown_anchors(since=self.now - HOURLY)


class Anchors(_Shown, Page):
    template_name = "lianCun/anchors.html"
    title = "存证锚点"
    lead = "每小时公布一次办理记录的链头；谁都可以抄走，日后拿来核对"

    def context(self) -> dict[str, Any]:
        by_day = [(day, list(rows)) for day, rows in groupby(self.anchors(), key=lambda each: day_of(each.at))]
        return {"days": by_day[:DAYS_ON_PAGE], "plain": address("public-anchors-text")}


class PlainAnchors(_Shown, Page):
    """One line an anchor, as ``manage.py verify --anchors FILE`` reads it; oldest first."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lines = [chain.Published(each.chain, each.number, each.hash).line() for each in reversed(self.anchors())]
        response = HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
        patch_cache_control(response, public=True, max_age=300)
        return response
