"""The second step of the login in the browser: enrolment, the code, its replay, recovery codes, the lock."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from django.test import Client

from kit import sealing
from kit.actors import System
from kit.services import stamp
from orgs.models import SecondFactor
from orgs.services import second_factor

pytestmark = pytest.mark.django_db
GOOD = "Shuidao-3Mu5"
WRONG = "登录名或密码不对"
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


def log_in(client, name="system_admin", password=GOOD, **extra):
    return client.post("/login/", {"username": name, "password": password, **extra})


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def admin(system_admin):
    stamp(System("tests"))
    system_admin.set_password(GOOD)
    system_admin.save(update_fields=["password"])
    return system_admin


def secret_of(person) -> str:
    return sealing.unseal(SecondFactor.objects.get(person=person).sealed_secret)


def code_of(person, moment=None) -> str:
    return pyotp.TOTP(secret_of(person)).at(moment or datetime.now(UTC))


def enrol(person, when) -> list[str]:
    second_factor.begin_second_factor(actor=person, now=when)
    return second_factor.confirm_second_factor(actor=person, code=code_of(person, when), now=when)


def test_an_administrator_enrols_at_the_first_login(client, admin, clock):
    answer = log_in(client, "system_admin")
    assert answer.url == "/login/enrol/"
    assert "_auth_user_id" not in client.session
    assert client.get("/me/").status_code == 302
    page = client.get("/login/enrol/")
    assert " ".join(re.findall(".{1,4}", secret_of(admin))) in text(page)
    picture = client.get("/login/enrol/qr.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<script" not in picture.content
    assert b"style=" not in picture.content
    wrong = client.post("/login/enrol/", {"code": "000000"})
    assert (wrong.status_code, "动态口令不对" in text(wrong)) == (422, True)
    done = client.post("/login/enrol/", {"code": code_of(admin)})
    assert len(re.findall(r"[a-z2-9]{5}-[a-z2-9]{5}", text(done))) == 10
    assert client.get("/me/").status_code == 200
    assert client.session["second_factor"] is True


def test_the_qr_code_is_for_the_half_finished_login_alone(client, admin):
    assert client.get("/login/enrol/qr.svg").status_code == 404
    log_in(client, "system_admin")
    assert client.get("/login/enrol/qr.svg").status_code == 200
    assert Client().get("/login/enrol/qr.svg").status_code == 404


def test_the_code_is_asked_at_every_login(client, admin, clock):
    enrol(admin, AT - timedelta(minutes=2))
    assert log_in(client, "system_admin").url == "/login/second-step/"
    code = code_of(admin)
    assert client.post("/login/second-step/", {"code": code}).status_code == 302
    assert client.get("/me/").status_code == 200
    # Replay of the same code in another browser.
    other = Client()
    log_in(other, "system_admin")
    replay = other.post("/login/second-step/", {"code": code})
    assert replay.status_code == 422
    assert "_auth_user_id" not in other.session


def test_an_enrolled_secret_is_not_shown_again(client, admin, clock):
    enrol(admin, AT - timedelta(minutes=2))
    log_in(client, "system_admin")
    assert client.get("/login/enrol/").url == "/login/second-step/"
    assert client.get("/login/enrol/qr.svg").status_code == 404


def test_a_recovery_code_opens(client, admin, clock):
    codes = enrol(admin, AT - timedelta(minutes=2))
    log_in(client, "system_admin")
    assert client.post("/login/second-step/", {"code": codes[3]}).status_code == 302


def test_wrong_codes_lock_like_wrong_passwords(client, admin, clock):
    enrol(admin, AT - timedelta(minutes=2))
    log_in(client, "system_admin")
    assert [client.post("/login/second-step/", {"code": "abcdef"}).status_code for _ in range(5)] == [422] * 4 + [429]
    # The half-finished login is gone as well, and the right password is refused.
    assert client.post("/login/second-step/", {"code": code_of(admin)}).url == "/login/?why=step"
    assert log_in(client, "system_admin").status_code == 429


def test_the_second_step_waits_five_minutes(client, admin, clock):
    enrol(admin, AT - timedelta(minutes=2))
    log_in(client, "system_admin")
    clock.shift(timedelta(minutes=5, seconds=1))
    answer = client.post("/login/second-step/", {"code": code_of(admin)})
    assert answer.url == "/login/?why=step"
    assert "_auth_user_id" not in client.session


def test_the_second_step_alone_opens_nothing(client, admin, clock):
    enrol(admin, AT - timedelta(minutes=2))
    assert client.post("/login/second-step/", {"code": code_of(admin)}).url == "/login/?why=step"


def test_without_the_requirement_of_the_demo_no_code_is_asked(client, admin, settings):
    """Control for the requirement: the demo's setting switches exactly this off."""
    settings.REQUIRE_SECOND_FACTOR = False
    log_in(client, "system_admin")
    assert client.get("/me/").status_code == 200
