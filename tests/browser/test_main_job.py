"""The main job in a real browser, by five persons, with the line dropped once in mid-form.

Each has the screen of their post: the villages a phone, the joint organization and the township a desktop. Every page
on the way is looked at: axe-core 0, policy 0 (by the fixture), HTML and CSS within 60 KB, nothing sideways on either.
"""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from deliberation.models import Attendance, Meeting, Resolution
from deliberation.services import voting_rules
from kit.jobs import tick
from orgs.models import Person
from resources.models import Demand
from tests.browser.conftest import SCREENS, quiet
from tests.deliberation.conftest import NOW
from tests.deliberation.conftest import room as _room

pytestmark = [pytest.mark.django_db(transaction=True)]

room = _room
HEAVIEST = 60_000
WAITING = "已存草稿，网络恢复后自动提交"


class Walk:
    """One browser that the five persons use in turn; looks at every page it comes to."""

    def __init__(self, page: Page, server: str, sign_in, axe, *, desks) -> None:
        """`desks`: the persons who sit at a desktop; everybody else holds a phone."""
        self.page, self.server, self._sign_in, self._axe, self._desks = page, server, sign_in, axe, desks
        self.seen: set[tuple[str, str]] = set()
        page.set_default_timeout(10_000)

    def as_(self, person) -> None:
        """The person sits down and opens the workbench."""
        self._take("desktop" if person in self._desks else "phone")
        self._sign_in(person)
        self.open("workbench")

    def villager(self) -> None:
        """Somebody without a login, at the public board."""
        self._take("phone")
        self.page.context.clear_cookies()
        self.open("public-board")

    def _take(self, screen: str) -> None:
        self.screen = screen
        self.page.set_viewport_size(SCREENS[screen])

    def open(self, name: str, *keys) -> None:
        self.page.goto(self.server + reverse(name, args=keys))
        self.look()

    def look(self) -> None:
        """axe, weight and width, once for each kind of page on each screen that somebody opens it on."""
        self.page.wait_for_load_state("load")
        kind = (self.screen, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", self.page.url.split("?")[0]))
        if kind in self.seen:
            return
        self.seen.add(kind)
        quiet(self.page)
        self._axe(self.page)
        sizes = self.page.evaluate(
            "() => [document.documentElement.outerHTML, ...[...document.styleSheets].map("
            "s => [...s.cssRules].map(r => r.cssText).join(''))].map(t => new Blob([t]).size)"
        )
        assert sum(sizes) <= HEAVIEST, (kind, sizes)
        for size in (*SCREENS.values(), SCREENS[self.screen]):
            self.page.set_viewport_size(size)
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{kind} scrolls sideways by {wide} px at {size}"

    def todo(self, what: str) -> None:
        """Open the to-do that names this."""
        found = self.page.get_by_role("main").locator(".todo", has_text=what)
        expect(found.first).to_be_visible()
        found.first.get_by_role("link").last.click()
        self.look()

    def go(self, link: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=link, exact=True).first.click()
        self.look()

    def press(self, button: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=button, exact=True).first.click()
        self.look()

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            field = self.page.locator(f"form [name={name}]")
            kind = field.first.evaluate("e => e.tagName + (e.type || '')")
            if kind.startswith("SELECT"):
                field.select_option(value) if "-" in value or value.islower() else field.select_option(label=value)
            elif kind.endswith("radio"):
                self.page.locator(f"form [name={name}][value={value}]").check()
            else:
                field.fill(value)

    def hears(self, words: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(words)


def test_the_main_job_by_five_persons(page, context, live_server, room, sign_in, axe):
    with time_machine.travel(NOW, tick=True) as clock:
        voting_rules.seed(now=NOW)
        Person.objects.filter(username__isnull=False).update(account_since=NOW)
        walk = Walk(page, live_server.url, sign_in, axe, desks=(room.joint, room.deputy, room.cast.cadre_chen))
        demand = _reported_and_checked(walk, context, room)
        meeting = _called(walk, room, demand)
        clock.move_to(meeting.starts_at)
        resolution = _decided(walk, room, meeting, demand)
        _published(walk, room, resolution)
        clock.move_to(meeting.starts_at + timedelta(days=8))
        tick(now=meeting.starts_at + timedelta(days=8))
        _carried_out(walk, room, resolution, demand)


def _reported_and_checked(walk: Walk, context, room) -> Demand:
    """1 村支书 reports on a bad line; 2 乡镇干部 accepts and answers; 1 puts it before the conference."""
    page = walk.page
    walk.as_(room.cast.secretary_li)
    walk.open("demand-new")
    walk.fill(kind="unit", category="land", title="烘干房漏雨需要修缮", text="两个村共用的烘干房漏雨，收粮前要修好。")
    context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".draft-note")).to_contain_text(WAITING)
    assert not Demand.objects.exists()
    context.set_offline(False)
    page.wait_for_url(re.compile(r"/demands/[0-9a-f-]{36}/"), timeout=30_000)
    walk.look()
    walk.hears("乡镇干部受理")
    demand = Demand.objects.get()

    walk.as_(room.cast.cadre_chen)
    walk.todo("烘干房漏雨")
    walk.go("受理")
    walk.press("受理")
    walk.go("核实答复")
    walk.fill(way_forward="建议提请联席会议，三个村一起修。")
    walk.press("核实答复")

    walk.as_(room.cast.secretary_li)
    walk.todo("烘干房漏雨")
    walk.go("提为议题")
    walk.press("提为议题")
    walk.hears("已提为议题")
    return demand


