"""Around every request: its id, and who gets no further without a login."""

import json
import logging
import re
import resource
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, path
from django.urls.resolvers import URLPattern, URLResolver

from kit.errors import IllegalMove
from kit.services import request_id
from lianCun.middleware import Room
from lianCun.urls import urlpatterns as product

SEEN: list[str] = []

# Addresses that answer without a login. Everything else asks for one, by the middleware or by itself.
OPEN = {
    "healthz", "readyz", "login", "login-second-step", "login-enrol", "login-enrol-qr", "logout", "lock",
    "large-type", "how-to", "keep-alive",
    "public-board", "public-notice", "public-notice-text", "notice-object", "ticket-lookup",
    "public-anchors", "public-anchors-text", "complaints", "complaint-new", "calendar-feed",
}  # fmt: skip
ASK_THEMSELVES = ("admin/", "api/v1/", "styleguide/", "drafts/")


def shows_its_id(request):
    SEEN.append(request_id.get())
    return HttpResponse("ok")


def refuses(request):
    raise IllegalMove("现在是“草稿”，不能“办结”。")


def fails(request):
    logging.getLogger("tests.middleware").warning("seltsam")
    return HttpResponse("ok")


urlpatterns = [path("id/", shows_its_id), path("refuse/", refuses), path("log/", fails), *product]


@pytest.fixture
def signed_in(client, secretary_li) -> Client:
    client.force_login(secretary_li)
    return client


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_a_request_has_an_id_everywhere(signed_in):
    answer = signed_in.get("/id/")
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])
    assert SEEN[-1] == answer["X-Request-ID"]
    assert request_id.get() == ""


@pytest.mark.urls(__name__)
@pytest.mark.django_db
@pytest.mark.parametrize(
    "given, kept",
    [("abc-12345678", True), ("x", False), ("a" * 65, False), ("böse\n12345678", False), ("<b>12345678", False)],
)
def test_a_proxys_id_is_kept_if_it_is_one(signed_in, given, kept):
    answer = signed_in.get("/id/", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) is kept


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_log_lines_carry_the_id(signed_in):
    logger, lines = logging.getLogger("tests.middleware"), []
    handler = logging.Handler()
    parts = settings.LOGGING["formatters"]["line"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=parts["foreign_pre_chain"],
            processors=[*parts["processors"][:-1], structlog.processors.JSONRenderer()],
        )
    )
    handler.emit = lambda record: lines.append(json.loads(handler.format(record)))
    logger.addHandler(handler)
    try:
        answer = signed_in.get("/log/")
    finally:
        logger.removeHandler(handler)
    assert (lines[0]["event"], lines[0]["request_id"]) == ("seltsam", answer["X-Request-ID"])


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_a_refusal_is_a_page(signed_in):
    answer = signed_in.get("/refuse/")
    assert answer.status_code == 409
    assert "现在是“草稿”，不能“办结”。" in answer.content.decode()


def views(resolver: URLResolver, prefix: str = ""):
    for each in resolver.url_patterns:
        here = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield here, each
        else:
            yield from views(each, here)


def test_every_page_asks_for_a_login_unless_it_is_listed_here():
    known = [(address, each) for address, each in views(get_resolver()) if not address.startswith(ASK_THEMSELVES)]
    by_itself = {each.name or address for address, each in known if not getattr(each.callback, "login_required", True)}
    pages = {
        each.name for _, each in known if getattr(getattr(each.callback, "view_class", None), "needs_login", False)
    }
    assert by_itself - pages == OPEN
    assert len(known) > len(OPEN)


def fetched(depth: int) -> int:
    """Pages of memory that the kernel gave while a hundred calls were made from that depth."""
    if depth:
        return fetched(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(100):
        leaf()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def leaf() -> str:
    return "a call like any other"


def worst(call) -> int:
    """The most of all depths, in a thread of its own, as each request has one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: max(call(depth) for depth in range(200))).result()


def test_at_no_depth_does_a_request_fetch_its_frames_again_and_again():
    assert worst(Room(fetched)) < 50
    # The control: without room there is a depth at which each of the hundred calls needs the next piece.
    assert worst(fetched) > 90
