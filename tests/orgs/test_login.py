"""Login in the browser: lock, no enumeration, rotation, second step, temporary password, and who gets no further."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from orgs.choices import Role
from orgs.models import Posting, SignIn
from orgs.services import accounts, postings
from tests.factories import PersonFactory, PostingFactory

pytestmark = pytest.mark.django_db
GOOD = "Shuidao-3Mu5"
WRONG = "登录名或密码不对"
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def li(cast):
    return PersonFactory(name="李顺", organization=cast.mingyue, username="lishun", password=GOOD)


@pytest.fixture
def secretary(li):
    PostingFactory(person=li, organization=li.organization, role=Role.MENTOR)
    return li


def log_in(client, name="lishun", password=GOOD, **extra):
    return client.post("/login/", {"username": name, "password": password, **extra})


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_login_leads_to_the_page_asked_for(client, secretary):
    asked = client.get("/me/")
    assert (asked.status_code, asked.url) == (302, "/login/?next=%2Fme%2F")
    answer = log_in(client, next="/me/")
    assert (answer.status_code, answer.url) == (302, "/me/")
    page = client.get("/me/")
    assert page.status_code == 200
    assert "李顺" in text(page)
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize("way", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_login_never_leads_off_this_site(client, secretary, way):
    assert log_in(client, next=way).url in ("/me/", "/")


@pytest.mark.parametrize("name", ["LISHUN", " lishun ", "ｌｉｓｈｕｎ"])
def test_a_name_is_understood_in_any_spelling(client, secretary, name):
    assert log_in(client, name).status_code == 302


def test_no_enumeration_by_words(client, secretary, cast):
    """A wrong password, an unknown name, a disabled account and a person without account read exactly the same."""
    PersonFactory(organization=cast.mingyue, username="gone", password=GOOD, is_active=False)
    pages = [
        log_in(client, "lishun", "Falsch-999999"),
        log_in(client, "nobody", "Falsch-999999"),
        log_in(client, "gone", GOOD),
        log_in(client, "secretary_li", "Falsch-999999"),
    ]
    assert {page.status_code for page in pages} == {422}
    words = {re.sub(r"lishun|nobody|gone|secretary_li", "", text(page)) for page in pages}
    assert len(words) == 1
    assert WRONG in words.pop()


@pytest.mark.parametrize("name", ["lishun", "nobody", "gone"])
def test_no_enumeration_by_time(client, secretary, cast, monkeypatch, name):
    """One run of the password hash for every name, known or not: the costly part takes the same time."""
    PersonFactory(organization=cast.mingyue, username="gone", password=GOOD, is_active=False)
    runs = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a, **k: runs.append(1) or encode(*a, **k))
    log_in(client, name, "Falsch-999999")
    assert len(runs) == 1


@pytest.mark.parametrize("name", ["lishun", "nobody"])
def test_the_fifth_wrong_password_locks(client, secretary, name):
    for _ in range(4):
        assert log_in(client, name, "Falsch-999999").status_code == 422
    fifth = log_in(client, name, "Falsch-999999")
    assert fifth.status_code == 429
    assert fifth["Retry-After"] == "1800"
    assert "连续 5 次没有输对" in text(fifth)
    assert "30 分钟" in text(fifth)
    right = log_in(client, name, GOOD)
    assert right.status_code == 429
    assert "_auth_user_id" not in client.session


def test_control_without_the_lock_the_sixth_try_passes(client, secretary, settings):
    settings.AXES_ENABLED = False
    for _ in range(5):
        log_in(client, "lishun", "Falsch-999999")
    assert log_in(client).status_code == 302


def test_the_lock_holds_one_name_at_one_address(client, secretary, cast):
    PersonFactory(organization=cast.mingyue, username="another", password=GOOD)
    for _ in range(5):
        log_in(client, "lishun", "Falsch-999999")
    assert log_in(client, "another").status_code == 302
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    assert log_in(elsewhere, "lishun").status_code == 302


def test_a_forged_forwarded_address_does_not_escape_the_lock(client, secretary, settings):
    for number in range(5):
        client.post("/login/", {"username": "lishun", "password": "x"}, headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert log_in(client).status_code == 429
    settings.NUM_PROXIES = 1
    behind = Client(headers={"X-Forwarded-For": "6.6.6.6, 10.1.1.1"})
    assert log_in(behind).status_code == 302
    assert SignIn.objects.get().address == "10.1.1.1"


def test_unlocked_by_the_system_administrator(client, secretary, system_admin):
    for _ in range(5):
        log_in(client, "lishun", "Falsch-999999")
    accounts.unlock_account(actor=system_admin, person=secretary, now=datetime.now(UTC))
    assert log_in(client).status_code == 302


def test_the_lock_ends_by_itself(client, secretary, clock):
    for _ in range(5):
        log_in(client, "lishun", "Falsch-999999")
    clock.shift(timedelta(minutes=29))
    assert log_in(client).status_code == 429
    clock.shift(timedelta(minutes=2))
    assert log_in(client).status_code == 302


def test_a_success_forgets_earlier_slips(client, secretary):
    for _ in range(4):
        log_in(client, "lishun", "Falsch-999999")
    log_in(client)
    client.post("/logout/")
    assert log_in(client, "lishun", "Falsch-999999").status_code == 422


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"username": "lishun"},
        {"password": GOOD},
        {"username": "a\x00b", "password": GOOD},
        {"username": "x" * 5000, "password": "y"},
        {"username": "lishun", "password": "y" * 100_000},
    ],
)
def test_a_malformed_form_is_answered_at_the_field(client, secretary, sent):
    answer = client.post("/login/", sent)
    assert answer.status_code == 422
    assert "_auth_user_id" not in client.session


def test_the_session_key_changes_at_login(client, secretary):
    client.get("/login/")
    session = client.session
    session["seed"] = 1
    session.save()
    before = session.session_key
    client.cookies["session"] = before
    log_in(client)
    assert client.session.session_key != before
    assert SignIn.objects.get().session_key == client.session.session_key


def test_login_needs_the_csrf_token(secretary):
    strict = Client(enforce_csrf_checks=True)
    assert log_in(strict).status_code == 403


def test_logging_out_ends_the_session(client, secretary):
    log_in(client)
    key = client.session.session_key
    assert client.get("/logout/").status_code == 405
    answer = client.post("/logout/")
    assert answer.url == "/login/?why=out"
    assert SignIn.objects.get().end == "signed_out"
    client.cookies["session"] = key
    assert client.get("/me/").status_code == 302


def test_whoever_is_in_is_not_asked_again(client, secretary):
    log_in(client)
    assert client.get("/login/?next=/me/").url == "/me/"


# Temporary passwords.


def test_a_temporary_password_is_changed_before_anything_else(client, system_admin, secretary):
    now = datetime.now(UTC)
    password = accounts.reset_password(actor=system_admin, person=secretary, now=now)
    assert log_in(client, "lishun", password).url == "/password/"
    assert client.get("/me/").url == "/password/"
    assert client.post("/me/sessions/end-others/").url == "/password/"
    page = client.get("/password/")
    assert "先把临时密码改成自己的" in text(page)
    changed = client.post("/password/", {"current": password, "new": "Chunfeng-8Li", "again": "Chunfeng-8Li"})
    assert changed.status_code == 302
    assert client.get("/me/").status_code == 200


def test_an_expired_temporary_password_is_refused(client, system_admin, secretary):
    past = datetime.now(UTC) - timedelta(hours=73)
    password = accounts.reset_password(actor=system_admin, person=secretary, now=past)
    answer = log_in(client, "lishun", password)
    assert answer.status_code == 422
    assert "临时密码已过期" in text(answer)
    assert WRONG in text(log_in(client, "lishun", "Falsch-999999"))


def test_the_api_says_that_the_password_must_be_changed(client, system_admin, secretary):
    password = accounts.reset_password(actor=system_admin, person=secretary, now=datetime.now(UTC))
    log_in(client, "lishun", password)
    from django.test import RequestFactory

    from lianCun.middleware import SessionPolicy

    request = RequestFactory().get("/api/v1/people/")
    request.session, request.user = client.session, type(secretary).objects.get(pk=secretary.pk)
    answer = SessionPolicy(lambda r: None).process_view(request, lambda r: None, (), {})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


@pytest.mark.parametrize(
    "sent, words",
    [
        ({"current": GOOD, "new": "short", "again": "short"}, "密码至少 10 位"),
        ({"current": GOOD, "new": "Chunfeng-8Li", "again": "Chunfeng-9Li"}, "两次输入的新密码不一样"),
        ({"current": "wrong", "new": "Chunfeng-8Li", "again": "Chunfeng-8Li"}, "原密码不对"),
        ({}, "必填"),
    ],
)
def test_a_bad_new_password_is_answered_at_the_field(client, secretary, sent, words):
    log_in(client)
    answer = client.post("/password/", sent)
    assert answer.status_code == 422
    assert words in text(answer)


def test_guessing_the_old_password_is_locked_too(client, secretary):
    log_in(client)
    sent = {"current": "wrong", "new": "Chunfeng-8Li", "again": "Chunfeng-8Li"}
    assert [client.post("/password/", sent).status_code for _ in range(5)] == [422] * 4 + [429]


def test_a_new_password_throws_the_other_browser_out(client, secretary):
    other = Client()
    log_in(client)
    log_in(other)
    client.post("/password/", {"current": GOOD, "new": "Chunfeng-8Li", "again": "Chunfeng-8Li"})
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
    assert SignIn.objects.filter(ended_at__isnull=True).get().session_key == client.session.session_key


def test_a_disabled_person_is_out_with_the_next_request(client, secretary, system_admin):
    log_in(client)
    assert client.get("/me/").status_code == 200
    accounts.disable_account(actor=system_admin, person=secretary, reason="调离", now=datetime.now(UTC))
    assert client.get("/me/").status_code == 302


def test_a_revoked_role_is_lost_with_the_next_request(client, system_admin, security_admin):
    """S5."""
    client.force_login(system_admin)
    assert client.get("/accounts/").status_code == 200
    posting = Posting.objects.get(person=system_admin)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    postings.end_posting(actor=security_admin, posting=posting, on=yesterday, reason="轮岗", now=datetime.now(UTC))
    assert client.get("/accounts/").status_code == 403


# Other ways in.


def test_there_is_no_other_login():
    assert reverse("login") == "/login/"
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse("rest_framework:login")


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/login/?next=/admin/orgs/"])
def test_the_admin_uses_the_same_login(client, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/login/?next=%2Fadmin%2F")
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302
