"""The admin in a real Chromium: Alpine runs, nothing covers the page, the keyboard suffices."""

import io

import pytest
from openpyxl import Workbook

from orgs.models import JointOrg, Organization, Person
from tests.browser.conftest import quiet
from tests.cast import make_cast
from tests.permission_matrix.affairs import make_affairs

pytestmark = pytest.mark.django_db(transaction=True)

# The element that a click in the middle of the window would meet.
IN_THE_MIDDLE = """() => {
  const hit = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
  return hit && (hit.closest('#modal-overlay, #modal-content, #changelist-filter, [x-data="searchCommand()"]')
    ? hit.outerHTML.slice(0, 200) : '');
}"""


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def hosts(page) -> set[str]:
    """Every host that any page of this test talked to."""
    found: set[str] = set()
    page.on("request", lambda request: found.add(request.url.split("/")[2]))
    return found


@pytest.fixture
def troubles(page) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda line: found.append(line.text) if line.type == "error" else None)
    return found


def addresses(cast) -> list[str]:
    return [
        "/admin/",
        "/admin/orgs/organization/",
        f"/admin/orgs/organization/{cast.mingyue.pk}/change/",
        f"/admin/orgs/organization/{cast.mingyue.pk}/history/",
        "/admin/orgs/jointorg/add/",
        f"/admin/orgs/jointorg/{cast.tianma.pk}/change/",
        f"/admin/orgs/jointorg/{cast.tianma.pk}/do/dissolve/",
    ]


def test_every_page_works_and_stays_at_home(page, live_server, screen, cast, sign_in, hosts, troubles):
    """No modal covers it, no script fails, no policy is broken, no other host is asked, nothing sticks out."""
    sign_in(cast.cadre_chen)
    for address in addresses(cast):
        assert page.goto(live_server.url + address).status == 200
        quiet(page)
        assert page.evaluate(IN_THE_MIDDLE) == "", address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert hosts == {live_server.url.split("/")[2]}
    assert troubles == []


def test_alpine_runs(desktop, live_server, cast, sign_in):
    """The side bar folds and unfolds: an expression was evaluated."""
    sign_in(cast.cadre_chen)
    desktop.goto(live_server.url + "/admin/", wait_until="networkidle")
    bar = desktop.locator("#nav-sidebar")
    assert bar.is_visible()
    desktop.get_by_role("button", name="收起或展开菜单").click()
    bar.wait_for(state="hidden")
    desktop.get_by_role("button", name="收起或展开菜单").click()
    bar.wait_for(state="visible")


def test_the_menu_opens_on_a_phone(phone, live_server, cast, sign_in):
    sign_in(cast.cadre_chen)
    phone.goto(live_server.url + "/admin/orgs/organization/", wait_until="networkidle")
    assert not phone.locator("#nav-sidebar").is_visible()
    phone.get_by_role("button", name="打开菜单").click()
    phone.get_by_role("link", name="联村党组织", exact=True).click()
    phone.wait_for_url("**/admin/orgs/jointorg/")


def tab_to(page, wanted: str, limit: int = 60) -> None:
    """Press Tab until the element whose text, label or value contains ``wanted`` has the focus."""
    seen = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "() => { const e = document.activeElement; return (e.getAttribute('aria-label') || '') + ' ' +"
            " ((e.labels && [...e.labels].map(l => l.innerText).join(' ')) || '') + ' ' + (e.innerText || '') }"
        )
        seen.append(said.strip()[:20])
        if wanted in said:
            return
    raise AssertionError(f"Tab never reached {wanted!r}; it passed {seen}")


def test_a_reason_is_asked_and_given_by_keyboard_alone(desktop, live_server, cast, sign_in):
    """From the row to the act, through its fields, to the answer: without a mouse."""
    sign_in(cast.cadre_chen)
    desktop.goto(f"{live_server.url}/admin/orgs/jointorg/{cast.longmen_base.pk}/change/", wait_until="networkidle")
    tab_to(desktop, "撤销")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/do/dissolve/")
    desktop.wait_for_load_state("networkidle")
    tab_to(desktop, "撤销批复文号")
    desktop.keyboard.type("三委〔2026〕12号")
    tab_to(desktop, "撤销日期", 3)
    desktop.keyboard.type("2026/03/01")
    tab_to(desktop, "撤销原因", 5)
    desktop.keyboard.type("任务完成")
    tab_to(desktop, "确定撤销", 3)
    desktop.keyboard.press("Enter")
    desktop.get_by_text("已办理：撤销").wait_for()
    assert JointOrg.objects.get(pk=cast.longmen_base.pk).state == "dissolved"


def test_the_way_out_is_reached_by_keyboard(desktop, live_server, cast, sign_in):
    sign_in(cast.cadre_chen)
    desktop.goto(live_server.url + "/admin/", wait_until="networkidle")
    tab_to(desktop, "陈立")
    desktop.keyboard.press("Enter")
    tab_to(desktop, "退出登录", 4)


