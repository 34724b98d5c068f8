"""kill -9 of relays before, during and after a send; two relays at once; sinks that fail and lie. Real processes.

The receiver counts effects by business key (R3). Nothing may be lost (R2) and nothing may take effect twice; arrivals
may repeat. LIANCUN_FAULT_ROUNDS sets how many relays are killed (``./lian faults`` sets more).
"""

import os
import random
import time

import pytest
from django.db import transaction

from kit import clock, outbox
from kit.models import OutboxMessage
from tests.faults.nursery import alive
from tests.receivers import HttpReceiver

KILLS = int(os.environ.get("LIANCUN_FAULT_ROUNDS", "12"))
RELAY = "tests.faults.bodies:relay_until_empty"

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def fill(count: int) -> set[str]:
    keys = {f"reminder|{number}" for number in range(count)}
    payload = {"endpoint": "receiver", "body": {}}
    with transaction.atomic():
        outbox.enqueue_many([outbox.Message(key, "webhook", payload, clock.database_now()) for key in keys])
    return keys


def kill_relays(nursery, receiver, *, careless=False) -> None:
    """Start a relay, kill it at a random moment or at a chosen arrival, start the next; the last one finishes."""
    chance = random.Random(7)
    for number in range(KILLS):
        pid = nursery.start(RELAY, url=receiver.url, careless=careless)
        match number % 3:
            case 0:  # before: while it starts and claims
                time.sleep(chance.uniform(0, 0.03))
            case 1:  # during: a message has arrived and is not answered yet
                receiver.kill_at(len(receiver.deliveries) + chance.randint(1, 3), pid, answered=False)
            case 2:  # after: it has been answered and may not be marked yet
                receiver.kill_at(len(receiver.deliveries) + chance.randint(1, 3), pid, answered=True)
        receiver.wait_for_kill()
        nursery.kill(pid)
    last = nursery.start(RELAY, url=receiver.url, careless=careless)
    assert nursery.wait(last) == 0


class Executioner(HttpReceiver):
    """A receiver that kills the sender at a chosen arrival, before or after answering it."""

    def __init__(self):
        super().__init__(self._treat)
        self._target = None
        self._pid = None
        self._answered = False

    def kill_at(self, arrival: int, pid: int, *, answered: bool) -> None:
        self._pid, self._answered, self._target = pid, answered, arrival

    def wait_for_kill(self) -> None:
        while self._target is not None and alive(self._pid):
            time.sleep(0.002)
        self._target = None

    def _treat(self, number: int, key: str) -> str:
        if self._target is None or number < self._target:
            return "ok"
        self._target = None
        os.kill(self._pid, 9)
        return "ok" if self._answered else "taken-then-cut"


def test_relays_killed_at_every_moment_lose_nothing(nursery):
    keys = fill(KILLS * 8)
    with Executioner() as receiver:
        kill_relays(nursery, receiver)
    assert set(receiver.effects) == keys  # nothing lost, nothing invented
    assert set(receiver.effects.values()) == {1}  # one effect a key
    assert len(receiver.deliveries) > len(keys)  # and kills did strike: some arrived twice, under the same key
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"sent"}


def test_control_marking_before_sending_loses_messages(nursery):
    """The guard off: what a queue that acknowledges first would do to the same kills."""
    keys = fill(KILLS * 8)
    with Executioner() as receiver:
        kill_relays(nursery, receiver, careless=True)
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"sent"}
    assert set(receiver.effects) < keys


def test_two_relays_share_the_work_without_a_double(nursery):
    """SKIP LOCKED and leases: not even an arrival is doubled while nobody dies."""
    keys = fill(300)
    with HttpReceiver() as receiver:
        relays = [nursery.start(RELAY, url=receiver.url) for _ in range(2)]
        assert [nursery.wait(pid) for pid in relays] == [0, 0]
    assert sorted(receiver.deliveries) == sorted(keys)


def test_a_failing_and_lying_sink_gets_each_message_in_the_end(nursery):
    """It fails, cuts the line after taking, answers 500 after taking, shows a web page: every key counts once."""
    keys = fill(40)
    chance = random.Random(3)
    moods = [
        "ok",
        "ok",
        "ok",
        "ok",
        "ok",
        "500",
        "cut",
        "taken-then-cut",
        "taken-then-500",
        "portal",
        "robot-no",
        "404",
    ]
    with HttpReceiver(lambda number, key: chance.choice(moods)) as receiver:
        assert nursery.wait(nursery.start(RELAY, url=receiver.url)) == 0
    assert set(receiver.effects) == keys
    assert len(receiver.deliveries) > len(keys)
    assert not outbox.dead_letters().exists()


def test_a_killed_writer_leaves_whole_transactions(nursery, tmp_path):
    """Cause and message commit together: after kill -9 there are whole batches, and every acknowledged one."""
    log = tmp_path / "acknowledged"
    for _ in range(4):
        OutboxMessage.objects.all().delete()
        log.unlink(missing_ok=True)
        pid = nursery.start("tests.faults.bodies:enqueue_for_ever", batch=50, log=str(log))
        deadline = time.monotonic() + 60
        while not (log.exists() and log.read_text().endswith("\n")) and time.monotonic() < deadline:
            time.sleep(0.002)
        nursery.kill(pid)
        acknowledged = int(log.read_text().splitlines()[-1])
        written = OutboxMessage.objects.count()
        assert written % 50 == 0
        assert written >= acknowledged
