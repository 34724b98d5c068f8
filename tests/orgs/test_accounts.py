"""Verbs on accounts: opened, disabled, enabled, unlocked, passwords; who may, what is refused, what ends."""

from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from kit import facts, tokens
from kit.actors import System
from kit.errors import DomainError, Forbidden, Hidden, RuleBroken
from orgs import events
from orgs.choices import OrganizationKind as Kind
from orgs.choices import Role
from orgs.models import Person, SignIn
from orgs.selectors import accounts as reads
from orgs.services import accounts, devices, sign_ins
from tests.factories import OrganizationFactory, PersonFactory, PostingFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GOOD = "Shuidao-3Mu5"


@pytest.fixture
def newcomer(cast) -> Person:
    return PersonFactory(name="周新来", organization=cast.daxing)


def fact_names(person) -> list[str]:
    return [fact.event for fact in facts.trail(person)]


def signed_in(person, key: str = "") -> SignIn:
    session = SessionStore()
    session["who"] = str(person.pk)
    session.create()
    return sign_ins.open_sign_in(
        actor=person, session_key=session.session_key, address="127.0.0.1", browser="", now=NOW
    )


def wrong_tries(name: str, *, failures: int = 5, address: str = "10.0.0.1") -> None:
    made = AccessAttempt.objects.create(username=name, ip_address=address, failures_since_start=failures)
    AccessAttempt.objects.filter(pk=made.pk).update(attempt_time=NOW)


def test_an_account_is_opened_with_a_temporary_password(system_admin, newcomer):
    password = accounts.open_account(actor=system_admin, person=newcomer, username=" Zhou.XinLai ", now=NOW)
    newcomer.refresh_from_db()
    assert newcomer.username == "zhou.xinlai"
    assert newcomer.check_password(password)
    assert newcomer.must_change_password
    assert newcomer.temporary_password_until == NOW + timedelta(hours=72)
    assert accounts.password_faults(newcomer, password) == []
    assert fact_names(newcomer) == [events.ACCOUNT_OPENED]
    assert password not in str(facts.trail(newcomer).get().details)


def test_temporary_passwords_differ_and_keep_the_rules():
    made = {accounts.temporary_password() for _ in range(200)}
    assert len(made) == 200
    assert not any(set(password) & set("0O1lIi") for password in made)


@pytest.mark.parametrize("username", ["", "ab", "周新来", "a b c", "x" * 41, "zhou';--"])
def test_a_bad_login_name_is_refused_at_the_field(system_admin, newcomer, username):
    with pytest.raises(RuleBroken) as caught:
        accounts.open_account(actor=system_admin, person=newcomer, username=username, now=NOW)
    assert list(caught.value.errors) == ["username"]
    newcomer.refresh_from_db()
    assert newcomer.username is None


def test_a_taken_login_name_is_refused_in_any_spelling(system_admin, newcomer):
    with pytest.raises(RuleBroken) as caught:
        accounts.open_account(actor=system_admin, person=newcomer, username="SECRETARY_LI", now=NOW)
    assert caught.value.errors == {"username": ["这个登录名已有人使用。"]}


def test_a_second_account_is_refused(system_admin, secretary_li):
    with pytest.raises(DomainError) as caught:
        accounts.open_account(actor=system_admin, person=secretary_li, username="another", now=NOW)
    assert caught.value.code == "account_exists"


@pytest.mark.parametrize("name", ["security_admin", "audit_admin", "district_zhao", "cadre_chen", "secretary_li"])
def test_only_the_system_administrator_keeps_accounts(cast, newcomer, name):
    with pytest.raises((Forbidden, Hidden)):
        accounts.open_account(actor=cast[name], person=newcomer, username="newcomer", now=NOW)
    for verb in (accounts.enable_account, accounts.unlock_account, accounts.reset_password):
        with pytest.raises((Forbidden, Hidden)):
            verb(actor=cast[name], person=cast.secretary_wang, now=NOW)
    with pytest.raises((Forbidden, Hidden)):
        accounts.disable_account(actor=cast[name], person=cast.secretary_wang, reason="试试", now=NOW)


def test_another_district_is_out_of_reach(system_admin):
    elsewhere = OrganizationFactory(kind=Kind.DISTRICT_COMMITTEE, code="511903", name="恩阳区委")
    stranger = PersonFactory(organization=elsewhere, username="stranger")
    with pytest.raises(Hidden):
        accounts.reset_password(actor=system_admin, person=stranger, now=NOW)


