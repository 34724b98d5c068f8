"""What happens around every request: it gets room and an id, its session is judged, and refusals become pages."""

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from django.contrib import auth
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone

from kit import navigation, pages, refusals, sessions
from kit.actors import System
from kit.errors import DomainError
from kit.services import request_id
from orgs.choices import SignInEnd
from orgs.selectors import accounts
from orgs.services import sign_ins

Next = Callable[[HttpRequest], HttpResponse]

API_PREFIX = "/api/"
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_CLOSER = System("session-policy")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def with_room(call: Callable[..., Any], *args: Any) -> Any:
    """Call it with room for a few hundred frames beneath it.

    CPython keeps the frames of a thread in pieces of 16 KB, fetched from the kernel and given back one by one. What
    runs just above the end of a piece does so at every call it makes: a list of the admin, deep in its templates, for
    3 ms of its 18 (measured with 3.11, gone with this). A frame this wide gets one large piece of its own, and what it
    calls stands in the rest.
    """
    return call(*args)


# 256 KB that nobody touches, in a piece of 512 KB: only what is touched costs memory.
with_room.__code__ = with_room.__code__.replace(co_stacksize=1 << 15)


class Room:
    """The first of all: whatever happens around a request has room."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return with_room(self.get_response, request)


class RequestId:
    """Gives each request an id: in every log line, in the audit trail, and in the answer's X-Request-ID."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(name)
        structlog.contextvars.bind_contextvars(request_id=name)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
            structlog.contextvars.unbind_contextvars("request_id")
        response["X-Request-ID"] = name
        return response


class Refusals:
    """A refusal that a page did not show at a field becomes a page of its own; the API answers by itself."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, sessions.FreshLoginNeeded):
            return ask_again(request)
        if isinstance(error, DomainError):
            return refusals.show(request, refusals.refusal(error.status, error.message))
        return None


class SessionPolicy:
    """Idle sessions lock (a trusted phone) or end, administrators' sessions end after their hours, and a temporary
    password is changed before anything else.

    Works after the check of the CSRF token, because it may keep what a person had typed.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        # No login in the session: nothing to judge, and nothing is read for callers without a cookie.
        if auth.SESSION_KEY not in request.session or not request.user.is_authenticated:
            return None
        now = timezone.now()
        session = request.session
        if sessions.DISTRICT not in session:
            session[sessions.DISTRICT] = request.user.organization.path.split("/", 1)[0] + "/"
        limits = accounts.limits(timezone.localdate(now), path=session[sessions.DISTRICT])
        # The page warns before the very moment at which the server locks.
        request.idle_seconds = int(limits.idle.total_seconds())  # type: ignore[attr-defined]  # for the page
        if sessions.over(session, now=now):
            return self._end(request, view, SignInEnd.OVER)
        if session.get(sessions.LOCKED) or sessions.idle(session, now=now, limit=limits.idle):
            return self._lock(request, view)
        if not getattr(view, "is_background", False):
            sessions.touch(session, now=now)
        if request.user.must_change_password and not getattr(view, "works_before_new_password", False):
            return _lead(request, reverse("password-change"), status=403, code="password_change_required")
        held = sessions.held_form(request)
        if held and request.method == "POST" and held["path"] == request.get_full_path():
            sessions.forget_form(session)
        return None

    def _lock(self, request: HttpRequest, view: Callable) -> HttpResponse | None:
        if sessions.DEVICE not in request.session:
            return self._end(request, view, SignInEnd.IDLE)
        request.session[sessions.LOCKED] = True
        if getattr(view, "works_while_locked", False):
            return None
        _hold(request, view)
        return _lead(request, _with_next(request, "lock"))

    def _end(self, request: HttpRequest, view: Callable, why: SignInEnd) -> HttpResponse | None:
        _hold(request, view)
        held = request.session.get(sessions.HELD)
        sign_in = request.session.get(sessions.SIGN_IN)
        auth.logout(request)
        if sign_in:
            sign_ins.end_sign_in(actor=_CLOSER, sign_in_id=sign_in, why=why, now=timezone.now())
        if held:
            request.session[sessions.HELD] = held
        if getattr(view, "works_while_locked", False):
            return None
        return _lead(request, _with_next(request, "login", why=str(why)))


class LoginRequired(LoginRequiredMiddleware):
    """Nobody gets further without a login but to pages marked ``login_not_required``; htmx is led by its header."""

    def handle_no_permission(  # type: ignore[override]  # a script or htmx is answered without a redirect
        self, request: HttpRequest, view: Callable
    ) -> HttpResponse:
        response = super().handle_no_permission(request, view)
        led = _lead(request, _with_next(request, "login"))
        return response if led is None else led


def ask_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the password again, and back with the form."""
    _hold(request, request.resolver_match.func if request.resolver_match else None, from_script=True)
    led = _lead(request, _with_next(request, "confirm-login"), status=403, code="fresh_login_needed")
    assert led is not None
    return led


def _hold(request: HttpRequest, view: Callable | None, *, from_script: bool = False) -> None:
    """Keep the form, unless it may not be kept. A script that is shut out keeps it itself, as a draft."""
    if (
        request.method == "POST"
        and request.content_type in _FORMS
        and not request.path.startswith(API_PREFIX)
        and (from_script or not pages.from_script(request))
        and not getattr(view, "never_held", False)
        and not getattr(view, "works_while_locked", False)
    ):
        sessions.hold_form(request)


def _with_next(request: HttpRequest, page: str, **query: str) -> str:
    """The page's address with the way back: the page itself, or for a form the page it stands on."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else request.headers.get("Referer", "")
    if current := request.headers.get("HX-Current-URL"):
        back = current
    parts = urlsplit(back)
    back = parts.path + (f"?{parts.query}" if parts.query else "")
    query |= {"next": back} if back.startswith("/") and not back.startswith("//") else {}
    return f"{navigation.address(page)}?{urlencode(query)}" if query else navigation.address(page)


def _lead(request: HttpRequest, address: str, *, status: int = 401, code: str = "session_ended") -> HttpResponse | None:
    """Send a browser to another page: by redirect, for htmx by its header. The API gets an anonymous caller."""
    if request.path.startswith(API_PREFIX):
        if status == 401:
            request.user = AnonymousUser()
            return None
        page = refusals.refusal(status, "请先在网页上修改临时密码。" if code == "password_change_required" else "")
        problem = {"type": "about:blank", "title": page.title, "status": status, "code": code, "detail": page.sentence}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    if pages.from_script(request):
        # Shut out, the script keeps what was typed and shows the way; otherwise it is led on at once.
        return HttpResponse(status=401) if status == 401 else HttpResponse(status=204, headers={"X-Location": address})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
