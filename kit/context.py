"""Template context of every page: the frame's links, the size of type, the red count (one query)."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kit import confirmations, navigation, providers
from kit.scoping import standing_of

LARGE_TYPE_COOKIE = "large_type"

FRAME_LINKS = {
    "home_url": "workbench",
    "howto_url": "how-to",
    "me_url": "me",
    "login_url": "login",
    "logout_url": "logout",
    "large_type_url": "large-type",
    "complaints_url": "complaints",
    "board_url": "public-board",
    "tickets_url": "ticket-lookup",
    "notifications_url": "notifications",
    "keep_alive_url": "keep-alive",
    "lock_url": "lock",
}


def large_type(request: HttpRequest) -> bool:
    """大字版, remembered by this device."""
    return request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"


def _posts(request: HttpRequest) -> list[str]:
    # The standing was read for the reach of this very request, so naming the posts costs nothing more.
    return [post.title for post in standing_of(request.user).posts if post.title]


def _unread(request: HttpRequest) -> str:
    return "".join(providers.ask("unread", person=request.user)) if request.user.is_authenticated else ""


def frame(request: HttpRequest) -> dict:
    """Links, sections, size of type, and the answer to the last action (shown once)."""
    return {
        "frame": {
            **navigation.addresses(FRAME_LINKS),
            "sections": navigation.entries(request.path, getattr(request, "user", None)),
            "large": large_type(request),
            "demo": settings.DEMO,
            "idle_seconds": getattr(request, "idle_seconds", settings.SESSION_IDLE_SECONDS),
            "posts": SimpleLazyObject(lambda: _posts(request)),
            "unread": SimpleLazyObject(lambda: _unread(request)),
            "confirmation": SimpleLazyObject(lambda: confirmations.take(request)),
        }
    }
