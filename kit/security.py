"""The headers that every answer carries. Strict everywhere; an address prefix may be given what its screens need."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import has_vary_header, patch_cache_control
from django.utils.deprecation import MiddlewareMixin


class SecurityHeaders(CSPMiddleware):
    """Content-Security-Policy by address prefix, Permissions-Policy, and no copies of personal pages on the way.

    ``settings.CSP_BY_PREFIX`` maps a prefix to the directives it replaces; everything else gets the strict policy.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.replace is None:
            parts.replace = next(
                (more for prefix, more in settings.CSP_BY_PREFIX.items() if request.path_info.startswith(prefix)), None
            )
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # What differs by cookie is somebody's own: kept by nobody on the way, and asked for anew when somebody else
        # sits down at the same computer.
        if "Cache-Control" not in response and has_vary_header(response, "Cookie"):
            patch_cache_control(response, private=True, no_cache=True)
        return super().process_response(request, response)


class RefuseNul(MiddlewareMixin):
    """A NUL in an address is never a person's doing, and PostgreSQL takes none: 400 before any page reads it.

    The API refuses it by itself, naming the parameter.
    """

    def process_request(self, request: HttpRequest) -> None:
        in_query = "%00" in request.META.get("QUERY_STRING", "")
        if ("\x00" in request.path_info or in_query) and not request.path_info.startswith("/api/"):
            raise BadRequest("NUL in the address")
