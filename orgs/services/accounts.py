"""Verbs on accounts: opened, disabled, enabled and unlocked by the system administrator; passwords.

A new password is shown once to whoever asked for it and kept only as its hash.
"""

import secrets
from datetime import datetime
from uuid import UUID

from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from kit import facts, policies, tokens
from kit.errors import DomainError, RuleBroken
from kit.services import service
from kit.validation import refuse_blank
from orgs import events, rules
from orgs.choices import Role, SignInEnd
from orgs.models import Person, Posting
from orgs.selectors import accounts as reads
from orgs.services import devices, sign_ins

# No letters or digits that are easily mistaken for each other when read from a slip of paper.
_LOWER, _UPPER, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789"


@service
def open_account(*, actor, person: Person, username: str, now: datetime) -> str:
    """Give a registered person a login. Returns the temporary password, to be shown once.

    Raises RuleBroken at username (form, taken), 409 when the person has an account.
    """
    row = _locked(person)
    policies.require(actor, "account.open", row)
    if row.username:
        raise DomainError("account_exists", f"{row.name}已有账号，登录名是 {row.username}。")
    name = rules.login_name(username)
    if fault := rules.login_name_fault(name):
        raise RuleBroken("bad_login_name", fault, field="username")
    if Person.objects.filter(username=name).exists():
        raise RuleBroken("login_name_taken", "这个登录名已有人使用。", field="username")
    row.username, row.is_active, row.account_since = name, True, now
    password = _set_temporary(row, now)
    row.save(update_fields=["username", "is_active", "account_since", *_PASSWORD_FIELDS])
    _record(events.ACCOUNT_OPENED, actor, row, now)
    return password


@service
def disable_account(*, actor, person: Person, reason: str, now: datetime) -> Person:
    """Take the account out of use: sessions, trusted phones and tokens end at once."""
    row = _with_account(actor, "account.disable", person)
    reason = refuse_blank(reason, field="reason", label="停用原因")
    if row.pk == actor.pk:
        raise DomainError("own_account", "不能停用自己的账号，请另一位系统管理员办理。")
    if not row.is_active:
        raise DomainError("already_disabled", f"{row.name}的账号已经停用。")
    _disable(row, actor=actor, reason=reason, now=now)
    return row


@service
def enable_account(*, actor, person: Person, now: datetime) -> Person:
    """Bring a disabled account back, with its old password and without its trusted phones."""
    row = _with_account(actor, "account.enable", person)
    if row.is_active:
        raise DomainError("already_enabled", f"{row.name}的账号没有停用。")
    row.is_active, row.account_since = True, now
    row.save(update_fields=["is_active", "account_since"])
    _record(events.ACCOUNT_ENABLED, actor, row, now)
    return row


@service
def unlock_account(*, actor, person: Person, now: datetime) -> int:
    """Lift the lock after too many wrong passwords, for every address. Returns the number of addresses."""
    row = _with_account(actor, "account.unlock", person)
    if row.username not in reads.locked_names(now=now):
        raise DomainError("not_locked", f"{row.name}的账号没有被锁定。")
    addresses = reads.locked_names(now=now)[row.username]
    AccessAttempt.objects.filter(username=row.username).delete()
    _record(events.ACCOUNT_UNLOCKED, actor, row, now, addresses=addresses)
    return addresses


@service
def reset_password(*, actor, person: Person, now: datetime) -> str:
    """Give a new temporary password, shown once. Ends sessions, trusted phones and tokens, lifts a lock."""
    row = _with_account(actor, "account.reset_password", person)
    if row.pk == actor.pk:
        raise DomainError("own_account", "自己的密码请在“我的”里修改。")
    if not row.is_active:
        raise DomainError("account_disabled", f"{row.name}的账号已停用，请先启用。")
    password = _set_temporary(row, now)
    row.save(update_fields=_PASSWORD_FIELDS)
    sign_ins.close_sessions(row, why=SignInEnd.PASSWORD_RESET, now=now)
    devices.revoke_all(row, actor=actor, why="password_reset", now=now)
    tokens.revoke_all(actor=actor, person=row, now=now)
    AccessAttempt.objects.filter(username=row.username).delete()
    _record(events.PASSWORD_RESET, actor, row, now)
    return password


