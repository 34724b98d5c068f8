"""Periodic work in real processes: kill -9 in the middle, two tickers, wrong clocks, runs longer than their lease.

The effect has no uniqueness of its own, so every double would be seen; the control shows one.
"""

import os
import random
import time
from collections import Counter
from itertools import pairwise

import pytest
from django.db.models import Sum

from kit.models import JobRun
from tests.faults import bodies
from tests.faults.nursery import alive
from tests.kitapp.models import Effect

KILLS = int(os.environ.get("LIANCUN_FAULT_ROUNDS", "12"))
PERIODS = KILLS * 2

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def effects() -> Counter[str]:
    return Counter(Effect.objects.values_list("subscriber", flat=True))


def work_and_kill(nursery, **options) -> None:
    """Two workers at a time; again and again both are killed while one of them is at work, and replaced."""
    chance = random.Random(11)
    call = "tests.faults.bodies:work_once"
    for _ in range(KILLS):
        pids = [nursery.start(call, periods=PERIODS, **options) for _ in range(2)]
        before = Effect.objects.count(), live_runs()
        while (Effect.objects.count(), live_runs()) == before and any(map(alive, pids)):
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.01))
        for pid in pids:
            nursery.kill(pid)
    pids = [nursery.start(call, periods=PERIODS, **options) for _ in range(2)]
    assert [nursery.wait(pid) for pid in pids] == [0, 0]


def live_runs() -> int:
    return JobRun.objects.filter(state="running").aggregate(n=Sum("attempts"))["n"] or 0


def test_each_period_takes_effect_once_under_kill(nursery):
    """Effect and receipt commit together: no kill loses one or doubles one."""
    work_and_kill(nursery)
    assert effects() == {f"{bodies.COUNTED} {number}": 1 for number in range(PERIODS)}
    assert JobRun.objects.filter(attempts__gt=1).exists()  # kills did strike inside a run


def test_control_without_the_claim_periods_take_effect_twice(nursery):
    work_and_kill(nursery, careless=True)
    assert len(effects()) == PERIODS
    assert max(effects().values()) > 1


def test_two_tickers_with_clocks_two_days_apart_make_one_set(nursery):
    """R7, R8: the workers' own clocks are wrong by a day either way; the database's decides, once a period."""
    pids = [nursery.start("tests.faults.bodies:tick_for", seconds=3.5, wrong_by_days=days) for days in (-1, 1)]
    assert [nursery.wait(pid) for pid in pids] == [0, 0]
    keys = sorted(JobRun.objects.values_list("period", flat=True))
    assert effects() == {f"{bodies.COUNTED} {key}": 1 for key in keys}
    seconds = [int(key[-3:-1]) + 60 * int(key[-6:-4]) for key in keys]
    assert len(keys) >= 3
    assert all((later - earlier) % 3600 == 1 for earlier, later in pairwise(seconds))  # no gap


def test_a_run_longer_than_its_lease_is_not_doubled_while_it_lives(nursery):
    """A task longer than the visibility timeout: the live run holds its row, a second process is turned away."""
    call = "tests.faults.bodies:run_longer_than_its_lease"
    first = nursery.start(call, lease=0.05, takes=1.0)
    while not JobRun.objects.exists():
        time.sleep(0.01)
    time.sleep(0.2)  # the lease has ended
    assert nursery.wait(nursery.start(call, lease=0.05, takes=0)) == 0
    assert nursery.wait(first) == 0
    assert Effect.objects.count() == 1
    assert JobRun.objects.get().attempts == 1