def _called(walk: Walk, room, demand: Demand) -> Meeting:
    """3 联村书记 accepts, plans, freezes, sends the notice; 4 大兴村支书 replies."""
    page = walk.page
    walk.as_(room.joint)
    walk.todo("烘干房漏雨")
    walk.go("受理")
    walk.press("受理")
    walk.open("meeting-new")
    starts = NOW + timedelta(days=7)
    walk.fill(
        title="第四季度联席会议",
        starts_at=starts.strftime("%Y-%m-%dT%H:%M"),
        place_text="明月村活动阵地",
        chair=str(room.joint.pk),
        clerk=str(room.deputy.pk),
    )
    body = page.locator("form [name=body]")
    if body.count() and body.first.evaluate("e => e.tagName") == "SELECT":
        body.select_option(str(room.body.pk))
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(re.compile(r"/meetings/[0-9a-f-]{36}/$"))
    walk.look()
    meeting = Meeting.objects.get()
    walk.go("加议题")
    motion = demand_motion(demand)
    walk.fill(kind="vote", motion=str(motion.pk))
    walk.press("加议题")
    walk.go("确定议题")
    walk.press("确定议题")
    walk.go("发出通知")
    walk.press("发出通知")
    walk.hears("会议通知已发出")

    walk.as_(room.daxing)
    walk.todo("第四季度联席会议")
    if page.url.rstrip("/").endswith(str(meeting.pk)):
        walk.go("回执")
    walk.fill(reply="attend")
    walk.press("回执")
    walk.hears("回执已收到")
    return meeting


def demand_motion(demand: Demand):
    from deliberation.models import Motion

    return Motion.objects.get(about=f"resources.demand:{demand.pk}")


