"""What a browser session knows about itself: when it was last used, whether it is locked, what a person had typed.

Pages write here at login, the middleware of the project reads it at every request. Times are kept as whole seconds
since 1970, because a session is stored as JSON.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from kit.errors import DomainError

SIGN_IN = "sign_in"  # id of the row in the list of sign-ins
DEVICE = "device"  # id of the trusted phone, if this browser is one
SEEN = "seen_at"
ENDS = "ends_at"  # absolute end, for administrators
PROVED = "proved_at"  # last time the person typed password or PIN
LOCKED = "locked"
HELD = "held_form"
SECOND_FACTOR = "second_factor"
DISTRICT = "district"  # whose limits apply, so that no request has to look it up

# A page that is left open writes its last use at most once a minute.
_TOUCH_EVERY = 60
_PRIVATE = ("password", "pin", "code", "secret", "sealed_ballot", "private_key", "csrfmiddlewaretoken")


class FreshLoginNeeded(DomainError):
    """403: this step asks for the password (or the PIN of a trusted phone) again."""

    status = 403

    def __init__(self) -> None:
        super().__init__("fresh_login_needed", "这一步要再次确认是您本人，请重新输入密码。")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def begin(
    session: Any,
    *,
    now: datetime,
    sign_in: UUID,
    district: str,
    ends_at: datetime | None = None,
    second_factor: bool = False,
) -> None:
    """Start a signed-in session; the password was typed just now."""
    session[SIGN_IN] = str(sign_in)
    session[SEEN] = session[PROVED] = _seconds(now)
    session[SECOND_FACTOR] = second_factor
    session[DISTRICT] = district
    if ends_at is not None:
        session[ENDS] = _seconds(ends_at)
    session.pop(LOCKED, None)


def touch(session: Any, *, now: datetime) -> None:
    """Note that the session is in use; written at most once a minute."""
    if _seconds(now) - session.get(SEEN, 0) >= _TOUCH_EVERY:
        session[SEEN] = _seconds(now)


def seen_at(session: Mapping) -> datetime | None:
    """The last use, to the minute; None for a session that has just begun outside the login page."""
    return datetime.fromtimestamp(session[SEEN], UTC) if SEEN in session else None


def idle(session: Mapping, *, now: datetime, limit: timedelta) -> bool:
    """Has it been left alone for ``limit`` or longer?"""
    return SEEN in session and _seconds(now) - session[SEEN] >= limit.total_seconds()


def over(session: Mapping, *, now: datetime) -> bool:
    """Has the absolute end passed (administrators only)?"""
    return ENDS in session and _seconds(now) >= session[ENDS]


def prove(session: Any, *, now: datetime) -> None:
    """The person has just typed password or PIN again."""
    session[PROVED] = session[SEEN] = _seconds(now)
    session.pop(LOCKED, None)


def require_fresh_login(request: Any, within: timedelta, *, once: bool = False) -> None:
    """Refuse unless the person proved themselves in this session not longer than ``within`` ago.

    ``once`` uses the proof up, so that the next such step asks again (voting, signing). The pages then lead to the
    confirmation page and back with the form intact. Raises: FreshLoginNeeded (403).
    """
    now = timezone.now()
    proved = request.session.get(PROVED, 0)
    # A proof from the future (a clock set back) is none.
    if not 0 <= _seconds(now) - proved <= within.total_seconds():
        raise FreshLoginNeeded
    if once:
        request.session.pop(PROVED)


def hold_form(request: Any) -> None:
    """Keep a refused POST until its owner is back: fields, never files, never passwords.

    The caller has checked the CSRF token before, otherwise a foreign page could put a form here.
    """
    fields = {
        name: request.POST.getlist(name) for name in request.POST if not any(word in name.lower() for word in _PRIVATE)
    }
    request.session[HELD] = {
        "owner": str(request.user.pk),
        "path": request.get_full_path(),
        "fields": fields,
        "files": sorted(request.FILES),
    }


def held_form(request: Any) -> dict | None:
    """The kept POST of this person: owner, path, fields (name → values), files (names that must be chosen again)."""
    held = request.session.get(HELD)
    return held if held and held["owner"] == str(request.user.pk) else None


def forget_form(session: Any) -> None:
    session.pop(HELD, None)


def works_while_locked(view: Callable) -> Callable:
    """Mark a page that answers although the session is locked: login, logout, the lock itself."""
    view.works_while_locked = view.works_before_new_password = True  # type: ignore[attr-defined]  # a mark
    return view


def works_before_new_password(view: Callable) -> Callable:
    """Mark a page that answers although a temporary password must be changed first."""
    view.works_before_new_password = True  # type: ignore[attr-defined]  # a mark
    return view


def never_held(view: Callable) -> Callable:
    """Mark a page whose POST must never be kept, even for its owner: secret ballots."""
    view.never_held = True  # type: ignore[attr-defined]  # a mark
    return view


def background(view: Callable) -> Callable:
    """Mark a page that the browser calls by itself; such a call does not keep a session alive."""
    view.is_background = True  # type: ignore[attr-defined]  # a mark
    return view


def client_address(request: Any) -> str:
    """The caller's address. Behind NUM_PROXIES reverse proxies it is the entry that the outermost of them wrote."""
    proxies = settings.NUM_PROXIES
    if proxies:
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(chain) >= proxies:
            return chain[-proxies]
    return request.META.get("REMOTE_ADDR", "")
