"""A dropped line loses nothing and sends once; what is typed is kept on the device and on the server."""

import re
from datetime import datetime

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page, expect

from kit.models import FormDraft
from tests.kitapp.models import Thing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.pages_site")]

WAITING = "已存草稿，网络恢复后自动提交"
FORM = "form[data-draft]"


@pytest.fixture
def form(phone, live_server, secretary_li, sign_in) -> Page:
    """A phone with the form open, whose clock only moves when the test says so."""
    sign_in(secretary_li)
    phone.clock.install(time=datetime(2026, 11, 23, 9, 40))
    phone.goto(live_server.url + "/new/")
    return phone


def titles() -> list[str]:
    return sorted(Thing.objects.values_list("title", flat=True))


def fill(page: Page, title="羊肚菌大棚滴灌改造") -> None:
    page.get_by_label("名称").fill(title)


def send(page: Page) -> None:
    page.get_by_role("button", name="提交").click()


def test_with_the_line_up_the_form_goes_out_at_once(form):
    fill(form)
    send(form)
    form.wait_for_url(re.compile("/plain/"))
    expect(form.get_by_role("status")).to_contain_text("已上报：羊肚菌大棚滴灌改造")
    assert titles() == ["羊肚菌大棚滴灌改造"]


def test_a_dropped_line_keeps_the_form_and_sends_it_once_when_it_is_back(form, context):
    fill(form)
    context.set_offline(True)
    send(form)
    expect(form.locator(".draft-note")).to_contain_text(WAITING)
    expect(form.get_by_role("button", name="提交")).to_be_disabled()
    assert titles() == []
    context.set_offline(False)
    form.clock.run_for(5_000)
    form.wait_for_url(re.compile("/plain/"))
    assert titles() == ["羊肚菌大棚滴灌改造"]
    assert (
        form.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('lc:draft') || k.startsWith('lc:queue'))")
        == []
    )


def lose_the_first_answer(page: Page, *, forge=False) -> None:
    """The server acts on the first POST, the line drops before its answer arrives. ``forge``: later another key."""
    seen = []

    def route(one) -> None:
        if one.request.method != "POST":
            one.continue_()
        elif not seen:
            seen.append(one.fetch(max_redirects=0))
            one.abort()
        elif forge:
            one.continue_(post_data=re.sub("form_key=[0-9a-f-]+", "form_key=another", one.request.post_data))
        else:
            one.continue_()

    page.route("**/new/", route)


def test_an_answer_lost_on_the_way_back_does_not_double_the_effect(form):
    fill(form)
    lose_the_first_answer(form)
    send(form)
    expect(form.locator(".draft-note")).to_contain_text(WAITING)
    assert titles() == ["羊肚菌大棚滴灌改造"]
    form.clock.run_for(5_000)
    form.wait_for_url(re.compile("/plain/"))
    expect(form.get_by_role("status")).to_contain_text("已上报")
    assert titles() == ["羊肚菌大棚滴灌改造"]


def test_without_the_same_key_it_would_double_the_control(form):
    fill(form)
    lose_the_first_answer(form, forge=True)
    send(form)
    expect(form.locator(".draft-note")).to_contain_text(WAITING)
    form.clock.run_for(5_000)
    form.wait_for_url(re.compile("/plain/"))
    assert titles() == ["羊肚菌大棚滴灌改造"] * 2


def test_a_page_closed_while_the_line_is_down_is_sent_from_the_next_page(form, context, live_server):
    fill(form)
    context.set_offline(True)
    send(form)
    expect(form.locator(".draft-note")).to_contain_text(WAITING)
    context.set_offline(False)
    form.goto(live_server.url + "/plain/")
    expect(form.get_by_text("“报需求”已提交")).to_be_visible()
    assert titles() == ["羊肚菌大棚滴灌改造"]


def test_an_expired_session_keeps_the_form_until_the_same_person_is_back(
    form, context, live_server, sign_in, secretary_li, secretary_wang
):
    fill(form)
    Session.objects.all().delete()
    send(form)
    expect(form.locator(".draft-note")).to_contain_text("登录已过期")
    sign_in(secretary_wang)
    form.goto(live_server.url + "/plain/")
    form.wait_for_load_state("networkidle")
    assert titles() == []
    sign_in(secretary_li)
    form.goto(live_server.url + "/plain/")
    expect(form.get_by_text("“报需求”已提交")).to_be_visible()
    assert titles() == ["羊肚菌大棚滴灌改造"]


