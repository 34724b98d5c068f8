"""大字版: a cookie on this device, set by a plain form."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kit import sessions
from kit.context import LARGE_TYPE_COOKIE

ONE_YEAR_SECONDS = 365 * 24 * 3600


@login_not_required
@sessions.works_while_locked
@require_POST
def set_large_type(request: HttpRequest) -> HttpResponse:
    """POST large=1|0, next=address: sets the cookie and returns to the page."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if request.POST.get("large") == "1":
        response.set_cookie(
            LARGE_TYPE_COOKIE, "1", max_age=ONE_YEAR_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(LARGE_TYPE_COOKIE, samesite="Lax")
    return response
