"""kill -9 of workers while they turn reminders into notifications: none lost, none doubled. Real processes.

LIANCUN_FAULT_ROUNDS sets how many are killed (``./lian faults`` sets more).
"""

import os
import random
import time

import pytest

from oversight.models import Notification, Reminder
from tests.faults.nursery import alive
from tests.oversight.due import due_now

KILLS = int(os.environ.get("LIANCUN_FAULT_ROUNDS", "12"))
EACH = 25
CALL = "tests.faults.bodies:remind_until_done"

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def work_and_kill(nursery, **options) -> None:
    """Two workers at a time, killed as soon as something moves; the last two finish."""
    chance = random.Random(5)
    for _ in range(KILLS):
        pids = [nursery.start(CALL, batch=10, **options) for _ in range(2)]
        before = Reminder.objects.filter(state="sent").count()
        while Reminder.objects.filter(state="sent").count() == before and any(map(alive, pids)):
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.01))
        for pid in pids:
            nursery.kill(pid)
    pids = [nursery.start(CALL, batch=10, **options) for _ in range(2)]
    assert [nursery.wait(pid) for pid in pids] == [0, 0]


def test_R1_R2_R3_killed_workers_lose_none_and_double_none(nursery, cast):
    due = {row.pk for row in due_now(cast, KILLS * EACH)}
    work_and_kill(nursery)
    told = list(Notification.objects.values_list("cause", flat=True))
    assert len(told) == len(due)
    assert set(told) == due
    assert set(Reminder.objects.values_list("state", flat=True)) == {"sent"}


def test_control_marking_before_telling_loses_some(nursery, cast):
    due = {row.pk for row in due_now(cast, KILLS * EACH)}
    work_and_kill(nursery, careless=True)
    assert set(Reminder.objects.values_list("state", flat=True)) == {"sent"}
    assert set(Notification.objects.values_list("cause", flat=True)) < due
