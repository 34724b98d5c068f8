"""Verbs on trusted phones: 30 days on which a locked session opens with a PIN."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from kit import facts, sealing
from kit.errors import DomainError, Hidden, RuleBroken
from kit.scoping import standing_of
from kit.services import service
from kit.validation import refuse_blank
from orgs import events, rules
from orgs.choices import SignInEnd
from orgs.models import Person, TrustedDevice
from orgs.selectors import accounts
from orgs.services import sign_ins


@dataclass(frozen=True)
class TrustedPhone:
    """A phone just trusted; ``secret`` goes into its cookie and is kept nowhere else."""

    device: TrustedDevice
    secret: str


@dataclass(frozen=True)
class PinAnswer:
    """``opened``, or how many tries are ``left``; with none left the phone is no longer trusted."""

    opened: bool
    left: int


@service
def trust_device(*, actor: Person, pin: str, label: str, now: datetime) -> TrustedPhone:
    """Trust the phone in one's hand. Raises RuleBroken at pin or label; administrators have no trusted phones."""
    if standing_of(actor).has_role(*rules.ADMINISTRATORS):
        raise DomainError("administrators_type_passwords", "系统的三类管理员不能使用受信任手机，每次须输入密码。")
    if fault := rules.pin_fault(pin):
        raise RuleBroken("weak_pin", fault, field="pin")
    label = refuse_blank(label, field="label", label="手机名称")[:60]
    secret = sealing.token()
    device = TrustedDevice.objects.create(
        person=actor,
        label=label,
        secret_hash=sealing.fingerprint(secret, purpose=accounts.DEVICE_PURPOSE),
        pin_hash=make_password(pin),
        trusted_at=now,
        trusted_until=now + accounts.limits_for(actor, now).trust,
        used_at=now,
    )
    facts.record(
        events.DEVICE_TRUSTED, actor=actor, org=actor.organization, subject=actor, at=now, device=str(device.pk)
    )
    return TrustedPhone(device, secret)


@service
def check_pin(*, actor: Person, device_id: UUID, secret: str, pin: str, now: datetime) -> PinAnswer:
    """Try a PIN on this phone. A wrong one is counted, so it answers instead of raising; the fifth revokes.

    The row is locked while the PIN is compared: many tries at once are counted one by one.
    """
    limits = accounts.limits_for(actor, now)
    device = TrustedDevice.objects.trusted(now).locked().filter(pk=device_id, person=actor).first()
    if device is None or not sealing.matches(secret, device.secret_hash, purpose=accounts.DEVICE_PURPOSE):
        return PinAnswer(opened=False, left=0)
    if check_password(pin, device.pin_hash):
        TrustedDevice.objects.filter(pk=device.pk).update(failed_pins=0, used_at=now)
        return PinAnswer(opened=True, left=limits.wrong_pins)
    device.failed_pins += 1
    TrustedDevice.objects.filter(pk=device.pk).update(failed_pins=device.failed_pins)
    left = limits.wrong_pins - device.failed_pins
    if left <= 0:
        _revoke([device], actor=actor, person=actor, why="wrong_pins", now=now)
    return PinAnswer(opened=False, left=max(left, 0))


@service
def revoke_device(*, actor: Person, device_id: UUID, now: datetime) -> None:
    """Stop trusting a phone of one's own, from anywhere. Raises Hidden for a phone of somebody else."""
    device = TrustedDevice.objects.trusted(now).locked().filter(pk=device_id, person=actor).first()
    if device is None:
        raise Hidden
    _revoke([device], actor=actor, person=actor, why="by_owner", now=now)


def revoke_all(person: Person, *, actor, why: str, now: datetime) -> None:
    """For the other verbs on accounts: a new password or a disabled account ends the trust in every phone."""
    _revoke(
        list(TrustedDevice.objects.trusted(now).locked().filter(person=person)),
        actor=actor,
        person=person,
        why=why,
        now=now,
    )


def _revoke(devices: list[TrustedDevice], *, actor, person: Person, why: str, now: datetime) -> None:
    ids = [device.pk for device in devices]
    TrustedDevice.objects.filter(pk__in=ids).update(revoked_at=now)
    sign_ins.close_device_sessions(ids, why=SignInEnd.DEVICE_REVOKED, now=now)
    for pk in ids:
        facts.record(
            events.DEVICE_REVOKED, actor=actor, org=person.organization, subject=person, at=now, device=str(pk), why=why
        )