def test_a_picker_finds_by_initials_and_saves(desktop, live_server, cast, sign_in):
    """Select2 asks the picker view while typing; only rows in reach come back."""
    Organization.objects.filter(pk=cast.longmen.pk).update(initials="lmcdzb")
    sign_in(cast.cadre_chen)
    desktop.goto(f"{live_server.url}/admin/orgs/jointorg/{cast.tianma.pk}/do/join/", wait_until="networkidle")
    desktop.locator(".select2-selection").first.click()
    desktop.locator(".select2-search__field").type("lmc")
    desktop.locator(".select2-results__option", has_text="龙门村党支部").click()
    desktop.get_by_label("加入日期").fill("2026/03/01")
    desktop.keyboard.press("Escape")
    desktop.get_by_role("button", name="确定吸收成员单位").click()
    desktop.get_by_text("已办理：吸收成员单位").wait_for()
    assert cast.tianma.memberships.filter(unit=cast.longmen).exists()


MATTERS = {
    "resources/demand": ("demand", "layer"),
    "deliberation/motion": ("motion", ""),
    "deliberation/meeting": ("meeting", "item"),
    "deliberation/agendaitem": ("item", "move"),
    "deliberation/attendance": ("attendance", "sign-in"),
    "deliberation/poll": ("poll", "void"),
    "deliberation/votingrule": ("rule", ""),
    "deliberation/resolution": ("resolution", "publish"),
    "deliberation/checklist": ("checklist", ""),
    "deliberation/checklisttemplate": ("steps", ""),
    "deliberation/publicnotice": ("notice", "take-down"),
    "deliberation/objection": ("objection", "return"),
    "deliberation/resolutiontask": ("task", ""),
}


def matters(cast) -> list[str]:
    """List, row and one act of every screen of the mechanisms, as the township's officer opens them."""
    rows = make_affairs(cast)
    found = ["/admin/", "/admin/deliberation/meeting/add/", f"/admin/deliberation/meeting/{rows.planned.pk}/change/"]
    for screen, (name, act) in MATTERS.items():
        row = f"/admin/{screen}/{getattr(rows, name).pk}"
        found += [f"/admin/{screen}/", f"{row}/change/", *([f"{row}/do/{act}/"] if act else [])]
    return [*found, f"/admin/deliberation/meeting/{rows.meeting.pk}/paper/"]


def test_the_screens_of_the_mechanisms_are_open_to_everybody(desktop, live_server, cast, sign_in, hosts, troubles, axe):
    """axe-core 0, no script fails, no policy is broken, no other host is asked, nothing sticks out."""
    sign_in(cast.cadre_chen)
    for address in matters(cast):
        assert desktop.goto(live_server.url + address).status == 200, address
        quiet(desktop)
        assert desktop.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        axe(desktop)
    assert hosts == {live_server.url.split("/")[2]}
    assert troubles == []


def test_a_long_import_is_watched(desktop, live_server, cast, sign_in, troubles, axe):
    """The bar can be seen while the rows are tried; at the end the last one covers the others."""
    book, out = Workbook(), io.BytesIO()
    book.active.append(["姓名*", "所在单位*", "性别", "党内职务", "身份类型", "工作电话"])
    for number in range(220):
        book.active.append([f"周{number:03d}", "明月村党支部", "", "", "", ""])
    book.save(out)
    sign_in(cast.cadre_chen)
    desktop.goto(live_server.url + "/admin/orgs/person/import/", wait_until="networkidle")
    file = {"name": "人员.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}
    desktop.locator("input[type=file]").set_input_files(file)
    desktop.get_by_role("button", name="导入", exact=True).click(no_wait_after=True)
    bars = desktop.locator(".lc-watch progress")
    bars.nth(5).wait_for(state="visible")
    assert not desktop.get_by_text("已导入").is_visible()
    desktop.get_by_text("已导入 220 行").wait_for()
    assert bars.count() == 101
    top = desktop.evaluate(
        "() => { const box = document.querySelector('.lc-watch').getBoundingClientRect();"
        " return document.elementFromPoint(box.right - 30, box.top + box.height / 2).closest('p').innerText }"
    )
    assert "100%（220 / 220 行）" in top
    axe(desktop)
    assert Person.objects.filter(name__startswith="周").count() == 220
    assert troubles == []


def test_the_second_of_two_saves_is_refused_and_keeps_its_words(desktop, live_server, cast, sign_in):
    """The version travels with the page in the browser, too."""
    sign_in(cast.cadre_chen)
    address = f"{live_server.url}/admin/orgs/organization/{cast.mingyue.pk}/change/"
    desktop.goto(address, wait_until="networkidle")
    Organization.objects.filter(pk=cast.mingyue.pk).update(contact_phone="0827-5000001")
    desktop.get_by_label("办公电话").fill("0827-5000002")
    desktop.get_by_role("button", name="保存", exact=True).click()
    desktop.get_by_text("这份内容刚被别人改过，没有保存").wait_for()
    desktop.get_by_text("系统里现在是：0827-5000001").wait_for()
    assert desktop.get_by_label("办公电话").input_value() == "0827-5000002"
    desktop.get_by_role("button", name="保存", exact=True).click()
    desktop.wait_for_url(address)
    desktop.wait_for_function("() => !document.body.innerText.includes('没有保存')")
    assert Organization.objects.get(pk=cast.mingyue.pk).contact_phone == "0827-5000002"
