"""What the scripts of a page ask: am I still signed in, and with which protection token?"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kit import sessions


@login_not_required
@sessions.works_while_locked
@never_cache
@require_GET
def still_here(request: HttpRequest) -> JsonResponse:
    """``{person, csrf}``; person is null when nobody is signed in or the session is locked. Asking is use: it keeps the
    session alive."""
    signed_in = request.user.is_authenticated and not request.session.get(sessions.LOCKED)
    person = str(request.user.pk) if signed_in else None
    return JsonResponse({"person": person, "csrf": get_token(request)})
