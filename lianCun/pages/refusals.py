"""What Django asks for when it refuses: 400, 403, 404, 500, and a form whose protection token is stale."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from kit import refusals
from kit.api.errors import MEDIA_TYPE, RETRY_AFTER_SECONDS, connection_lost, problem

API_PREFIX = "/api/"


def _refuse(request: HttpRequest, status: int, sentence: str = "", *, code: str, bare: bool = False) -> HttpResponse:
    page = refusals.refusal(status, sentence)
    if request.path.startswith(API_PREFIX):
        body = problem(status, code, page.sentence)
        response = JsonResponse(body, status=status, content_type=MEDIA_TYPE)
        if status == 503:
            response["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return refusals.show(request, page, bare=bare)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _refuse(request, 413, code="too_large", bare=True)
    return _refuse(request, 400, code="malformed", bare=True)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refuse(request, 403, code="forbidden")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refuse(request, 404, code="not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 with Retry-After while the database is away."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError) and connection_lost(error):
        return database_away(request)
    return _refuse(request, 500, code="server_error", bare=True)


def database_away(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After, as a page that needs no database itself."""
    return _refuse(request, 503, code="database_away", bare=True)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    response = _refuse(
        request,
        403,
        "这个页面打开得太久，或者浏览器不让存 Cookie，为了安全没有提交。请回到上一页刷新后再交，已填的内容还在草稿里。",
        code="csrf_failed",
    )
    # The form's own script fetches a fresh token and tries once more.
    response["X-Refused"] = "csrf"
    return response