@service
def change_own_password(
    *, actor: Person, current: str, new: str, session_key: str | None = None, now: datetime
) -> Person:
    """Change one's own password. Ends every other session and the trust in phones; ``session_key`` stays.

    Raises RuleBroken at current or new.
    """
    row = _locked(actor)
    if not row.check_password(current):
        raise RuleBroken("wrong_password", "原密码不对。", field="current")
    if faults := password_faults(row, new):
        raise RuleBroken("weak_password", faults[0], errors={"new": faults})
    if row.check_password(new):
        raise RuleBroken("same_password", "新密码不能与原密码相同。", field="new")
    row.set_password(new)
    row.must_change_password, row.temporary_password_until = False, None
    row.save(update_fields=_PASSWORD_FIELDS)
    sign_ins.close_sessions(row, why=SignInEnd.PASSWORD_CHANGED, now=now, keep=session_key)
    devices.revoke_all(row, actor=row, why="password_changed", now=now)
    _record(events.PASSWORD_CHANGED, actor, row, now)
    return row


@service
def disable_unused_accounts(*, actor, now: datetime) -> int:
    """Disable accounts that nobody has used for 90 days (a parameter). The last system administrator stays."""
    days = reads.limits(timezone.localdate(now)).unused.days
    today = timezone.localdate(now)
    disabled = 0
    for pk in list(reads.unused_accounts(now=now).values_list("pk", flat=True)):
        row = _locked(pk)
        if row.is_active and not _is_last_system_admin(row.pk, today):
            policies.require(actor, "account.disable", row)
            _disable(row, actor=actor, reason=f"连续{days}天未使用，按规定自动停用", now=now)
            disabled += 1
    return disabled


def password_faults(person: Person, password: str) -> list[str]:
    """What is wrong with a password for this person: own rules, then the list of common ones."""
    faults = rules.password_faults(password, name=person.username or "")
    if not faults:
        try:
            validate_password(password, person)
        except ValidationError as error:
            faults = list(error.messages)
    return faults


def temporary_password() -> str:
    """Fourteen characters of three classes in groups, about 60 bits."""
    letters = [secrets.choice(part) for part in (_LOWER, _UPPER, _DIGITS)]
    letters += [secrets.choice(_LOWER + _UPPER + _DIGITS) for _ in range(9)]
    secrets.SystemRandom().shuffle(letters)
    text = "".join(letters)
    return "-".join((text[:4], text[4:8], text[8:]))


_PASSWORD_FIELDS = ["password", "must_change_password", "temporary_password_until"]


def _set_temporary(row: Person, now: datetime) -> str:
    password = temporary_password()
    row.set_password(password)
    row.must_change_password = True
    row.temporary_password_until = now + reads.limits_for(row, now).temporary_password
    return password


def _disable(row: Person, *, actor, reason: str, now: datetime) -> None:
    row.is_active = False
    row.save(update_fields=["is_active"])
    sign_ins.close_sessions(row, why=SignInEnd.ACCOUNT_DISABLED, now=now)
    devices.revoke_all(row, actor=actor, why="account_disabled", now=now)
    tokens.revoke_all(actor=actor, person=row, now=now)
    _record(events.ACCOUNT_DISABLED, actor, row, now, reason=reason)


def _is_last_system_admin(pk: UUID, today) -> bool:
    holders = Posting.objects.on(today).filter(role=Role.SYSTEM_ADMIN, person__is_active=True)
    return holders.filter(person=pk).exists() and not holders.exclude(person=pk).exists()


def _locked(person: Person | UUID) -> Person:
    pk = person.pk if isinstance(person, Person) else person
    return Person.objects.select_related("organization").select_for_update(of=("self",)).get(pk=pk)


def _with_account(actor, verb: str, person: Person) -> Person:
    row = _locked(person)
    policies.require(actor, verb, row)
    if not row.username:
        raise DomainError("no_account", f"{row.name}还没有账号。")
    return row


def _record(event: str, actor, row: Person, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.organization, subject=row, at=now, **details)
