"""复制到微信群: one touch copies, also on a plain http network; without scripts the text can be marked by hand."""

import pytest

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.pages_site")]

FIRST = "【会议通知】第四季度联席会议"


def test_one_touch_copies_the_text(page, context, live_server, screen):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(live_server.url + "/styleguide/")
    page.get_by_role("button", name="复制文字").click()
    page.get_by_text("已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(FIRST)
    assert copied == page.get_by_label("复制到微信群").input_value()


def test_without_a_certificate_the_text_is_marked_and_copied(page, live_server, screen, axe):
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })")
    page.goto(live_server.url + "/styleguide/")
    assert page.get_by_label("复制到微信群").is_hidden()
    page.get_by_role("button", name="复制文字").click()
    page.get_by_text("已复制").wait_for()
    assert page.evaluate("document.activeElement.value").startswith(FIRST)
    assert page.evaluate("getSelection().toString()").startswith(FIRST)
    axe(page)


@pytest.fixture
def without_scripts(browser, live_server):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    yield context.new_page()
    context.close()


def test_without_scripts_the_text_can_be_marked_by_hand(without_scripts, live_server):
    page = without_scripts
    page.goto(live_server.url + "/styleguide/")
    assert page.get_by_role("button", name="复制文字").is_hidden()
    page.get_by_text("看文字").click()
    assert page.get_by_label("复制到微信群").input_value().startswith(FIRST)