def test_disabling_ends_sessions_phones_and_tokens(system_admin, secretary_li):
    """S5, and a control: another person's session stays."""
    mine, other = signed_in(secretary_li), signed_in(system_admin)
    devices.trust_device(actor=secretary_li, pin="280413", label="我的手机", now=NOW)
    tokens.issue_token(actor=secretary_li, name="脚本", scopes=["read"], expires_at=NOW + timedelta(days=9), now=NOW)
    accounts.disable_account(actor=system_admin, person=secretary_li, reason="调离", now=NOW)
    mine.refresh_from_db()
    assert (mine.end, mine.session_key) == ("account_disabled", None)
    assert list(Session.objects.values_list("session_key", flat=True)) == [other.session_key]
    assert not reads.trusted_devices(secretary_li, now=NOW).exists()
    assert not tokens.live(secretary_li.pk, now=NOW).exists()
    assert events.ACCOUNT_DISABLED in fact_names(secretary_li)


def test_disabling_needs_a_reason_and_never_oneself(system_admin, secretary_li):
    with pytest.raises(RuleBroken) as caught:
        accounts.disable_account(actor=system_admin, person=secretary_li, reason="  ", now=NOW)
    assert list(caught.value.errors) == ["reason"]
    with pytest.raises(DomainError) as caught:
        accounts.disable_account(actor=system_admin, person=system_admin, reason="试试", now=NOW)
    assert caught.value.code == "own_account"


def test_disabled_twice_and_enabled_twice_are_refused(system_admin, secretary_li):
    with pytest.raises(DomainError, match="没有停用"):
        accounts.enable_account(actor=system_admin, person=secretary_li, now=NOW)
    accounts.disable_account(actor=system_admin, person=secretary_li, reason="调离", now=NOW)
    with pytest.raises(DomainError, match="已经停用"):
        accounts.disable_account(actor=system_admin, person=secretary_li, reason="调离", now=NOW)
    accounts.enable_account(actor=system_admin, person=secretary_li, now=NOW)
    secretary_li.refresh_from_db()
    assert secretary_li.is_active


def test_unlocking_lifts_the_lock_from_every_address(system_admin, secretary_li):
    wrong_tries("secretary_li")
    wrong_tries("secretary_li", address="10.0.0.2")
    wrong_tries("secretary_wang")
    assert reads.locked_names(now=NOW) == {"secretary_li": 2, "secretary_wang": 1}
    assert accounts.unlock_account(actor=system_admin, person=secretary_li, now=NOW) == 2
    assert reads.locked_names(now=NOW) == {"secretary_wang": 1}
    assert events.ACCOUNT_UNLOCKED in fact_names(secretary_li)


def test_an_account_that_is_not_locked_is_not_unlocked(system_admin, secretary_li):
    wrong_tries("secretary_li", failures=4)
    with pytest.raises(DomainError) as caught:
        accounts.unlock_account(actor=system_admin, person=secretary_li, now=NOW)
    assert caught.value.code == "not_locked"


def test_a_lock_ends_by_itself():
    wrong_tries("somebody")
    assert reads.locked_names(now=NOW + timedelta(minutes=29)) == {"somebody": 1}
    assert reads.locked_names(now=NOW + timedelta(minutes=31)) == {}


def test_a_reset_ends_everything_and_hands_out_a_password(system_admin, secretary_li):
    session = signed_in(secretary_li)
    devices.trust_device(actor=secretary_li, pin="280413", label="我的手机", now=NOW)
    wrong_tries("secretary_li")
    password = accounts.reset_password(actor=system_admin, person=secretary_li, now=NOW)
    secretary_li.refresh_from_db()
    session.refresh_from_db()
    assert secretary_li.check_password(password)
    assert secretary_li.must_change_password
    assert session.end == "password_reset"
    assert not reads.trusted_devices(secretary_li, now=NOW).exists()
    assert reads.locked_names(now=NOW) == {}


@pytest.mark.parametrize("whose", ["own", "disabled", "none"])
def test_a_reset_that_makes_no_sense_is_refused(system_admin, secretary_li, newcomer, whose):
    if whose == "disabled":
        accounts.disable_account(actor=system_admin, person=secretary_li, reason="调离", now=NOW)
    person = {"own": system_admin, "disabled": secretary_li, "none": newcomer}[whose]
    with pytest.raises(DomainError) as caught:
        accounts.reset_password(actor=system_admin, person=person, now=NOW)
    assert caught.value.code == {"own": "own_account", "disabled": "account_disabled", "none": "no_account"}[whose]


@pytest.fixture
def li_with_password(secretary_li) -> Person:
    from kit.services import stamp

    stamp(System("tests"))
    secretary_li.set_password(GOOD)
    secretary_li.save(update_fields=["password"])
    return secretary_li


