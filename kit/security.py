"""The headers that every answer carries. Strict everywhere; an address prefix may be given what its screens need."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SecurityHeaders(CSPMiddleware):
    """Content-Security-Policy by address prefix, and Permissions-Policy.

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
        return super().process_response(request, response)
