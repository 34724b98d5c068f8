"""Guesses at the same moment are counted one by one, and a code is accepted once: with and without the row lock."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.db import connection

from kit import sealing
from orgs.models import SecondFactor, TrustedDevice
from orgs.querysets import TrustedDeviceQuerySet
from orgs.services import devices, second_factor

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 11, 23, 2, 0, 5, tzinfo=UTC)
CALLERS = 8


class Meeting:
    """Everybody who gets here waits for the others; with the lock on, the first waits in vain and goes on alone."""

    def __init__(self) -> None:
        self.visits = 0
        self._barrier = threading.Barrier(CALLERS)

    def __call__(self) -> None:
        self.visits += 1
        with contextlib.suppress(threading.BrokenBarrierError):
            self._barrier.wait(1.5)


def together(call) -> list:
    def run(_):
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(run, range(CALLERS)))


@pytest.fixture
def guesses(secretary_li, monkeypatch):
    """Eight wrong PINs at once. Returns (PINs compared, counted, still trusted)."""
    phone = devices.trust_device(actor=secretary_li, pin="280413", label="手机", now=NOW)
    meeting = Meeting()
    monkeypatch.setattr(devices, "check_password", lambda *_: meeting() or False)

    def run():
        together(
            lambda: devices.check_pin(
                actor=secretary_li, device_id=phone.device.pk, secret=phone.secret, pin="000001", now=NOW
            )
        )
        row = TrustedDevice.objects.get()
        return meeting.visits, row.failed_pins, row.revoked_at is None

    return run


def test_eight_wrong_pins_at_once_are_five(guesses):
    assert guesses() == (5, 5, False)


def test_control_without_the_lock_all_eight_are_compared_and_one_is_counted(guesses, monkeypatch):
    monkeypatch.setattr(TrustedDeviceQuerySet, "locked", lambda self: self)
    assert guesses() == (8, 1, True)


@pytest.fixture
def replays(district_zhao, monkeypatch):
    """One right code by eight callers at once. Returns how many were let in."""
    before = NOW - timedelta(minutes=2)
    second_factor.begin_second_factor(actor=district_zhao, now=before)
    totp = pyotp.TOTP(sealing.unseal(SecondFactor.objects.get().sealed_secret))
    second_factor.confirm_second_factor(actor=district_zhao, code=totp.at(before), now=before)
    meeting, matching = Meeting(), second_factor._matching_step

    def meet(*args):
        step = matching(*args)
        meeting()
        return step

    monkeypatch.setattr(second_factor, "_matching_step", meet)

    def run():
        answers = together(lambda: second_factor.check_second_factor(actor=district_zhao, code=totp.at(NOW), now=NOW))
        return sum(answer.accepted for answer in answers)

    return run


def test_one_code_lets_one_caller_in(replays):
    assert replays() == 1


def test_control_without_the_lock_one_code_lets_all_in(replays, monkeypatch):
    manager = type(SecondFactor.objects)
    monkeypatch.setattr(manager, "select_for_update", lambda self, **_: self.get_queryset())
    assert replays() == CALLERS
