"""What the scripts of a page ask: am I still signed in, and with which protection token?"""

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


@never_cache
@require_GET
def still_here(request: HttpRequest) -> JsonResponse:
    """``{person, csrf}``; person is null when nobody is signed in. Asking is use: it keeps the session alive."""
    person = str(request.user.pk) if request.user.is_authenticated else None
    return JsonResponse({"person": person, "csrf": get_token(request)})
