"""Login, lock and 我的 in a real Chromium: phone and desktop, no violation of axe or of the policy."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page, expect

from kit import sealing, sessions
from kit.actors import System
from kit.services import service
from orgs.choices import Role
from orgs.models import SecondFactor
from orgs.services import accounts
from tests.factories import PersonFactory, PostingFactory

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = "Shuidao-3Mu5"
PIN = "280413"


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """A phone by its own word, so that it is offered trust."""
    return {**browser_context_args, "user_agent": "Mozilla/5.0 (Linux; Android 12) Chrome/90.0 Mobile Safari/537.36"}


@pytest.fixture
def li(cast):
    person = PersonFactory(
        name="李顺", organization=cast.mingyue, username="lishun", password=GOOD, work_phone="13900120000"
    )
    PostingFactory(person=person, role=Role.MENTOR)
    return person


def shot(page: Page, name: str) -> None:
    """For looking at, when somebody asks for pictures."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


def log_in(page: Page, live_server, *, password: str = GOOD, trust: bool = False, path: str = "/me/") -> None:
    page.goto(f"{live_server.url}{path}")
    page.get_by_label("登录名").fill("lishun")
    page.locator("input[name=password]").fill(password)
    if trust:
        page.get_by_label("信任这台手机").check()
    page.get_by_role("button", name="登录", exact=True).click()


def age(minutes: int) -> None:
    """The sessions were last used so long ago."""
    for row in Session.objects.all():
        store = Session.get_session_store_class()(row.session_key)
        store[sessions.SEEN] -= minutes * 60
        store[sessions.PROVED] -= minutes * 60
        store.save()


def test_login_reaches_the_page_asked_for(page, screen, live_server, li, axe):
    page.goto(f"{live_server.url}/me/")
    expect(page.get_by_role("heading", name="登录", exact=True)).to_be_visible()
    shot(page, "login")
    axe(page)
    log_in(page, live_server)
    page.wait_for_url(re.compile("/me/$"))
    expect(page.get_by_role("heading", name="我是谁")).to_be_visible()
    shot(page, "me")
    axe(page)


def test_five_wrong_passwords_are_explained(phone, live_server, li, axe):
    for _ in range(4):
        log_in(phone, live_server, password="Falsch-99999")
        expect(phone.get_by_role("alert")).to_contain_text("登录名或密码不对")
    shot(phone, "login-wrong")
    axe(phone)
    log_in(phone, live_server, password="Falsch-99999")
    expect(phone.get_by_role("alert")).to_contain_text("连续 5 次没有输对")
    shot(phone, "locked-out")
    axe(phone)
    log_in(phone, live_server)
    expect(phone.get_by_role("alert")).to_contain_text("30 分钟")


def test_a_trusted_phone_locks_and_gives_the_form_back(phone, live_server, li, axe):
    log_in(phone, live_server, trust=True)
    phone.wait_for_url(re.compile("/me/phones/trust/"))
    shot(phone, "trust")
    axe(phone)
    phone.get_by_label("手机名称").fill("我的手机")
    phone.get_by_label("设一个 6 位 PIN").fill(PIN)
    phone.get_by_label("再输一次").fill(PIN)
    phone.get_by_role("button", name="信任这台手机").click()
    phone.wait_for_url(re.compile("/me/$"))
    expect(phone.get_by_role("status")).to_contain_text("已信任这台手机")
    shot(phone, "me-trusted")
    # A form without scripts: ending the other sessions.
    Client().post("/login/", {"username": "lishun", "password": GOOD})
    phone.reload()
    age(31)
    phone.get_by_role("button", name="退出其他所有登录").click()
    phone.wait_for_url(re.compile("/lock/"))
    expect(phone.get_by_role("heading", name="请输入 PIN")).to_be_visible()
    expect(phone.get_by_text("李顺")).to_have_count(0)
    shot(phone, "lock")
    axe(phone)
    phone.get_by_label("PIN").fill("000001")
    phone.get_by_role("button", name="继续").click()
    expect(phone.get_by_text("还可以试 4 次")).to_be_visible()
    phone.get_by_label("PIN").fill(PIN)
    phone.get_by_role("button", name="继续").click()
    phone.wait_for_url(re.compile("/resume/"))
    shot(phone, "resume")
    axe(phone)
    phone.get_by_role("button", name="继续提交").click()
    phone.wait_for_url(re.compile("/me/$"))
    expect(phone.get_by_role("status")).to_contain_text("已退出其他 1 处登录")


def test_a_temporary_password_is_changed_on_the_phone(phone, live_server, li, system_admin, axe):
    password = accounts.reset_password(actor=system_admin, person=li, now=datetime.now(UTC))
    log_in(phone, live_server, password=password)
    expect(phone.get_by_role("heading", name="先把临时密码改成自己的")).to_be_visible()
    phone.get_by_label("原密码").fill(password)
    phone.locator("input[name=new]").fill("short")
    phone.get_by_label("再输一次新密码").fill("short")
    phone.get_by_role("button", name="保存新密码").click()
    expect(phone.get_by_text("密码至少 10 位")).to_be_visible()
    shot(phone, "password")
    axe(phone)


def test_the_system_administrator_keeps_accounts(page, screen, live_server, li, system_admin, sign_in, axe):
    sign_in(system_admin)
    page.goto(f"{live_server.url}/accounts/")
    shot(page, "accounts")
    axe(page)
    page.get_by_role("link", name="李顺").last.click()
    expect(page.get_by_role("button", name="重置密码")).to_be_visible()
    shot(page, "account")
    axe(page)
    page.get_by_role("button", name="重置密码").click()
    expect(page.get_by_text("临时密码只显示这一次")).to_be_visible()
    shot(page, "handed-out")
    axe(page)


def test_an_administrator_enrols_with_the_qr_code(phone, live_server, system_admin, axe):
    @service
    def give_password(*, actor):
        system_admin.set_password(GOOD)
        system_admin.save(update_fields=["password"])

    give_password(actor=System("tests"))
    phone.goto(f"{live_server.url}/login/")
    phone.get_by_label("登录名").fill("system_admin")
    phone.locator("input[name=password]").fill(GOOD)
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.wait_for_url(re.compile("/login/enrol/"))
    picture = phone.get_by_role("img", name=re.compile("二维码"))
    expect(picture).to_be_visible()
    assert picture.evaluate("img => img.complete && img.naturalWidth > 100")
    shot(phone, "enrol")
    axe(phone)
    secret = sealing.unseal(SecondFactor.objects.get().sealed_secret)
    phone.get_by_label("应用里显示的 6 位数字").fill(pyotp.TOTP(secret).now())
    phone.get_by_role("button", name="启用").click()
    expect(phone.get_by_role("heading", name="备用码", exact=True)).to_be_visible()
    shot(phone, "recovery-codes")
    axe(phone)


def test_the_audit_administrator_reads_the_sign_ins(page, screen, live_server, li, audit_admin, sign_in, axe):
    sign_in(audit_admin)
    page.goto(f"{live_server.url}/sign-ins/")
    shot(page, "sign-ins-empty")
    axe(page)
    Client().post("/login/", {"username": "lishun", "password": GOOD})
    page.reload()
    expect(page.get_by_text("127.0.0.1")).to_be_visible()
    shot(page, "sign-ins")
    axe(page)
