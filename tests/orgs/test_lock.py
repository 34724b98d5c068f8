"""Idle sessions: a trusted phone locks to its PIN and gives the form back, any other browser signs out."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from kit import sessions
from lianCun import urls
from lianCun.urls import handler400, handler403, handler404, handler500  # noqa: F401
from orgs.choices import Role
from orgs.models import SignIn, TrustedDevice
from orgs.services import accounts
from tests.factories import PersonFactory, PostingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GOOD = "Shuidao-3Mu5"
PIN = "280413"
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 12) Chrome/90.0 Mobile"}

RECEIVED: list[dict] = []


def note(request):
    """A form that takes whatever it is sent."""
    if request.method == "POST":
        RECEIVED.append({name: request.POST.getlist(name) for name in request.POST})
        return HttpResponse("收到")
    return HttpResponse("表单")


@sessions.never_held
def ballot(request):
    return note(request)


def vote(request):
    sessions.require_fresh_login(request, timedelta(minutes=2), once=True)
    return note(request)


@sessions.background
def poll(request):
    return HttpResponse("0")


urlpatterns = [
    path("note/", note),
    path("ballot/", ballot),
    path("vote/", vote),
    path("poll/", poll),
    *urls.urlpatterns,
]


@pytest.fixture(autouse=True)
def _nothing_received():
    RECEIVED.clear()


@pytest.fixture
def clock():
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def li(cast):
    person = PersonFactory(name="李顺", organization=cast.mingyue, username="lishun", password=GOOD)
    PostingFactory(person=person, role=Role.MENTOR)
    return person


@pytest.fixture
def browser(client, li, clock):
    """Signed in on a computer."""
    client.post("/login/", {"username": "lishun", "password": GOOD})
    return client


@pytest.fixture
def phone(client, li, clock):
    """Signed in on a phone that is trusted."""
    sent = {"username": "lishun", "password": GOOD, "trust": "on", "next": "/me/"}
    asked = client.post("/login/", sent, headers=PHONE)
    assert asked.url == "/me/phones/trust/?next=%2Fme%2F"
    trusted = client.post(asked.url, {"label": "我的手机", "pin": PIN, "again": PIN, "next": "/me/"})
    assert trusted.url == "/me/"
    return client


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_phone_keeps_its_session_for_thirty_days(phone):
    assert phone.cookies["session"]["expires"]
    cookie = phone.cookies["device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert SignIn.objects.get().device == TrustedDevice.objects.get()


def test_trust_is_offered_on_phones_only(browser, li):
    assert "信任这台手机" in text(Client().get("/login/", headers=PHONE))
    assert "信任这台手机" not in text(Client().get("/login/"))
    assert browser.post("/login/", {"username": "lishun", "password": GOOD, "trust": "on"}).url == "/"
    assert "信任这台手机" in text(browser.get("/me/", headers=PHONE))
    assert "信任这台手机" not in text(browser.get("/me/"))


def test_a_computer_keeps_its_session_only_while_it_is_open(browser):
    assert not browser.cookies["session"]["expires"]


def test_half_an_hour_of_nothing_signs_a_computer_out(browser, clock):
    clock.shift(timedelta(minutes=29))
    assert browser.get("/note/").status_code == 200
    clock.shift(timedelta(minutes=30))
    answer = browser.get("/note/?seite=2")
    assert answer.url == "/login/?why=idle&next=%2Fnote%2F%3Fseite%3D2"
    assert "离开的时间长了" in text(browser.get(answer.url))
    assert SignIn.objects.get().end == "idle"
    assert browser.get("/note/").status_code == 302


def test_control_without_the_limit_the_session_lives_on(browser, clock, monkeypatch):
    monkeypatch.setattr(sessions, "idle", lambda session, *, now, limit: False)
    clock.shift(timedelta(hours=9))
    assert browser.get("/note/").status_code == 200


def test_calls_in_the_background_keep_no_session_alive(browser, clock):
    for _ in range(4):
        clock.shift(timedelta(minutes=9))
        answer = browser.get("/poll/")
    assert answer.status_code == 302


def test_the_same_calls_by_a_person_do(browser, clock):
    """Control for the mark."""
    for _ in range(4):
        clock.shift(timedelta(minutes=9))
        assert browser.get("/note/").status_code == 200


def test_the_limit_is_a_parameter_of_the_district(browser, clock, cast):
    from kit import parameters
    from kit.actors import System

    ruler = System("tests", verbs=frozenset({"parameter.set"}))
    parameters.set_value(
        name="orgs.idle_minutes",
        value=5,
        org=cast.district,
        effective_on=(AT + timedelta(days=1)).date(),
        reason="试行",
        actor=ruler,
        now=AT,
    )
    with time_machine.travel(AT + timedelta(days=1), tick=False) as later:
        parameters.forget()
        browser.post("/login/", {"username": "lishun", "password": GOOD})
        later.shift(timedelta(minutes=5))
        assert browser.get("/note/").status_code == 302


def test_a_trusted_phone_locks_and_comes_back_to_the_page(phone, clock):
    clock.shift(timedelta(minutes=31))
    locked = phone.get("/note/?seite=2")
    assert locked.url == "/lock/?next=%2Fnote%2F%3Fseite%3D2"
    assert phone.get("/me/").url.startswith("/lock/")
    page = phone.get(locked.url)
    assert "李顺" not in text(page)
    key = phone.session.session_key
    opened = phone.post("/lock/", {"pin": PIN, "next": "/note/?seite=2"})
    assert opened.url == "/note/?seite=2"
    assert phone.session.session_key != key
    assert SignIn.objects.get().session_key == phone.session.session_key
    assert phone.get("/note/").status_code == 200


def test_the_form_is_given_back_after_the_pin(phone, clock):
    clock.shift(timedelta(minutes=31))
    typed = {"words": "水渠垮了30米，\n要修", "kinds": ["a", "b"], "form_key": "k1", "password": "geheim"}
    refused = phone.post("/note/", typed, headers={"Referer": "http://testserver/note/?id=7"})
    assert refused.url == "/lock/?next=%2Fnote%2F%3Fid%3D7"
    assert RECEIVED == []
    assert phone.post("/lock/", {"pin": PIN}).url == "/resume/"
    page = phone.get("/resume/").content.decode()
    assert 'action="/note/"' in page
    assert "geheim" not in page
    again = dict(re.findall(r'name="(words|form_key)" value="([^"]*)"', page))
    assert again == {"words": "水渠垮了30米，\n要修", "form_key": "k1"}
    assert re.findall(r'name="kinds" value="([^"]*)"', page) == ["a", "b"]
    assert phone.post("/note/", again).status_code == 200
    assert RECEIVED[0]["words"] == ["水渠垮了30米，\n要修"]
    # Sent, it is no longer kept.
    assert phone.get("/resume/").status_code == 302


def test_the_form_can_be_dropped(phone, clock):
    clock.shift(timedelta(minutes=31))
    phone.post("/note/", {"words": "x"})
    phone.post("/lock/", {"pin": PIN})
    assert phone.post("/resume/").status_code == 302
    assert phone.get("/resume/").status_code == 302
    assert RECEIVED == []


def test_a_computers_form_waits_for_its_owner_alone(browser, clock, cast):
    PersonFactory(organization=cast.daxing, username="another", password=GOOD)
    clock.shift(timedelta(minutes=31))
    assert browser.post("/note/", {"words": "要修"}).url.startswith("/login/?why=idle")
    stranger = Client()
    stranger.cookies = browser.cookies.copy()
    assert browser.post("/login/", {"username": "lishun", "password": GOOD}).url == "/resume/"
    assert "要修" in text(browser.get("/resume/"))


def test_a_kept_form_is_not_shown_to_the_next_person(browser, clock, cast):
    PersonFactory(organization=cast.daxing, username="another", password=GOOD)
    clock.shift(timedelta(minutes=31))
    browser.post("/note/", {"words": "要修"})
    assert browser.post("/login/", {"username": "another", "password": GOOD}).url == "/"
    assert browser.get("/resume/").status_code == 302


def test_a_ballot_is_never_kept(phone, clock):
    clock.shift(timedelta(minutes=31))
    phone.post("/ballot/", {"choice": "yes"})
    assert sessions.HELD not in phone.session
    assert phone.post("/lock/", {"pin": PIN}).url == "/"


def test_a_foreign_page_cannot_leave_a_form_here(li, clock):
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/login/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
    strict.post("/login/", {"username": "lishun", "password": GOOD, "csrfmiddlewaretoken": token})
    clock.shift(timedelta(minutes=31))
    assert strict.post("/note/", {"words": "untergeschoben"}).status_code == 403
    assert sessions.HELD not in strict.session


def test_five_wrong_pins_ask_for_the_password_and_keep_the_form(phone, clock):
    clock.shift(timedelta(minutes=31))
    phone.post("/note/", {"words": "要修"})
    for left in (4, 3, 2, 1):
        answer = phone.post("/lock/", {"pin": "000001"})
        assert (answer.status_code, f"还可以试 {left} 次" in text(answer)) == (422, True)
    last = phone.post("/lock/", {"pin": "000001"})
    assert last.url.startswith("/login/?why=pin")
    assert "PIN 连续输错" in text(phone.get(last.url))
    assert SignIn.objects.get().end == "device_revoked"
    assert phone.post("/lock/", {"pin": PIN}).url.startswith("/login/")
    assert phone.post("/login/", {"username": "lishun", "password": GOOD}).url == "/resume/"


@pytest.mark.parametrize("cookie", ["", "nonsense", "01a20910-1f18-7259-a0a3-851533543721.x"])
def test_without_its_cookie_the_pin_opens_nothing(phone, clock, cookie):
    clock.shift(timedelta(minutes=31))
    phone.cookies["device"] = cookie
    assert phone.post("/lock/", {"pin": PIN}).url.startswith("/login/?why=phone")
    assert phone.get("/note/").url.startswith("/login/")


def test_a_locked_session_answers_the_api_like_a_stranger(phone, clock):
    assert phone.get("/api/v1/me/").status_code == 200
    clock.shift(timedelta(minutes=31))
    assert phone.get("/api/v1/me/").status_code == Client().get("/api/v1/me/").status_code == 401


def test_scripts_and_htmx_are_led_by_their_own_headers(phone, clock):
    clock.shift(timedelta(minutes=31))
    assert phone.post("/note/", {"words": "x"}, headers={"X-Form": "1"}).status_code == 401
    assert sessions.HELD not in phone.session
    swap = phone.get("/note/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/me/?a=1"})
    assert (swap.status_code, swap["HX-Redirect"]) == (204, "/lock/?next=%2Fme%2F%3Fa%3D1")
    assert phone.get("/still-here/").json()["person"] is None


def test_logging_out_works_while_locked(phone, clock):
    clock.shift(timedelta(minutes=31))
    assert phone.post("/logout/").url == "/login/?why=out"
    assert phone.get("/note/").url.startswith("/login/")


def test_the_next_login_on_a_trusted_phone_stays_trusted(phone, clock):
    phone.post("/logout/")
    phone.post("/login/", {"username": "lishun", "password": GOOD})
    clock.shift(timedelta(minutes=31))
    assert phone.get("/note/").url.startswith("/lock/")


def test_after_thirty_days_the_trust_is_over(phone, clock):
    clock.shift(timedelta(days=30, seconds=1))
    assert phone.get("/note/").url.startswith("/login/")


def test_a_revoked_phone_is_out_at_once(phone, li):
    elsewhere = Client()
    elsewhere.post("/login/", {"username": "lishun", "password": GOOD})
    device = TrustedDevice.objects.get()
    assert elsewhere.post(f"/me/phones/{device.pk}/revoke/").url == "/me/"
    assert phone.get("/note/").url.startswith("/login/")
    assert elsewhere.get("/note/").status_code == 200


def test_a_reset_password_ends_the_trust(phone, li, system_admin):
    accounts.reset_password(actor=system_admin, person=li, now=AT)
    assert phone.get("/note/").url.startswith("/login/")
    assert phone.post("/lock/", {"pin": PIN}).url.startswith("/login/")


# Eight hours of an administrator.


def test_an_administrators_session_ends_after_eight_hours(client, system_admin, clock, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    password = accounts.temporary_password()
    from kit.actors import System
    from kit.services import stamp

    stamp(System("tests"))
    system_admin.set_password(password)
    system_admin.save(update_fields=["password"])
    assert client.post("/login/", {"username": "system_admin", "password": password, "trust": "on"}).url == "/"
    for _ in range(23):
        clock.shift(timedelta(minutes=20))
        assert client.get("/note/").status_code == 200
    clock.shift(timedelta(minutes=20))
    assert client.get("/note/").url.startswith("/login/?why=over")
    assert SignIn.objects.get().end == "over"


def test_other_people_may_work_longer(browser, clock):
    """Control: the eight hours are for administrators."""
    for _ in range(25):
        clock.shift(timedelta(minutes=20))
        assert browser.get("/note/").status_code == 200


# Voting and signing ask again.


def test_a_vote_asks_for_the_password_again_and_gives_the_form_back(browser, clock):
    clock.shift(timedelta(minutes=3))
    asked = browser.post("/vote/", {"choice": "yes"}, headers={"Referer": "http://testserver/note/"})
    assert asked.url == "/confirm/?next=%2Fnote%2F"
    assert RECEIVED == []
    wrong = browser.post("/confirm/", {"password": "falsch"})
    assert (wrong.status_code, "密码不对" in text(wrong)) == (422, True)
    assert browser.post("/confirm/", {"password": GOOD}).url == "/resume/"
    assert browser.post("/vote/", {"choice": "yes"}).status_code == 200
    # Once: the next one asks again.
    assert browser.post("/vote/", {"choice": "no"}).url.startswith("/confirm/")
    assert [each["choice"] for each in RECEIVED] == [["yes"]]


def test_on_a_trusted_phone_the_pin_confirms(phone, clock):
    clock.shift(timedelta(minutes=3))
    assert phone.get("/vote/").url == "/confirm/?next=%2Fvote%2F"
    assert "PIN" in text(phone.get("/confirm/"))
    assert phone.post("/confirm/", {"pin": PIN, "next": "/vote/"}).url == "/vote/"
    assert phone.get("/vote/").status_code == 200


def test_guessing_in_the_confirmation_is_locked(browser, clock):
    assert [browser.post("/confirm/", {"password": "x"}).status_code for _ in range(5)] == [422] * 4 + [429]


def test_a_proof_from_the_future_is_none(browser, clock):
    clock.shift(timedelta(minutes=-5))
    assert browser.get("/vote/").url.startswith("/confirm/")
