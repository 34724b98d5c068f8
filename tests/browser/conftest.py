"""A real Chromium at the sizes people have: 360 px phone and 1366 px desktop, in Chinese, on Shanghai time.

Every test here also fails on any breach of the Content-Security-Policy, unless it asks for ``allow_csp_violations``.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Request, Response, expect

# Playwright's own loop runs in this thread; the ORM may be used beside it all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Beside the rest of the suite a page may take longer than Playwright's five seconds.
expect.set_options(timeout=20_000)

AXE = Axe().axe_script
VIOLATIONS = "async () => (await axe.run({resultTypes: ['violations']})).violations"
# The shell is the same engine without the windows around it: a quarter of the work for every page opened.
PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), "")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENS = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1366, "height": 768}}
# What is clipped on purpose (text for screen readers, the dots between facts) and what scrolls by itself is left out.
OUTSIDE = """() => [...document.querySelectorAll('body *')]
  .filter((e) => e.getClientRects().length && !e.closest('.vh, .skip, svg, .dots, .tabs, thead'))
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
  .map((e) => e.outerHTML.slice(0, 120))"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker("browser")
            if not CHROMIUM:
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium on this machine: install chromium or set CHROMIUM")
                )


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args():
    return {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(params=SCREENS)
def screen(request, page) -> str:
    """Runs the test once on each screen; ``page`` already has its size."""
    page.set_viewport_size(SCREENS[request.param])
    return request.param


@pytest.fixture
def phone(page) -> Page:
    page.set_viewport_size(SCREENS["phone"])
    return page


@pytest.fixture
def desktop(page) -> Page:
    page.set_viewport_size(SCREENS["desktop"])
    return page


@pytest.fixture
def sign_in(context: BrowserContext, live_server) -> Callable:
    """``sign_in(person)``: this browser is signed in as the person, without walking through the login page."""

    def enter(person) -> None:
        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return enter


@pytest.fixture
def large_type(context: BrowserContext, live_server) -> None:
    """大字版 is on."""
    context.add_cookies([{"name": "large_type", "value": "1", "url": live_server.url}])


@pytest.fixture(autouse=True)
def no_csp_violations(request, context: BrowserContext):
    """Nothing on any page is refused by the policy that the page itself carries. Yields the list of violations."""
    found: list[str] = []
    context.expose_binding("cspViolated", lambda source, text: found.append(f"{source['page'].url}: {text}"))
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " e => window.cspViolated(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`))"
    )
    yield found
    if "allow_csp_violations" not in request.fixturenames:
        assert found == []


@pytest.fixture
def allow_csp_violations(no_csp_violations) -> list[str]:
    """For the admin, and for the control test: the violations so far, not a failure."""
    return no_csp_violations


def quiet(page: Page) -> None:
    """Wait until the scripts of the loaded page have nothing at hand. Far shorter than Playwright's "networkidle".

    At most half a second: a page that nobody draws is never called idle.
    """
    page.evaluate("() => new Promise(done => requestIdleCallback(() => setTimeout(done, 20), {timeout: 500}))")


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)``: axe-core finds nothing, by all its rules of WCAG 2.2 AA and its best practices."""

    def check(page: Page) -> None:
        # Half a megabyte of script: read once on each page, however often it is run.
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        violations = [
            f"{each['id']} ({each['impact']}): {each['help']}\n    "
            + "\n    ".join(f"{node['html'][:160]} — {node['failureSummary'][:300]}" for node in each["nodes"][:4])
            for each in page.evaluate(VIOLATIONS)
        ]
        assert not violations, f"{page.url} at {page.viewport_size}\n" + "\n".join(violations)

    return check


@pytest.fixture
def fits(axe) -> Callable[[Page], None]:
    """``fits(page)``: on phone and desktop alike axe-core finds nothing and nothing sticks out sideways."""

    def check(page: Page) -> None:
        for size in SCREENS.values():
            page.set_viewport_size(size)
            axe(page)
            assert page.evaluate(OUTSIDE) == [], f"{page.url} at {size}"

    return check


@dataclass
class Weight:
    """Bytes over the line, before compression (the test server compresses nothing)."""

    by_kind: dict[str, int] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)
    status: int = 0

    @property
    def html_and_css(self) -> int:
        return self.by_kind.get("document", 0) + self.by_kind.get("stylesheet", 0)

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())


@pytest.fixture
def weigh() -> Callable[[Page, str], Weight]:
    """``weigh(page, url).html_and_css``: opens the page with an empty cache and adds up what came."""

    def load(page: Page, url: str) -> Weight:
        weight = Weight()
        came: list[Response] = []
        asked: list[Request] = []
        listeners: dict = {
            "request": lambda request: asked.append(request),
            "response": lambda response: came.append(response),
            "requestfinished": lambda request: asked.remove(request),
            "requestfailed": lambda request: asked.remove(request),
        }
        for event, listener in listeners.items():
            page.on(event, listener)
        answer = page.goto(url)
        quiet(page)
        while asked:
            page.wait_for_timeout(20)
        weight.status = answer.status if answer else 0
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        for response in came:
            kind = response.request.resource_type
            weight.hosts.add(response.url.split("/")[2])
            # Redirects have no body.
            size = 0 if 300 <= response.status < 400 else len(response.body())
            weight.by_kind[kind] = weight.by_kind.get(kind, 0) + size
        return weight

    return load
