"""The second factor: enrolled once, no code twice, recovery codes once, reset by the security administrator alone."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from kit import facts, sealing
from kit.errors import DomainError, Forbidden, Hidden, RuleBroken
from orgs import events
from orgs.models import RecoveryCode, SecondFactor
from orgs.selectors import accounts as reads
from orgs.services import second_factor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, 5, tzinfo=UTC)


def secret_of(person) -> str:
    return sealing.unseal(SecondFactor.objects.get(person=person).sealed_secret)


def code_at(person, moment) -> str:
    return pyotp.TOTP(secret_of(person)).at(moment)


def check(person, code, *, now=NOW):
    return second_factor.check_second_factor(actor=person, code=code, now=now)


@pytest.fixture
def codes(district_zhao) -> list[str]:
    """赵启明 has enrolled two minutes ago."""
    before = NOW - timedelta(minutes=2)
    second_factor.begin_second_factor(actor=district_zhao, now=before)
    return second_factor.confirm_second_factor(actor=district_zhao, code=code_at(district_zhao, before), now=before)


def test_the_secret_is_sealed_and_the_codes_are_hashed(district_zhao, codes):
    row = SecondFactor.objects.get()
    assert secret_of(district_zhao) not in row.sealed_secret
    assert len(codes) == len(set(codes)) == RecoveryCode.objects.count() == 10
    assert not set(codes) & set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert [fact.event for fact in facts.trail(district_zhao)] == [events.SECOND_FACTOR_CONFIRMED]


def test_the_secret_stays_the_same_until_it_is_confirmed(district_zhao):
    first = second_factor.begin_second_factor(actor=district_zhao, now=NOW)
    assert second_factor.begin_second_factor(actor=district_zhao, now=NOW) == first
    assert first.secret.replace(" ", "") in first.uri
    assert not reads.has_second_factor(district_zhao)


def test_a_wrong_first_code_enrols_nothing(district_zhao):
    second_factor.begin_second_factor(actor=district_zhao, now=NOW)
    right = code_at(district_zhao, NOW)
    with pytest.raises(RuleBroken) as caught:
        second_factor.confirm_second_factor(actor=district_zhao, code=f"{(int(right) + 1) % 10**6:06d}", now=NOW)
    assert list(caught.value.errors) == ["code"]
    assert not reads.has_second_factor(district_zhao)


def test_a_confirmed_secret_is_shown_to_nobody_again(district_zhao, codes):
    with pytest.raises(DomainError) as caught:
        second_factor.begin_second_factor(actor=district_zhao, now=NOW)
    assert caught.value.code == "second_factor_stands"


def test_a_code_is_accepted_once(district_zhao, codes):
    """Replay refused; control: the code of the next step is accepted."""
    code = code_at(district_zhao, NOW)
    assert check(district_zhao, code).accepted
    assert not check(district_zhao, code).accepted
    later = NOW + timedelta(seconds=30)
    assert check(district_zhao, code_at(district_zhao, later), now=later).accepted


def test_an_older_code_is_refused_after_a_newer_one(district_zhao, codes):
    before = NOW - timedelta(seconds=30)
    assert check(district_zhao, code_at(district_zhao, NOW)).accepted
    assert not check(district_zhao, code_at(district_zhao, before)).accepted


@pytest.mark.parametrize("seconds, accepted", [(-60, False), (-30, True), (30, True), (60, False)])
def test_clocks_may_differ_by_one_step(district_zhao, codes, seconds, accepted):
    code = code_at(district_zhao, NOW + timedelta(seconds=seconds))
    assert check(district_zhao, code).accepted is accepted


def test_full_width_digits_and_blanks_are_understood(district_zhao, codes):
    code = code_at(district_zhao, NOW)
    typed = " ".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert check(district_zhao, typed).accepted


@pytest.mark.parametrize("code", ["", "123", "abcdef", "1" * 500, "０", "abcde-fghjk"])
def test_nonsense_is_refused(district_zhao, codes, code):
    assert not check(district_zhao, code).accepted


def test_a_recovery_code_works_once(district_zhao, codes):
    answer = check(district_zhao, codes[0].upper().replace("-", " "))
    assert (answer.accepted, answer.by_recovery_code) == (True, True)
    assert not check(district_zhao, codes[0]).accepted
    assert reads.recovery_codes_left(district_zhao) == 9
    assert [fact.event for fact in facts.trail(district_zhao)][-1] == events.RECOVERY_CODE_USED


def test_a_recovery_code_belongs_to_one_person(district_zhao, codes, system_admin):
    second_factor.begin_second_factor(actor=system_admin, now=NOW)
    second_factor.confirm_second_factor(actor=system_admin, code=code_at(system_admin, NOW), now=NOW)
    assert not check(system_admin, codes[0]).accepted


def test_new_codes_replace_the_old(district_zhao, codes):
    fresh = second_factor.renew_recovery_codes(actor=district_zhao, now=NOW)
    assert not check(district_zhao, codes[0]).accepted
    assert check(district_zhao, fresh[0]).accepted


def test_ten_wrong_codes_leave_only_the_recovery_codes(district_zhao, codes):
    answers = [check(district_zhao, "abcdef") for _ in range(10)]
    assert [answer.spent for answer in answers] == [False] * 9 + [True]
    assert not check(district_zhao, code_at(district_zhao, NOW)).accepted
    assert check(district_zhao, codes[0]).accepted
    assert check(district_zhao, code_at(district_zhao, NOW)).accepted


def test_the_security_administrator_resets(security_admin, district_zhao, codes):
    second_factor.reset_second_factor(actor=security_admin, person=district_zhao, reason="手机丢失", now=NOW)
    assert not reads.has_second_factor(district_zhao)
    assert not check(district_zhao, codes[0]).accepted
    fact = facts.trail(district_zhao).last()
    assert (fact.event, fact.details) == (events.SECOND_FACTOR_RESET, {"reason": "手机丢失"})


@pytest.mark.parametrize("name", ["system_admin", "audit_admin", "district_zhao", "cadre_chen", "secretary_li"])
def test_nobody_else_resets(cast, codes, name):
    with pytest.raises((Forbidden, Hidden)):
        second_factor.reset_second_factor(actor=cast[name], person=cast.district_zhao, reason="试试", now=NOW)


def test_a_reset_needs_a_reason_and_never_oneself(security_admin, district_zhao, codes):
    with pytest.raises(RuleBroken):
        second_factor.reset_second_factor(actor=security_admin, person=district_zhao, reason="", now=NOW)
    with pytest.raises(DomainError) as caught:
        second_factor.reset_second_factor(actor=security_admin, person=security_admin, reason="试试", now=NOW)
    assert caught.value.code == "own_account"


def test_who_needs_it(cast):
    needed = {name for name in cast.people if name != "anonymous" and reads.needs_second_factor(cast[name])}
    assert needed == {"system_admin", "security_admin", "audit_admin", "district_zhao"}
