"""A villager without a login at 360 px: reads the notice, objects, notes the ticket, looks the answer up."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from deliberation.models import Objection
from deliberation.services import notices, voting_rules
from orgs.models import Person
from tests.browser.conftest import OUTSIDE
from tests.deliberation.conftest import room as _room
from tests.deliberation.test_resolutions import formed

pytestmark = [pytest.mark.django_db(transaction=True)]

room = _room
WORDS = "选址没有和三社的住户商量过，请重新商量。"


@pytest.fixture
def notice(room):
    room.now = timezone.now()
    voting_rules.seed(now=room.now)
    return notices.publish_notice(
        actor=room.cast.cadre_chen,
        resolution=formed(room),
        title="关于烘干房修缮的公示",
        text="烘干房由明月村牵头修缮，十二月底前完工。",
        now=room.now,
    )


@pytest.fixture
def seen(page, axe):
    """Looks at the page as it stands: accessible, within the screen, and no name of anybody on it."""

    def look() -> str:
        axe(page)
        assert page.evaluate(OUTSIDE) == [], page.url
        text = page.locator("body").inner_text()
        assert not [name for name in Person.objects.values_list("name", flat=True) if name in text], page.url
        return text

    return look


def test_a_villager_reads_objects_and_comes_back_for_the_answer(page, phone, live_server, room, notice, seen):
    page.goto(live_server.url + reverse("public-board"))
    assert "还剩 7 天" in seen()
    page.get_by_role("link", name="关于烘干房修缮的公示").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("关于烘干房修缮的公示")
    assert "由明月村牵头修缮" in seen()
    page.get_by_role("link", name="提出异议").click()
    seen()
    page.get_by_label("异议", exact=False).fill("有事请打 13912345678 找我，我家在三社。")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("手机号码（139****5678）")).to_be_visible()
    seen()
    page.get_by_label("异议", exact=False).fill(WORDS)
    page.get_by_role("button", name="提交异议").click()
    ticket = page.locator(".ticket").inner_text()
    assert ticket in seen()
    page.reload()  # the browser sends the form again: the same objection, the same ticket
    assert page.locator(".ticket").inner_text() == ticket
    assert Objection.objects.count() == 1
    assert ticket not in page.url

    draft = notices.answer_objection(
        actor=room.joint,
        objection=Objection.objects.get(),
        upheld=False,
        answer="选址经户代表会讨论过，记录存村办公室。",
        now=timezone.now(),
    )
    page.get_by_role("link", name="去查答复的地方看看").click()
    seen()
    page.get_by_label("查询码").fill(ticket.lower().replace("-", " "))
    page.get_by_role("button", name="查答复").click()
    expect(page.get_by_text("答复正在审核")).to_be_visible()
    assert "户代表会" not in seen()
    notices.confirm_answer(actor=room.cast.cadre_chen, objection=draft, drafted_at=draft.drafted_at, now=timezone.now())
    page.get_by_label("查询码").fill(ticket)
    page.get_by_role("button", name="再查一个").click()
    expect(page.get_by_text("选址经户代表会讨论过")).to_be_visible()
    assert WORDS not in seen()
    assert page.context.cookies() == [] or {each["name"] for each in page.context.cookies()} == {"csrf"}


def test_the_pages_of_a_notice_are_light_and_large_type_fits(
    page, context, live_server, notice, axe, weigh, screen, large_type
):
    for name in ("public-notice", "notice-object"):
        weight = weigh(page, live_server.url + reverse(name, args=[notice.pk]))
        assert weight.status == 200
        assert weight.html_and_css <= 60_000, (name, weight)
        axe(page)
        assert page.evaluate(OUTSIDE) == [], name


def test_it_works_without_scripts(browser, live_server, notice):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(live_server.url + reverse("notice-object", args=[notice.pk]))
    page.get_by_label("异议", exact=False).fill(WORDS)
    page.get_by_role("button", name="提交异议").click()
    expect(page.locator(".ticket")).to_be_visible()
    context.close()


def test_the_print_has_text_days_picture_and_digest_and_no_buttons(page, desktop, live_server, notice):
    page.goto(live_server.url + reverse("public-notice", args=[notice.pk]))
    page.emulate_media(media="print")
    for words in ("由明月村牵头修缮", "公示期", "防改校验"):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.locator("svg.qr")).to_be_visible()
    expect(page.get_by_role("link", name="提出异议", exact=True)).to_be_hidden()
