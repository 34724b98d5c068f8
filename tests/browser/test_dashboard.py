"""The dashboard with the demo's quarters: light, and charts within the policy over a table that says the same."""

import gzip

import pytest

from tests.browser.conftest import OUTSIDE

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TRENDS = "[data-trends]"


def drawn(page) -> None:
    page.locator(TRENDS).scroll_into_view_if_needed()
    page.wait_for_selector(f"{TRENDS}[data-drawn]")


def test_the_dashboard_of_every_level_is_light_and_accessible(page, live_server, lasting_demo, sign_in, fits, weigh):
    for login in ("linjing", "luomin", "chenli", "dengxiaochuan"):
        sign_in(lasting_demo[login])
        for part in ("", "bodies/", "brief/"):
            weight = weigh(page, f"{live_server.url}/dashboard/{part}")
            assert weight.status == 200
            assert weight.html_and_css <= 60_000, (login, part, weight)
            assert weight.total <= 300_000, (login, part, weight)
            fits(page)


def test_charts_are_drawn_within_the_policy_and_travel_light(page, live_server, lasting_demo, sign_in, axe, screen):
    sign_in(lasting_demo["linjing"])
    came = []
    page.on("response", lambda response: came.append(response))
    page.goto(f"{live_server.url}/dashboard/trends/")
    drawn(page)
    assert page.locator(f"{TRENDS} canvas").count() == 4
    axe(page)
    assert page.evaluate(OUTSIDE) == []
    # Servers compress what the test server sends plain.
    assert sum(len(gzip.compress(response.body())) for response in came if response.status == 200) < 300_000


def test_each_chart_has_a_name_and_a_table_and_can_be_saved(page, live_server, lasting_demo, sign_in, desktop):
    sign_in(lasting_demo["linjing"])
    page.goto(f"{live_server.url}/dashboard/trends/")
    drawn(page)
    for figure in page.locator(f"{TRENDS} figure").all():
        chart, table = figure.locator("[role=img]"), figure.locator("table")
        assert "数字见下表" in chart.get_attribute("aria-label")
        assert table.locator("thead th").count() == table.locator("tbody td").count() == 6
    with page.expect_download() as saved:
        page.get_by_role("button", name="季度联席会议召开率：存为图片").click()
    assert saved.value.suggested_filename == "季度联席会议召开率.png"
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")


def test_without_scripts_every_number_is_there(browser, live_server, lasting_demo, sign_in, context):
    sign_in(lasting_demo["linjing"])
    plain = browser.new_context(java_script_enabled=False, locale="zh-CN")
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(f"{live_server.url}/dashboard/trends/")
    assert page.locator("canvas").count() == 0
    assert page.locator(".trend a").count() > 3
    page.get_by_role("link", name="总览").click()
    page.locator(".how summary").first.click()
    assert page.get_by_text("每个联村党组织、片区联合党委每季度至少召开一次联席会议。").is_visible()
    page.locator(".look a").first.click()
    assert page.locator("#count").inner_text() != "0"
    plain.close()


def test_large_type_and_print_keep_the_page_whole(page, live_server, lasting_demo, sign_in, axe, large_type, screen):
    sign_in(lasting_demo["chenli"])
    page.goto(f"{live_server.url}/dashboard/")
    assert page.evaluate(OUTSIDE) == []
    axe(page)
    page.emulate_media(media="print")
    assert page.locator(".figs").is_visible()
    assert not page.locator(".bar-row").is_visible()
