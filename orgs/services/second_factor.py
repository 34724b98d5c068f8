"""Verbs on the second factor: a TOTP app (RFC 6238) and single-use recovery codes."""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import pyotp

from kit import facts, policies, sealing
from kit.errors import DomainError, RuleBroken
from kit.services import service
from kit.validation import refuse_blank
from orgs import events
from orgs.choices import SignInEnd
from orgs.models import Person, RecoveryCode, SecondFactor
from orgs.services import sign_ins

ISSUER = "联村"
WRONG_CODES = 10
_CODES = 10
_STEP = 30
# One step of 30 seconds to either side: phones' clocks differ a little.
_DRIFT = 1
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_PURPOSE = "recovery-code"


@dataclass(frozen=True)
class Enrolment:
    """What the app needs: the secret in groups to type, and the ``otpauth://`` address for the QR code."""

    secret: str
    uri: str


@dataclass(frozen=True)
class FactorAnswer:
    """``accepted``; ``spent`` when too many wrong codes were typed and only a recovery code or a reset helps."""

    accepted: bool
    by_recovery_code: bool = False
    spent: bool = False


@service
def begin_second_factor(*, actor: Person, now: datetime) -> Enrolment:
    """Give the person a secret; the same one until it is confirmed. 409 when the second factor stands already."""
    fresh = SecondFactor(person=actor, sealed_secret=sealing.seal(pyotp.random_base32()), created_at=now)
    factor, _ = SecondFactor.objects.select_for_update().get_or_create(
        person=actor, defaults={"sealed_secret": fresh.sealed_secret, "created_at": now}
    )
    if factor.confirmed_at:
        raise DomainError("second_factor_stands", "动态口令已经启用。换手机请联系安全管理员重置。")
    secret = sealing.unseal(factor.sealed_secret)
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.username or "", issuer_name=ISSUER)
    return Enrolment(secret=" ".join(re.findall(".{1,4}", secret)), uri=uri)


@service
def confirm_second_factor(*, actor: Person, code: str, now: datetime) -> list[str]:
    """Switch the second factor on with a first right code. Returns the recovery codes, shown this once."""
    factor = SecondFactor.objects.select_for_update().filter(person=actor, confirmed_at__isnull=True).first()
    if factor is None:
        raise DomainError("no_enrolment", "请先扫码登记动态口令。")
    step = _matching_step(factor, code, now)
    if step is None:
        raise RuleBroken("wrong_code", "动态口令不对。请确认手机时间准确，输入应用里当前的 6 位数字。", field="code")
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=now, last_step=step, failed_codes=0)
    facts.record(events.SECOND_FACTOR_CONFIRMED, actor=actor, org=actor.organization, subject=actor, at=now)
    return _new_codes(factor)


@service
def renew_recovery_codes(*, actor: Person, now: datetime) -> list[str]:
    """New recovery codes; the old ones stop working."""
    factor = SecondFactor.objects.select_for_update().filter(person=actor, confirmed_at__isnull=False).first()
    if factor is None:
        raise DomainError("no_second_factor", "还没有启用动态口令。")
    RecoveryCode.objects.filter(factor=factor).delete()
    return _new_codes(factor)


@service
def check_second_factor(*, actor: Person, code: str, now: datetime) -> FactorAnswer:
    """Try a code of the app or a recovery code. Wrong ones are counted, so it answers instead of raising.

    The row is locked, so of two uses of one code at the same moment exactly one is accepted (replay refused).
    """
    factor = SecondFactor.objects.select_for_update().filter(person=actor, confirmed_at__isnull=False).first()
    if factor is None:
        return FactorAnswer(accepted=False)
    if _use_recovery_code(factor, code, now):
        SecondFactor.objects.filter(pk=factor.pk).update(failed_codes=0)
        facts.record(
            events.RECOVERY_CODE_USED,
            actor=actor,
            org=actor.organization,
            subject=actor,
            at=now,
            left=RecoveryCode.objects.unused().filter(factor=factor).count(),
        )
        return FactorAnswer(accepted=True, by_recovery_code=True)
    if factor.failed_codes >= WRONG_CODES:
        return FactorAnswer(accepted=False, spent=True)
    step = _matching_step(factor, code, now)
    if step is not None:
        SecondFactor.objects.filter(pk=factor.pk).update(last_step=step, failed_codes=0)
        return FactorAnswer(accepted=True)
    SecondFactor.objects.filter(pk=factor.pk).update(failed_codes=factor.failed_codes + 1)
    return FactorAnswer(accepted=False, spent=factor.failed_codes + 1 >= WRONG_CODES)


@service
def reset_second_factor(*, actor, person: Person, reason: str, now: datetime) -> None:
    """Take a lost second factor away; the next login enrols a new one. Ends the person's sessions."""
    policies.require(actor, "account.reset_totp", person)
    reason = refuse_blank(reason, field="reason", label="重置原因")
    if person.pk == actor.pk:
        raise DomainError("own_account", "不能重置自己的动态口令，请另一位安全管理员办理。")
    if not SecondFactor.objects.filter(person=person).exists():
        raise DomainError("no_second_factor", f"{person.name}没有登记动态口令。")
    SecondFactor.objects.filter(person=person).delete()
    sign_ins.close_sessions(person, why=SignInEnd.PASSWORD_RESET, now=now)
    facts.record(
        events.SECOND_FACTOR_RESET, actor=actor, org=person.organization, subject=person, at=now, reason=reason
    )


def _matching_step(factor: SecondFactor, code: str, now: datetime) -> int | None:
    """The time step whose code this is, newer than any accepted before; None when there is none."""
    typed = re.sub(r"\s", "", unicodedata.normalize("NFKC", code or ""))
    totp = pyotp.TOTP(sealing.unseal(factor.sealed_secret))
    current = int(now.timestamp()) // _STEP
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if step > factor.last_step and pyotp.utils.strings_equal(totp.at(step * _STEP), typed):
            return step
    return None


def _new_codes(factor: SecondFactor) -> list[str]:
    codes = ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, code_hash=_hash(factor, code)) for code in codes)
    return codes


def _hash(factor: SecondFactor, code: str) -> str:
    return sealing.fingerprint(f"{factor.pk}:{code}", purpose=_PURPOSE)


def _use_recovery_code(factor: SecondFactor, code: str, now: datetime) -> bool:
    plain = re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKC", code or "").lower())
    if len(plain) != 10:
        return False
    typed = f"{plain[:5]}-{plain[5:]}"
    return bool(RecoveryCode.objects.unused().filter(factor=factor, code_hash=_hash(factor, typed)).update(used_at=now))
