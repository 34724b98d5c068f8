"""The components in a real browser: accessible, within the policy, readable in 大字版, light, nothing sticks out."""

import pytest

from tests.browser.conftest import OUTSIDE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.pages_site")]

PAGES = ["/styleguide/", "/styleguide/form/", "/styleguide/body/"]
REFUSALS = [400, 403, 404, 409, 412, 413, 429, 500, 503]


def test_axe_finds_nothing(page, live_server, screen, axe):
    for path in PAGES:
        page.goto(live_server.url + path)
        axe(page)
    # The control, on a page where axe has run before: a picture without words.
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_axe_finds_nothing_in_large_type(page, live_server, screen, large_type, axe):
    for path in PAGES:
        page.goto(live_server.url + path)
        axe(page)


def test_axe_finds_nothing_on_refusal_pages(page, live_server, screen, axe):
    for status in REFUSALS:
        assert page.goto(f"{live_server.url}/styleguide/refusal/{status}/").status == status
        axe(page)
        assert page.get_by_role("main").get_by_role("link").count() >= 1


@pytest.mark.parametrize("size", ["normal", "large"])
def test_nothing_sticks_out_sideways(request, page, live_server, screen, size):
    if size == "large":
        request.getfixturevalue("large_type")
    for path in PAGES:
        page.goto(live_server.url + path)
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# Text nodes that are seen, with the size they are seen in.
SEEN_SIZES = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node; (node = walk.nextNode());) {
    const box = node.parentElement;
    if (!node.data.trim() || !box.getClientRects().length || box.closest('.vh, .skip, script')) continue;
    const rect = box.getBoundingClientRect();
    if (rect.width <= 1) continue;
    found.push([parseFloat(getComputedStyle(box).fontSize), node.data.trim().slice(0, 30)]);
  }
  return found;
}"""
TARGETS = """() => [...document.querySelectorAll('a, button, select, summary, input:not([type=hidden]), textarea')]
  .filter(e => e.getClientRects().length && !e.closest('p, .crumbs, .heading, td')
    && !e.matches('.skip, .check input, .choices input, h3 a'))
  .map(e => [Math.round(e.getBoundingClientRect().height), e.outerHTML.slice(0, 100)])"""


def test_large_type_is_at_least_18_px_with_targets_of_44(page, live_server, screen, large_type):
    for path in PAGES:
        page.goto(live_server.url + path)
        assert [each for each in page.evaluate(SEEN_SIZES) if each[0] < 18] == []
        assert [each for each in page.evaluate(TARGETS) if each[0] < 44] == []


def test_without_large_type_some_text_is_smaller_the_control(phone, live_server):
    phone.goto(live_server.url + PAGES[0])
    assert any(size < 18 for size, _ in phone.evaluate(SEEN_SIZES))


def test_targets_on_a_phone_are_44_px_high(phone, live_server):
    for path in PAGES:
        phone.goto(live_server.url + path)
        assert [each for each in phone.evaluate(TARGETS) if each[0] < 44] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_weighs_little_and_comes_from_here_alone(phone, live_server, weigh, path):
    weight = weigh(phone, live_server.url + path)
    assert weight.html_and_css <= 60_000, weight
    assert weight.total <= 300_000, weight
    assert weight.hosts == {live_server.url.split("/")[2]}


def test_the_policy_is_enforced_the_control(page, live_server, allow_csp_violations):
    page.goto(live_server.url + PAGES[0])
    page.evaluate(
        """() => new Promise((seen) => {
            document.addEventListener('securitypolicyviolation', seen);
            const inline = document.createElement('script');
            inline.textContent = 'window.evil = 1';
            document.head.append(inline);
        })"""
    )
    assert page.evaluate("window.evil === undefined")
    assert allow_csp_violations


def test_keyboard_reaches_the_main_text_first(page, live_server, screen):
    page.goto(live_server.url + PAGES[0])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_the_menu_opens_and_closes_by_keyboard(page, live_server, screen, axe):
    page.goto(live_server.url + PAGES[0])
    page.locator("details[data-menu] summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="退出").is_visible()
    axe(page)
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="退出").is_hidden()
    assert page.evaluate("document.activeElement.matches('details[data-menu] summary')")


def test_large_type_is_switched_by_its_button_and_stays(page, live_server, screen):
    page.goto(live_server.url + PAGES[2])
    page.get_by_role("button", name="大字版").click()
    page.wait_for_selector("html.large")
    assert page.url == live_server.url + PAGES[2]
    page.goto(live_server.url + PAGES[0])
    assert page.locator("html.large").count() == 1
    page.get_by_role("button", name="标准字").click()
    page.wait_for_selector("html:not(.large)")


def test_a_register_prints_as_a_table_without_buttons(page, live_server, screen):
    page.goto(live_server.url + PAGES[2])
    page.emulate_media(media="print")
    assert page.locator(".tabbar").is_hidden()
    assert page.locator(".pager").is_hidden()
    assert page.locator(".reg").is_visible()


def test_a_page_prints_as_a_plain_sheet(page, live_server, screen):
    page.goto(live_server.url + PAGES[0])
    assert page.locator(".btn:visible").count(), "the control: on the screen there are buttons"
    page.emulate_media(media="print")
    for css in (".btn", ".copy-box", ".tabbar", ".foot a", ".bar"):
        assert page.locator(f"{css}:visible").count() == 0, css
    card = page.locator(".card h2:visible").first
    sides = card.evaluate(
        "e => { const s = getComputedStyle(e.closest('.card')); return s.borderLeftWidth + s.boxShadow }"
    )
    assert sides == "0pxnone"
