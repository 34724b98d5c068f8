"""Personal tokens for programs: expiring, revocable, with scopes, kept as a digest only."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q, QuerySet

from kit.errors import DomainError, Forbidden, Hidden, RuleBroken
from kit.models import ApiToken
from kit.models.api import TokenScope
from kit.services import service
from kit.validation import refuse_blank

PREFIX = "lct_"
LONGEST = timedelta(days=366)
MOST = 20
# A token's last use is written at most once in this time, never with every request.
USE_NOTED_EVERY = timedelta(hours=1)


def digest(secret: str) -> str:
    """SHA-256, unsalted: the secret itself holds 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


@service
def issue_token(
    *, actor, name: str, scopes: Sequence[str], expires_at: datetime, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token of one's own. Returns the row and the secret, which is shown this once and kept nowhere."""
    name = refuse_blank(name, field="name", label="用途")
    if not scopes or set(scopes) - set(TokenScope.values) or len(set(scopes)) != len(scopes):
        raise RuleBroken("bad_scopes", "权限范围须从查看、办理、导出中选，至少一项。", field="scopes")
    if not now < expires_at <= now + LONGEST:
        raise RuleBroken("bad_expiry", "到期时间须在现在之后，最长一年。", field="expires_at")
    if live(actor.pk, now=now).count() >= MOST:
        raise DomainError("too_many_tokens", f"每人最多有{MOST}个有效令牌，请先作废不用的。")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person_id=actor.pk,
        name=name,
        hint=secret[:8],
        digest=digest(secret),
        scopes=list(scopes),
        created_at=now,
        expires_at=expires_at,
    )
    return token, secret


@service
def revoke_token(*, actor, token: ApiToken, now: datetime) -> ApiToken:
    """Revoke one's own token; it stops working with the next request. Raises DomainError when it already was."""
    if token.person_id != actor.pk:
        raise Hidden
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        raise DomainError("token_revoked", "这个令牌已经作废。")
    token.revoked_at = now
    return token


@service
def revoke_all(*, actor, person, now: datetime) -> int:
    """Revoke every token of a person, with a password reset or a disabled account. Returns how many were live.

    The caller has already asked the policy for its own verb.
    """
    return live(person.pk, now=now).update(revoked_at=now)


def live(person_id, *, now: datetime) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(person_id=person_id, revoked_at=None, expires_at__gt=now)


def own_tokens(person) -> QuerySet[ApiToken]:
    """All tokens of the person, live or not, newest first."""
    return ApiToken.objects.filter(person_id=person.pk)


def with_digest(secret: str, *, now: datetime) -> QuerySet[ApiToken]:
    """The live token of this secret, if there is one."""
    return ApiToken.objects.filter(digest=digest(secret), revoked_at=None, expires_at__gt=now)


# Asked with every request of a program; written by hand, because building it anew costs more than running it.
_BEARER = (
    "SELECT p.*, t.id AS token_id, t.scopes AS token_scopes, t.last_used_at AS token_used_at"
    " FROM kit_apitoken t JOIN {people} p ON p.id = t.person_id"
    " WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND p.is_active"
)


def bearer(secret: str, *, now: datetime) -> tuple[Any, list[str]] | None:
    """(person, scopes) of a live token whose owner is active, else None. One query; the use is noted once an hour."""
    people = get_user_model()
    found = people.objects.raw(
        _BEARER.format(people=connection.ops.quote_name(people._meta.db_table)), [digest(secret), now]
    )
    person: Any = next(iter(found), None)
    if person is None:
        return None
    if person.token_used_at is None or person.token_used_at < now - USE_NOTED_EVERY:
        note_use(person.token_id, now=now)
    return person, person.token_scopes


def note_use(token_id, *, now: datetime) -> None:
    """Remember the use; of many requests in one hour only the first writes."""
    ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY), pk=token_id).update(
        last_used_at=now
    )


def require_scope(scopes: Sequence[str] | None, wanted: str) -> None:
    """Raises Forbidden (403) when the request came with a token that lacks the scope; a browser session has all."""
    if scopes is not None and wanted not in scopes:
        raise Forbidden(f"这个令牌没有“{TokenScope(wanted).label}”权限。", code="token_scope")


class SessionNeeded(Forbidden):
    """403: a program may not come here; tokens are kept by their owner in the browser."""

    def __init__(self) -> None:
        super().__init__("令牌只能由本人登录后在浏览器里办理。", code="session_needed")
