"""The first people of an installation, once; and the way back in from the console."""

import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from kit import facts
from orgs.models import Organization, Person, Posting, SecondFactor
from orgs.services import accounts, second_factor
from tests.factories import DivisionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PEOPLE = {
    "system_admin": "甲一:admin.xt",
    "security_admin": "乙二:admin.aq",
    "audit_admin": "丙三：admin.sj",
    "organization_officer": "丁四:dingsi",
}


def run(**options) -> str:
    out = StringIO()
    call_command("first_run", **{"division": "511902", **PEOPLE, **options}, stdout=out)
    return out.getvalue()


@pytest.fixture
def division():
    return DivisionFactory(code="511902", name="巴州区")


def test_it_sets_up_the_district_and_four_people(division):
    printed = run()
    district = Organization.objects.get()
    assert (district.name, district.path) == ("巴州区委", "d511902/")
    held = {p.person.username: p.role for p in Posting.objects.select_related("person")}
    assert held == {
        "admin.xt": "system_admin",
        "admin.aq": "security_admin",
        "admin.sj": "audit_admin",
        "dingsi": "organization_officer",
    }
    shown = dict(re.findall(r"登录名 (\S+)  临时密码 (\S+)", printed))
    for person in Person.objects.all():
        assert person.check_password(shown[person.username])
        assert person.must_change_password
    assert {fact.actor for fact in facts.trail(district)} == {"system:first_run"}


def test_the_passwords_work_and_lead_to_the_second_step(division):
    shown = dict(re.findall(r"登录名 (\S+)  临时密码 (\S+)", run()))
    answer = Client().post("/login/", {"username": "admin.xt", "password": shown["admin.xt"]})
    assert answer.url == "/login/enrol/"


def test_it_works_once(division):
    run()
    with pytest.raises(CommandError, match="系统已有管理员"):
        run(system_admin="戊五:wuwu")
    assert Person.objects.count() == 4


def test_values_may_come_from_the_environment(division, monkeypatch):
    monkeypatch.setenv("FIRST_RUN_SYSTEM_ADMIN", "戊五:wuwu")
    monkeypatch.setenv("FIRST_RUN_DIVISION", "511902")
    out = StringIO()
    call_command("first_run", **{**PEOPLE, "system_admin": None}, stdout=out)
    assert "wuwu" in out.getvalue()


@pytest.mark.parametrize(
    "options, words",
    [
        ({"division": "511999"}, "没有代码为“511999”的县"),
        ({"division": "511902107"}, "没有代码为"),
        ({"division": ""}, "缺少县（区）"),
        ({"audit_admin": "丙三"}, "应写成“姓名:登录名”"),
        ({"audit_admin": ":x"}, "应写成"),
        ({"audit_admin": "丙三:丙三"}, "登录名为 3 至 40 位"),
        ({"audit_admin": "丙三:ADMIN.XT"}, "这个登录名已有人使用"),
        ({"audit_admin": ""}, "缺少审计管理员"),
    ],
)
def test_bad_values_set_up_nothing(division, options, words):
    with pytest.raises(CommandError, match=re.escape(words)):
        run(**options)
    assert not Person.objects.exists()
    assert not Organization.objects.exists()


def test_a_locked_out_administrator_is_rescued(division):
    run()
    person = Person.objects.get(username="admin.xt")
    second_factor.begin_second_factor(actor=person, now=NOW)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    out = StringIO()
    call_command("rescue_administrator", "Admin.XT", stdout=out)
    person.refresh_from_db()
    assert person.is_active
    assert person.check_password(re.search(r"临时密码 (\S+)", out.getvalue()).group(1))
    assert not SecondFactor.objects.filter(person=person).exists()
    assert {fact.actor for fact in facts.trail(person)} == {"system:first_run", "system:rescue_administrator"}


@pytest.mark.parametrize("username", ["nobody", "dingsi", ""])
def test_nobody_else_is_rescued(division, username):
    run()
    before = Person.objects.filter(username="dingsi").values_list("password", flat=True).get()
    with pytest.raises(CommandError, match="没有登录名为"):
        call_command("rescue_administrator", username, stdout=StringIO())
    assert Person.objects.filter(username="dingsi").values_list("password", flat=True).get() == before


def test_there_is_no_seed_password():
    """Nobody at all in a fresh database."""
    assert not Person.objects.exists()
    assert accounts.temporary_password() != accounts.temporary_password()
