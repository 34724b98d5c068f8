"""kill -9 of a relay before, during and after an effect, and of a sealer: nothing lost, nothing doubled, no gap."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.models import Count

from kit import verify
from kit.models import Fact, Seal
from tests.faults import relay_process
from tests.kitapp.models import Effect

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parent.parent.parent
# Rounds per place of death; ``./lian faults`` raises it.
ROUNDS = int(os.environ.get("LIANCUN_FAULT_ROUNDS", "3"))


def kill(database_env: dict[str, str], how: str, place: str, rounds: int) -> None:
    """Let ``rounds`` processes be killed at that place, each followed by one that lives."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.relay_process", how, place, str(rounds)],
        cwd=ROOT,
        env=database_env,
        capture_output=True,
        text=True,
        timeout=60 + 5 * rounds,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(int(signal.SIGKILL))] * rounds, "every round must see its process killed"


def kill_relays(database_env: dict[str, str], how: str, place: str, rounds: int) -> tuple[int, int, int]:
    """Returns (facts, facts without an effect, facts with more than one)."""
    kill(database_env, how, place, rounds)
    counted = Effect.objects.filter(subscriber="counter").values("fact").annotate(times=Count("pk"))
    times = {each["fact"]: each["times"] for each in counted}
    total = Fact.objects.count()
    assert total == rounds * relay_process.FACTS
    return total, total - len(times), sum(count > 1 for count in times.values())


@pytest.mark.parametrize("place", ["before", "during", "after"])
def test_killed_relays_lose_and_double_nothing(database_env, place):
    total, lost, doubled = kill_relays(database_env, "receipt", place, ROUNDS)
    assert (lost, doubled) == (0, 0), f"of {total}"


def test_control_receipt_after_the_effect_doubles(database_env):
    _, lost, doubled = kill_relays(database_env, "effect_then_mark", "after", 1)
    assert (lost, doubled) == (0, 1)


def test_control_receipt_before_the_effect_loses(database_env):
    _, lost, doubled = kill_relays(database_env, "mark_then_effect", "during", 1)
    assert (lost, doubled) == (1, 0)


def test_killed_sealers_leave_no_gap(database_env, settings, tmp_path):
    """L8's way for chains: numbers run 1..n also after a crash, and everything is sealed once."""
    settings.ANCHOR_FILE = str(tmp_path / "anchors.txt")
    kill(database_env, "seal", "", ROUNDS)
    numbers = list(Seal.objects.filter(chain="facts/").order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, ROUNDS * relay_process.FACTS + 1))
    assert verify.verify("facts/", []) == []
