"""Trusted phones: set with a PIN, opened with it, lost after five wrong ones, revoked from anywhere."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kit import facts
from kit.errors import DomainError, Hidden, RuleBroken
from orgs import events
from orgs.models import SignIn, TrustedDevice
from orgs.selectors import accounts as reads
from orgs.services import devices, sign_ins

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PIN = "280413"


@pytest.fixture
def phone(secretary_li):
    return devices.trust_device(actor=secretary_li, pin=PIN, label=" 我的手机 ", now=NOW)


def attempt(person, phone, pin=PIN, *, secret=None, now=NOW):
    return devices.check_pin(
        actor=person, device_id=phone.device.pk, secret=phone.secret if secret is None else secret, pin=pin, now=now
    )


def test_a_phone_keeps_neither_its_secret_nor_its_pin(phone):
    row = TrustedDevice.objects.get()
    assert row.label == "我的手机"
    assert row.trusted_until == NOW + timedelta(days=30)
    assert PIN not in row.pin_hash
    assert phone.secret not in (row.secret_hash, row.pin_hash)


def test_the_right_pin_opens_and_forgives_earlier_slips(secretary_li, phone):
    assert attempt(secretary_li, phone, "000001").left == 4
    assert attempt(secretary_li, phone).opened
    assert attempt(secretary_li, phone, "000001").left == 4


def test_five_wrong_pins_end_the_trust_and_the_session(secretary_li, phone):
    sign_in = sign_ins.open_sign_in(
        actor=secretary_li, session_key="k", address="", browser="", device=phone.device, now=NOW
    )
    assert [attempt(secretary_li, phone, "000001").left for _ in range(5)] == [4, 3, 2, 1, 0]
    assert not attempt(secretary_li, phone).opened
    assert not reads.trusted_devices(secretary_li, now=NOW).exists()
    assert SignIn.objects.get(pk=sign_in.pk).end == "device_revoked"
    assert [fact.event for fact in facts.trail(secretary_li)] == [events.DEVICE_TRUSTED, events.DEVICE_REVOKED]


@pytest.mark.parametrize("case", ["other_person", "wrong_secret", "expired", "revoked", "unknown"])
def test_the_pin_alone_opens_nothing(secretary_li, secretary_wang, phone, case):
    if case == "revoked":
        devices.revoke_device(actor=secretary_li, device_id=phone.device.pk, now=NOW)
    if case == "unknown":
        answer = devices.check_pin(actor=secretary_li, device_id=uuid4(), secret=phone.secret, pin=PIN, now=NOW)
    else:
        answer = attempt(
            secretary_wang if case == "other_person" else secretary_li,
            phone,
            secret="wrong" if case == "wrong_secret" else None,
            now=NOW + timedelta(days=31) if case == "expired" else NOW,
        )
    assert (answer.opened, answer.left) == (False, 0)


@pytest.mark.parametrize("pin, label, field", [("123456", "手机", "pin"), ("", "手机", "pin"), (PIN, "  ", "label")])
def test_a_bad_pin_or_name_is_refused_at_the_field(secretary_li, pin, label, field):
    with pytest.raises(RuleBroken) as caught:
        devices.trust_device(actor=secretary_li, pin=pin, label=label, now=NOW)
    assert list(caught.value.errors) == [field]
    assert not TrustedDevice.objects.exists()


@pytest.mark.parametrize("name", ["system_admin", "security_admin", "audit_admin"])
def test_administrators_have_no_trusted_phones(cast, name):
    with pytest.raises(DomainError) as caught:
        devices.trust_device(actor=cast[name], pin=PIN, label="手机", now=NOW)
    assert caught.value.code == "administrators_type_passwords"


def test_nobody_revokes_a_foreign_phone(secretary_li, secretary_wang, phone):
    with pytest.raises(Hidden):
        devices.revoke_device(actor=secretary_wang, device_id=phone.device.pk, now=NOW)
    devices.revoke_device(actor=secretary_li, device_id=phone.device.pk, now=NOW)
    with pytest.raises(Hidden):
        devices.revoke_device(actor=secretary_li, device_id=phone.device.pk, now=NOW)
