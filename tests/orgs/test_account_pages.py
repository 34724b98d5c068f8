"""我的, 账号管理 and 登录记录 in the browser: what each person finds there, and what is refused."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.test import Client

from orgs.choices import OrganizationKind as Kind
from orgs.models import Person, SignIn
from orgs.selectors import accounts as reads
from orgs.services import devices, second_factor, sign_ins
from tests.factories import OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db
GOOD = "Shuidao-3Mu5"


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def li(cast):
    return PersonFactory(name="李顺", organization=cast.mingyue, username="lishun", password=GOOD)


@pytest.fixture
def keeper(client, system_admin):
    client.force_login(system_admin)
    return client


@pytest.fixture
def guard(client, security_admin):
    client.force_login(security_admin)
    return client


# 我的.


def test_me_tells_who_i_am(client, secretary_li):
    client.force_login(secretary_li)
    page = text(client.get("/me/"))
    for words in ("李顺", "明月村党支部", "单位负责人", "13900020000", "secretary_li", "受信任的手机", "动态口令"):
        assert words in page
    assert "账号管理" not in page
    assert "登录记录" not in page


def test_me_without_a_post_says_what_to_do(client, outsider):
    client.force_login(outsider)
    assert "请乡镇组织干部登记" in text(client.get("/me/"))


@pytest.mark.parametrize("name", ["system_admin", "security_admin", "audit_admin"])
def test_me_of_an_administrator(client, cast, name):
    client.force_login(cast[name])
    page = text(client.get("/me/"))
    assert "不设受信任手机" in page
    assert ("账号管理" in page) == (name != "audit_admin")
    assert ("登录记录" in page) == (name == "audit_admin")


def test_my_sessions_are_listed_and_ended(client, li):
    other = Client(HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0")
    for browser in (client, other):
        browser.post("/login/", {"username": "lishun", "password": GOOD})
    assert "微信 · 安卓手机" in text(client.get("/me/"))
    there = SignIn.objects.exclude(session_key=client.session.session_key).get()
    assert client.post(f"/me/sessions/{there.pk}/end/").url == "/me/"
    assert "已退出那一处登录" in text(client.get("/me/"))
    assert other.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


def test_all_other_sessions_end_at_once(client, li):
    others = [Client(), Client()]
    for browser in (client, *others):
        browser.post("/login/", {"username": "lishun", "password": GOOD})
    client.post("/me/sessions/end-others/")
    assert "已退出其他 2 处登录" in text(client.get("/me/"))
    assert [browser.get("/me/").status_code for browser in others] == [302, 302]


def test_a_foreign_session_or_phone_is_not_found(client, li, secretary_wang):
    """S4: foreign and absent answer alike."""
    now = datetime.now(UTC)
    foreign = sign_ins.open_sign_in(actor=secretary_wang, session_key="k", address="", browser="", now=now)
    phone = devices.trust_device(actor=secretary_wang, pin="280413", label="王的手机", now=now)
    client.force_login(li)
    for pk in (foreign.pk, uuid4()):
        assert client.post(f"/me/sessions/{pk}/end/").status_code == 404
    for pk in (phone.device.pk, uuid4()):
        assert client.post(f"/me/phones/{pk}/revoke/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.ended_at is None
    assert reads.trusted_devices(secretary_wang, now=now).exists()


@pytest.mark.parametrize(
    "sent, words",
    [
        ({"label": "手机", "pin": "123456", "again": "123456"}, "这个 PIN 太简单"),
        ({"label": "手机", "pin": "280413", "again": "280414"}, "两次输入的 PIN 不一样"),
        ({"label": "", "pin": "280413", "again": "280413"}, "必填"),
        ({"label": "手机", "pin": "28041", "again": "28041"}, "PIN 为 6 位数字"),
    ],
)
def test_a_bad_pin_is_answered_at_the_field(client, secretary_li, sent, words):
    client.force_login(secretary_li)
    answer = client.post("/me/phones/trust/", sent)
    assert (answer.status_code, words in text(answer)) == (422, True)


def test_an_administrator_cannot_trust_a_phone(client, system_admin):
    client.force_login(system_admin)
    answer = client.post("/me/phones/trust/", {"label": "手机", "pin": "280413", "again": "280413"})
    assert "三类管理员不能使用受信任手机" in text(answer)


def test_the_second_factor_by_ones_own_wish(client, secretary_li):
    import pyotp

    from kit import sealing
    from orgs.models import SecondFactor

    client.force_login(secretary_li)
    assert client.get("/me/second-factor/qr.svg")["Content-Type"] == "image/svg+xml"
    assert client.get("/me/second-factor/").status_code == 200
    secret = sealing.unseal(SecondFactor.objects.get().sealed_secret)
    wrong = client.post("/me/second-factor/", {"code": "000000"})
    assert wrong.status_code == 422
    done = client.post("/me/second-factor/", {"code": pyotp.TOTP(secret).now()})
    assert "备用码" in text(done)
    assert client.get("/me/second-factor/").status_code == 409
    assert client.get("/me/second-factor/qr.svg").status_code == 404
    assert len(re.findall(r"[a-z2-9]{5}-[a-z2-9]{5}", text(client.post("/me/second-factor/codes/")))) == 10


# 账号管理.


@pytest.mark.parametrize("name", ["audit_admin", "district_zhao", "cadre_chen", "secretary_li", "outsider"])
def test_who_keeps_no_accounts_finds_none(client, cast, name):
    client.force_login(cast[name])
    assert client.get("/accounts/").status_code == 403
    assert client.get(f"/accounts/{cast.secretary_wang.pk}/").status_code == 404
    assert client.post(f"/accounts/{cast.secretary_wang.pk}/reset/").status_code == 404


def test_the_list_is_searched_and_narrowed(keeper, cast):
    PersonFactory(name="周新来", initials="ZXL", organization=cast.daxing)
    Person.objects.filter(username="secretary_sun").update(is_active=False)
    AccessAttempt.objects.create(username="secretary_wang", ip_address="10.0.0.1", failures_since_start=5)
    rows = {
        query: re.findall(r'/accounts/[0-9a-f-]{36}/">([^<]+)<', keeper.get(f"/accounts/?{query}").content.decode())
        for query in (
            "search=zxl",
            "search=secretary_li",
            "state=locked",
            "state=disabled",
            "state=none",
            "search=大兴",
        )
    }
    assert rows == {
        "search=zxl": ["周新来"],
        "search=secretary_li": ["李顺"],
        "state=locked": ["王守田"],
        "state=disabled": ["孙长河"],
        "state=none": ["周新来"],
        "search=大兴": ["周新来"],
    }
    assert "没有符合的人" in text(keeper.get("/accounts/?search=谁也不是"))


def test_another_district_is_not_found(keeper):
    elsewhere = OrganizationFactory(kind=Kind.DISTRICT_COMMITTEE, code="511903", name="恩阳区委")
    stranger = PersonFactory(name="外人", organization=elsewhere, username="stranger")
    assert "外人" not in text(keeper.get("/accounts/"))
    assert keeper.get(f"/accounts/{stranger.pk}/").status_code == 404
    assert keeper.post(f"/accounts/{stranger.pk}/disable/", {"reason": "x"}).status_code == 404


def test_an_account_is_opened_and_its_password_shown_once(keeper, cast):
    newcomer = PersonFactory(name="周新来", organization=cast.daxing)
    answer = keeper.post(f"/accounts/{newcomer.pk}/open/", {"username": "zhouxinlai"})
    password = re.search(r'<strong class="num secret">([^<]+)<', answer.content.decode()).group(1)
    assert "no-store" in answer["Cache-Control"]
    newcomer.refresh_from_db()
    assert newcomer.check_password(password)
    assert password not in text(keeper.get(f"/accounts/{newcomer.pk}/"))
    theirs = Client()
    assert theirs.post("/login/", {"username": "zhouxinlai", "password": password}).url == "/password/"


def test_a_bad_login_name_stands_at_its_field(keeper, cast):
    newcomer = PersonFactory(name="周新来", organization=cast.daxing)
    answer = keeper.post(f"/accounts/{newcomer.pk}/open/", {"username": "周"})
    assert answer.status_code == 422
    assert "登录名为 3 至 40 位" in text(answer)
    taken = keeper.post(f"/accounts/{newcomer.pk}/open/", {"username": "secretary_li"})
    assert "这个登录名已有人使用" in text(taken)


def test_disable_enable_reset_and_unlock(keeper, li):
    victim = Client()
    victim.post("/login/", {"username": "lishun", "password": GOOD})
    url = f"/accounts/{li.pk}"
    assert keeper.post(f"{url}/disable/", {"reason": ""}).status_code == 422
    assert keeper.post(f"{url}/disable/", {"reason": "调离"}).status_code == 302
    assert "已停用李顺的账号" in text(keeper.get(f"{url}/"))
    assert victim.get("/me/").status_code == 302
    assert keeper.post(f"{url}/reset/").status_code == 409
    assert keeper.post(f"{url}/enable/").status_code == 302
    assert keeper.post(f"{url}/unlock/").status_code == 409
    AccessAttempt.objects.create(username="lishun", ip_address="10.0.0.1", failures_since_start=5)
    assert "已锁定" in text(keeper.get(f"{url}/"))
    assert keeper.post(f"{url}/unlock/").status_code == 302
    assert "临时密码" in text(keeper.post(f"{url}/reset/"))
    assert keeper.post(f"{url}/rename/").status_code == 404
    assert keeper.get(f"{url}/reset/").status_code == 405


def test_buttons_follow_the_policy(keeper, system_admin, security_admin, district_zhao):
    second_factor.begin_second_factor(actor=district_zhao, now=datetime.now(UTC))
    url = f"/accounts/{district_zhao.pk}/"
    page = keeper.get(url).content.decode()
    assert f"{url}reset/" in page
    assert f"{url}second-factor/" not in page
    guard = Client()
    guard.force_login(security_admin)
    page = guard.get(url).content.decode()
    assert f"{url}reset/" not in page
    assert f"{url}second-factor/" in page
    assert guard.post(f"{url}reset/").status_code == 403
    assert keeper.post(f"{url}second-factor/", {"reason": "x"}).status_code == 403
    assert guard.post(f"{url}second-factor/", {"reason": "手机丢失"}).status_code == 302


def test_dangerous_steps_ask_for_the_password_again(keeper, li):
    session = keeper.session
    session["proved_at"] -= 660
    session.save()
    answer = keeper.post(f"/accounts/{li.pk}/reset/")
    assert answer.url.startswith("/confirm/")
    li.refresh_from_db()
    assert li.check_password(GOOD)


# 登录记录.


def test_the_audit_administrator_reads_the_sign_ins(client, audit_admin, secretary_li):
    sign_ins.open_sign_in(
        actor=secretary_li, session_key="k", address="10.1.2.3", browser="微信 · 安卓手机", now=datetime.now(UTC)
    )
    client.force_login(audit_admin)
    page = text(client.get("/sign-ins/"))
    for words in ("李顺", "10.1.2.3", "微信 · 安卓手机", "未结束"):
        assert words in page
    assert "10.1.2.3" not in text(client.get("/sign-ins/?search=王"))


@pytest.mark.parametrize("name", ["system_admin", "security_admin", "district_zhao", "secretary_li"])
def test_nobody_else_reads_them(client, cast, name):
    client.force_login(cast[name])
    assert client.get("/sign-ins/").status_code == 403


def test_lists_cost_the_same_for_two_and_twenty_rows(client, cast, audit_admin, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(url):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(url).status_code == 200
        return len(caught)

    now = datetime.now(UTC)
    counts = []
    for rows in (2, 20):
        for number in range(rows):
            person = PersonFactory(organization=cast.daxing, username=f"p{rows}x{number}")
            sign_ins.open_sign_in(
                actor=person,
                session_key=f"{rows}k{number}",
                address="",
                browser="",
                now=now - timedelta(minutes=number),
            )
        client.force_login(cast.system_admin)
        accounts_list = queries("/accounts/")
        client.force_login(audit_admin)
        counts.append((accounts_list, queries("/sign-ins/")))
    assert counts[0] == counts[1]
