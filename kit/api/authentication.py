"""Who calls: a browser by its session (with CSRF), a program by its personal token (``Authorization: Token …``)."""

from typing import Any

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, CSRFCheck, get_authorization_header

from kit import tokens

KEYWORD = b"token"


class TokenAuthentication(BaseAuthentication):
    """One query for token and person together; ``request.auth`` is the list of the token's scopes."""

    def authenticate(self, request):
        words = get_authorization_header(request).split()
        if not words:
            return None
        if len(words) != 2 or words[0].lower() != KEYWORD or len(words[1]) > 200:
            raise exceptions.AuthenticationFailed("Authorization 应写成“Token 令牌”。")
        bearer = tokens.bearer(words[1].decode("latin-1"), now=timezone.now())
        if bearer is None:
            raise exceptions.AuthenticationFailed("令牌无效、已作废或已到期。")
        return bearer

    def authenticate_header(self, request) -> str:
        return 'Token realm="api"'


class SessionAuthentication(BaseAuthentication):
    """The browser's session. Every request but a read must carry the CSRF token."""

    def authenticate(self, request):
        user = getattr(request._request, "user", None)
        if user is None or not user.is_active:
            return None
        check: Any = CSRFCheck(lambda _: None)  # type: ignore[arg-type]  # asked, never run
        check.process_request(request._request)
        if reason := check.process_view(request._request, None, (), {}):
            raise exceptions.PermissionDenied(f"页面已过期，请刷新后再试（{reason}）。", code="csrf_failed")
        return user, None

    def authenticate_header(self, request) -> str:
        return 'Token realm="api"'