def test_a_new_password_ends_the_other_sessions(li_with_password):
    here, there = signed_in(li_with_password), signed_in(li_with_password)
    accounts.change_own_password(
        actor=li_with_password, current=GOOD, new="Chunfeng-8Li", session_key=here.session_key, now=NOW
    )
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.ended_at, there.end) == (None, "password_changed")
    li_with_password.refresh_from_db()
    assert li_with_password.check_password("Chunfeng-8Li")
    assert not li_with_password.must_change_password


@pytest.mark.parametrize(
    "current, new, field",
    [
        ("wrong", "Chunfeng-8Li", "current"),
        (GOOD, "short", "new"),
        (GOOD, GOOD, "new"),
        (GOOD, "Secretary_Li-2026", "new"),
        (GOOD, "Password123", "new"),
        (GOOD, "lishun lishun", "new"),
        (GOOD, "x" * 5000, "new"),
    ],
)
def test_a_bad_change_of_password_changes_nothing(li_with_password, current, new, field):
    with pytest.raises(RuleBroken) as caught:
        accounts.change_own_password(actor=li_with_password, current=current, new=new, now=NOW)
    assert list(caught.value.errors) == [field]
    li_with_password.refresh_from_db()
    assert li_with_password.check_password(GOOD)


def test_the_common_list_is_asked(li_with_password):
    """Control for the list: this one keeps every rule of ours and stands among the twenty thousand."""
    from orgs import rules

    assert rules.password_faults("1qaz2wsX3edc", name="") == []
    assert accounts.password_faults(li_with_password, "1qaz2wsX3edc")


# 90 days unused.

SWEEPER = System("unused-accounts", verbs=frozenset({"account.disable"}))


def test_accounts_unused_for_90_days_are_disabled(cast):
    later = NOW + timedelta(days=91)
    sign_ins.open_sign_in(
        actor=cast.secretary_wang, session_key="k1", address="", browser="", now=later - timedelta(days=89)
    )
    sign_ins.open_sign_in(
        actor=cast.secretary_li, session_key="k2", address="", browser="", now=later - timedelta(days=90, seconds=1)
    )
    fresh = PersonFactory(organization=cast.daxing, username="fresh", account_since=later - timedelta(days=3))
    without_account = PersonFactory(organization=cast.daxing)
    accounts.disable_unused_accounts(actor=SWEEPER, now=later)
    active = set(Person.objects.filter(is_active=True))
    assert cast.secretary_wang in active
    assert fresh in active
    assert without_account in active
    assert cast.secretary_li not in active
    # The last system administrator is never locked out of the system by the calendar.
    assert cast.system_admin in active
    assert cast.security_admin not in active
    fact = facts.trail(cast.secretary_li).get()
    assert (fact.event, fact.actor) == (events.ACCOUNT_DISABLED, "system:unused-accounts")
    assert "90天" in fact.details["reason"]


def test_of_two_system_administrators_one_stays(cast):
    second = PersonFactory(organization=cast.district, username="second_admin")
    PostingFactory(person=second, role=Role.SYSTEM_ADMIN)
    accounts.disable_unused_accounts(actor=SWEEPER, now=NOW + timedelta(days=400))
    assert Person.objects.filter(is_active=True, postings__role=Role.SYSTEM_ADMIN).count() == 1


# Sessions of one's own.


def test_one_ends_ones_own_sessions_and_nobody_elses(secretary_li, secretary_wang):
    here, there, foreign = signed_in(secretary_li), signed_in(secretary_li), signed_in(secretary_wang)
    with pytest.raises(Hidden):
        sign_ins.end_own_sign_ins(actor=secretary_li, sign_in_id=foreign.pk, now=NOW)
    assert sign_ins.end_own_sign_ins(actor=secretary_li, keep=here.pk, now=NOW) == 1
    there.refresh_from_db()
    assert there.end == "ended_by_owner"
    assert Session.objects.count() == 2


def test_a_running_request_cannot_bring_an_ended_session_back(secretary_li):
    row = signed_in(secretary_li)
    running = SessionStore(row.session_key)
    running["seen_at"] = 1
    sign_ins.end_own_sign_ins(actor=secretary_li, now=NOW)
    from django.contrib.sessions.backends.base import UpdateError

    with pytest.raises(UpdateError):
        running.save()


def test_forgotten_sessions_are_closed_at_night(secretary_li):
    row, living = signed_in(secretary_li), signed_in(secretary_li)
    Session.objects.filter(session_key=row.session_key).update(expire_date=NOW - timedelta(days=1))
    assert sign_ins.close_forgotten(actor=System("night"), now=NOW) == 1
    row.refresh_from_db()
    living.refresh_from_db()
    assert (row.end, living.end) == ("idle", "")


def test_passwords_and_pins_are_kept_by_argon2():
    """The tests themselves use a cheap hash; the product's first choice is what new passwords get."""
    from lianCun import settings as product

    assert product.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
