"""Login names, passwords, PINs and the separation of the three administrators, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgs import rules
from orgs.choices import Role
from orgs.rules import Span


@pytest.mark.parametrize(
    "typed, name",
    [(" Li.Shun ", "li.shun"), ("ＬＩｓｈｕｎ０１", "lishun01"), ("13900010000", "13900010000"), (None, "")],
)
def test_a_login_name_has_one_form(typed, name):
    assert rules.login_name(typed) == name


@pytest.mark.parametrize("name", ["", "ab", "李顺", "-li", "li shun", "a" * 41, "li'--", "li\x00shun"])
def test_what_is_no_login_name(name):
    assert rules.login_name_fault(name)


@pytest.mark.parametrize("name", ["lishun", "li.shun", "13900010000", "secretary_li", "a" * 40])
def test_what_is_a_login_name(name):
    assert rules.login_name_fault(name) is None


@pytest.mark.parametrize(
    "password, sentence",
    [
        ("", "密码至少 10 位，现在 0 位。"),
        ("Aa1!aaaa", "密码至少 10 位，现在 8 位。"),
        ("longenoughbutplain", "现在 1 类"),
        ("onlytwoclasses2", "现在 2 类"),
        ("Mylishun-2026", "密码不能含有登录名。"),
        ("Xnuhsil-2026", "密码不能含有登录名。"),
        ("P@ssw0rd2026", "太常见"),
        ("Liancun@2026", "太常见"),
        ("Bazhong@123!", "太常见"),
        ("Qwertyuiop1!", "太常见"),
        ("A1!" + "x" * 126, "密码最多 128 位。"),
    ],
)
def test_what_is_wrong_with_a_password(password, sentence):
    assert any(sentence in fault for fault in rules.password_faults(password, name="lishun"))


@pytest.mark.parametrize("password", ["Shuidao-3Mu5", "春天Zhongmai7", "correct horse 9 Battery", "kQ7mXw3pRtz9"])
def test_what_is_a_password(password):
    assert rules.password_faults(password, name="lishun") == []


@given(st.text(max_size=150))
def test_any_text_gets_an_answer(text):
    assert isinstance(rules.password_faults(text, name="lishun"), list)
    rules.pin_fault(text)
    rules.login_name_fault(rules.login_name(text))


@pytest.mark.parametrize("pin", ["12345", "1234567", "abcdef", "111111", "123456", "987654", "135135", "１２３９５６"])
def test_what_is_no_pin(pin):
    assert rules.pin_fault(pin)


@pytest.mark.parametrize("pin", ["280413", "907152"])
def test_what_is_a_pin(pin):
    assert rules.pin_fault(pin) is None


Q1, Q2, ALL = (
    Span(date(2026, 1, 1), date(2026, 3, 31)),
    Span(date(2026, 4, 1), date(2026, 6, 30)),
    Span(date(2026, 1, 1), None),
)


@pytest.mark.parametrize(
    "role, span, held, clash",
    [
        (Role.SYSTEM_ADMIN, ALL, [(Role.SECURITY_ADMIN, Q1)], Role.SECURITY_ADMIN),
        (Role.AUDIT_ADMIN, Q2, [(Role.TOWNSHIP_OFFICER, ALL)], Role.TOWNSHIP_OFFICER),
        (Role.UNIT_SECRETARY, Q1, [(Role.SYSTEM_ADMIN, ALL)], Role.SYSTEM_ADMIN),
        (Role.SYSTEM_ADMIN, Q2, [(Role.SECURITY_ADMIN, Q1)], None),
        (Role.UNIT_SECRETARY, Q1, [(Role.JOINT_SECRETARY, ALL)], None),
        (Role.SYSTEM_ADMIN, Q1, [], None),
    ],
)
def test_administrators_are_separated(role, span, held, clash):
    assert rules.separation_clash(role, span, held) == clash
