"""会议日历: one's own secret address for a calendar program; and what that program reads there, without a login."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from deliberation import selectors
from deliberation.pages.base import InDeliberation
from deliberation.services import feeds
from kit import sessions
from kit.components import Confirmation
from kit.pages import ActionPage, Done
from kit.visitors import ForAnybody

# A new address asks for the password or PIN again unless it was given this recently.
FRESH = timedelta(minutes=10)


class CalendarHome(InDeliberation):
    """Whether an address is in use, and a new one; it is shown once, and only here."""

    template_name = "deliberation/calendar.html"

    def context(self) -> dict[str, Any]:
        return {"title": "会议日历", "feed": selectors.own_feed(self.request.user)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sessions.require_fresh_login(request, FRESH)
        _, secret = feeds.make_feed(actor=request.user, now=self.now)
        address = request.build_absolute_uri(reverse("calendar-feed", args=[secret]))
        return self.show(address=address)


class RevokeCalendar(InDeliberation, ActionPage):
    title = "作废订阅地址"
    button = "作废"
    question = "作废后，用这个地址订阅的日历不再更新；可以随时再生成新的。"
    danger = True

    def back(self) -> str:
        return reverse("calendar")

    def context(self) -> dict[str, Any]:
        return super().context() | {"title": self.title}

    def act(self, form: Any) -> Done:
        feeds.revoke_feed(actor=self.request.user, now=self.now)
        return Done(self.back(), Confirmation("订阅地址已作废"))


class CalendarFile(ForAnybody):
    """The feed itself. Whoever has the address reads it; it says when and where, never about what."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        data = selectors.calendar(self.kwargs["secret"], now=self.now)
        headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
        return HttpResponse(data, content_type="text/calendar; charset=utf-8", headers=headers)
