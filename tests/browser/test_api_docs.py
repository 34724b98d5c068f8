"""The offline docs of the API in a real browser: they draw every operation, ask no other host, and break no policy."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.committed import schema

pytestmark = pytest.mark.django_db(transaction=True)


def drawn(page: Page) -> set[tuple[str, str]]:
    """Method and path of every operation, from the top to the bottom; only what is near the window is in the page."""
    found: set[tuple[str, str]] = set()
    for _ in range(200):
        page.wait_for_timeout(40)
        rows = page.locator(".opblock-summary").evaluate_all(
            "rows => rows.map(row => [row.querySelector('.opblock-summary-method').textContent,"
            " row.querySelector('.opblock-summary-path').dataset.path])"
        )
        found |= {(method, path) for method, path in rows}
        if page.evaluate("window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2"):
            break
        page.mouse.wheel(0, 600)
    page.evaluate("window.scrollTo(0, 0)")
    return found


def test_the_docs_draw_every_resource_within_the_strict_policy(desktop: Page, live_server):
    hosts = set()
    desktop.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "://" in request.url else None)
    desktop.goto(f"{live_server.url}/api/v1/docs/")
    expect(desktop.locator(".info .title")).to_contain_text("联村 REST 接口", timeout=30_000)
    expect(desktop.locator(".opblock-summary-path").first).to_be_visible()
    assert drawn(desktop) == {
        (method.upper(), path) for path, methods in schema()["paths"].items() for method in methods
    }, "every operation is drawn, those far down once they are scrolled to"
    desktop.get_by_placeholder("Filter by tag").fill("组织准备")
    desktop.locator(".opblock-summary").filter(has_text=re.compile("POST.*/organizations/.*登记")).first.click()
    expect(desktop.get_by_text("Idempotency-Key").first).to_be_visible()
    assert hosts == {live_server.url.split("/")[2]}
