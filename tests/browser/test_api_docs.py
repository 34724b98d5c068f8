"""The offline docs of the API in a real browser: they draw every operation, ask no other host, and break no policy."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_docs_draw_every_resource_within_the_strict_policy(desktop: Page, live_server):
    hosts = set()
    desktop.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "://" in request.url else None)
    desktop.goto(f"{live_server.url}/api/v1/docs/")
    expect(desktop.locator(".info .title")).to_contain_text("联村 REST 接口", timeout=30_000)
    expect(desktop.locator(".opblock-summary-path").first).to_be_visible()
    assert desktop.locator(".opblock").count() > 25
    desktop.locator(".opblock-summary").filter(has_text=re.compile("POST.*/organizations/.*登记")).first.click()
    expect(desktop.get_by_text("Idempotency-Key").first).to_be_visible()
    assert hosts == {live_server.url.split("/")[2]}