def _decided(walk: Walk, room, meeting: Meeting, demand: Demand) -> Resolution:
    """4 signs in by the code; 5 副书记 as clerk signs the others in; 3 chairs; all vote; 3 closes and forms."""
    page = walk.page
    walk.as_(room.joint)
    walk.open("meeting-live", meeting.pk)
    code = page.locator(".code").inner_text()
    walk.as_(room.daxing)
    walk.open("meeting-sign-in", meeting.pk)
    walk.fill(code=code)
    walk.press("签到")
    walk.hears("已签到")

    walk.as_(room.deputy)
    for each in Attendance.objects.filter(meeting=meeting).exclude(person=room.daxing).select_related("person"):
        walk.open("meeting-live", meeting.pk)
        row = page.get_by_role("listitem").filter(has_text=each.person.name).filter(has_text="登记签到")
        row.get_by_role("button").click()
        walk.look()

    walk.as_(room.joint)
    walk.open("meeting-live", meeting.pk)
    walk.press("宣布开会")
    walk.press("开始审议")
    walk.press("已充分讨论")
    walk.go("开始表决")
    walk.fill(method="recorded")
    walk.press("开始表决")
    item = meeting.items.get()
    poll = item.polls.get()
    for person, choice in ((room.daxing, "赞成"), (room.cast.secretary_li, "赞成"), (room.deputy, "反对")):
        walk.as_(person)
        walk.open("poll", poll.pk)
        walk.press(choice)
        walk.hears(f"您投了“{choice}”")
    walk.as_(room.joint)
    walk.open("poll", poll.pk)
    walk.press("赞成")
    walk.open("poll", poll.pk)
    walk.go("结束表决")
    walk.press("结束表决")
    walk.hears("表决通过")
    walk.open("meeting-live", meeting.pk)
    walk.go("宣布散会")
    walk.press("宣布散会")

    walk.open("motion", demand_motion(demand).pk)
    walk.go("形成决议")
    walk.fill(title="关于修缮烘干房的决议", text="由明月村牵头，收粮前修好。", scope="public")
    walk.press("形成决议")
    return Resolution.objects.get()


def _published(walk: Walk, room, resolution: Resolution) -> None:
    """3 assigns the task; 2 reviews the text and publishes; a villager objects, 3 answers, 2 reviews."""
    walk.as_(room.joint)
    walk.open("resolution", resolution.pk)
    walk.go("布置任务")
    due = (NOW + timedelta(days=37)).date()
    walk.fill(title="修缮烘干房", due_on=due.isoformat(), owner=str(room.cast.mingyue.pk))
    walk.press("布置任务")
    walk.as_(room.cast.cadre_chen)
    walk.open("resolution", resolution.pk)
    walk.go("审核公示")
    walk.fill(title="关于修缮烘干房的公示", text="经联席会议表决，拟修缮共用烘干房。")
    walk.press("审核公示")

    walk.villager()
    walk.go("关于修缮烘干房的公示")
    walk.go("提出异议")
    walk.fill(text="选址没有和三社的住户商量过，请再商量。")
    walk.press("提交异议")
    ticket = walk.page.locator(".ticket").inner_text()

    walk.as_(room.joint)
    walk.todo("关于修缮烘干房的决议")
    walk.fill(upheld="no", answer="选址经户代表会讨论过，记录存在村办公室。")
    walk.press("答复异议")

    walk.villager()
    walk.go("凭查询码查答复")
    walk.page.get_by_label("查询码").fill(ticket)
    walk.press("查答复")
    walk.hears("答复正在审核")
    assert "户代表会" not in walk.page.locator("body").inner_text()

    walk.as_(room.cast.cadre_chen)
    walk.todo("关于修缮烘干房的决议")
    walk.hears("选址没有和三社的住户商量过")
    walk.press("审核通过")

    walk.villager()
    walk.go("凭查询码查答复")
    walk.page.get_by_label("查询码").fill(ticket)
    walk.press("查答复")
    walk.hears("选址经户代表会讨论过")


def _carried_out(walk: Walk, room, resolution: Resolution, demand: Demand) -> None:
    """After the notice: 1 reports the task, 5 accepts it, 1 confirms the result, and that the demand is met."""
    resolution.refresh_from_db()
    assert resolution.state in ("effective", "in_progress"), "the ticker let it take effect after the notice"
    walk.as_(room.cast.secretary_li)
    walk.todo("修缮烘干房")
    walk.go("报完成")
    walk.fill(progress="已修好，验收单在村委会。")
    walk.press("报完成")
    walk.as_(room.deputy)
    walk.todo("修缮烘干房")
    walk.go("确认完成")
    walk.press("确认完成")
    walk.as_(room.cast.secretary_li)
    walk.todo("修缮烘干房")
    walk.go("确认结果")
    walk.press("确认结果")
    tick(now=timezone.now() + timedelta(seconds=10))  # the next period, however quickly the pages were walked
    walk.as_(room.cast.secretary_li)
    walk.todo("烘干房漏雨")
    walk.go("确认办结")
    walk.press("确认办结")
    demand.refresh_from_db()
    assert demand.state == "confirmed"