def test_a_refusal_stands_by_its_field_and_the_corrected_form_goes_out(form, axe):
    fill(form, "重名")
    send(form)
    wrong = form.locator("#id_title")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(form.locator("#id_title_error")).to_contain_text("本季度已经有了")
    expect(wrong).to_be_focused()
    axe(form)
    fill(form, "双寨村滴灌")
    send(form)
    form.wait_for_url(re.compile("/plain/"))
    assert titles() == ["双寨村滴灌"]


def test_a_refusal_after_the_line_is_back_is_shown_and_the_text_stays(form, context):
    fill(form, "太晚")
    context.set_offline(True)
    send(form)
    expect(form.locator(".draft-note")).to_contain_text(WAITING)
    context.set_offline(False)
    form.clock.run_for(5_000)
    expect(form.get_by_role("alert").first).to_contain_text("11月20日截止")
    expect(form.get_by_label("名称")).to_have_value("太晚")


def test_what_is_typed_is_on_the_server_after_30_seconds(form, secretary_li):
    fill(form)
    form.get_by_label("水利").check()
    with form.expect_response(lambda answer: "/drafts/" in answer.url) as saved:
        form.clock.run_for(31_000)
    assert saved.value.status == 204
    draft = FormDraft.objects.get()
    assert draft.person_id == secretary_li.pk
    assert draft.fields == [["title", "羊肚菌大棚滴灌改造"], ["words", ""], ["kinds", "a"]]
    expect(form.locator(".draft-note")).to_contain_text("草稿已存")


def test_a_reload_brings_the_text_back_and_it_can_be_thrown_away(form):
    fill(form)
    form.get_by_label("道路").check()
    form.clock.run_for(2_000)
    form.reload()
    expect(form.get_by_label("名称")).to_have_value("羊肚菌大棚滴灌改造")
    expect(form.get_by_label("道路")).to_be_checked()
    with form.expect_response(lambda answer: answer.request.method == "DELETE"):
        form.get_by_role("button", name="清空重填").click()
    expect(form.get_by_label("名称")).to_have_value("")
    form.reload()
    expect(form.get_by_label("名称")).to_have_value("")


def test_another_person_on_the_same_phone_never_meets_the_draft(form, live_server, sign_in, secretary_wang):
    fill(form)
    form.clock.run_for(2_000)
    sign_in(secretary_wang)
    form.goto(live_server.url + "/new/")
    expect(form.get_by_label("名称")).to_have_value("")


def test_a_file_is_sent_from_the_open_page_when_the_line_is_back(form, context):
    fill(form)
    form.get_by_label("照片").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 100})
    context.set_offline(True)
    send(form)
    expect(form.locator(".draft-note")).to_contain_text("请不要关闭本页")
    context.set_offline(False)
    form.clock.run_for(5_000)
    form.wait_for_url(re.compile("/plain/"))
    assert titles() == ["羊肚菌大棚滴灌改造"]


def test_without_scripts_the_same_form_works(browser, browser_context_args, live_server, secretary_li):
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    try:
        client = Client()
        client.force_login(secretary_li)
        context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + "/new/")
        fill(page, "重名")
        send(page)
        expect(page.locator("#id_title_error")).to_contain_text("本季度已经有了")
        fill(page, "双寨村滴灌")
        page.get_by_role("button", name="暂存").click()
        expect(page.get_by_role("status").first).to_contain_text("已暂存")
        expect(page.get_by_label("名称")).to_have_value("双寨村滴灌")
        send(page)
        expect(page.get_by_role("status").first).to_contain_text("已上报")
        assert titles() == ["双寨村滴灌"]
    finally:
        context.close()


def test_before_an_idle_session_locks_the_page_says_so_and_keeps_the_text(form, axe, secretary_li):
    fill(form)
    form.clock.run_for(27 * 60_000 + 30_000)
    dialog = form.get_by_role("dialog")
    expect(dialog).to_contain_text("锁定")
    axe(form)
    form.get_by_role("button", name="继续办理").click()
    expect(dialog).to_be_hidden()
    assert FormDraft.objects.filter(person_id=secretary_li.pk).exists()
    form.clock.run_for(60_000)
    expect(dialog).to_be_hidden()
