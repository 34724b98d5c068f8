"""Two tickers, eight workers, eight impatient people at once: one set of reminders, one notification, one nudge."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from kit import facts
from kit.errors import DomainError
from oversight.models import Notification, Nudge, Reminder
from oversight.services import notifications, reminders
from tests.oversight.conftest import at, demand  # noqa: F401 - a fixture
from tests.oversight.due import due_now

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

NOW = at(11, 26)


def behind(first, second):
    """``first`` in an open transaction, ``second`` in another connection meanwhile; then the first one commits."""
    started = threading.Event()

    def run():
        started.set()
        try:
            return second()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            later = pool.submit(run)
            started.wait(10)
            # With the guard on, the second waits for this very transaction; without it, it is done by now.
            later_done = _settles(later)
        return later.result(20), later_done


def _settles(later) -> bool:
    try:
        later.result(1.5)
    except TimeoutError:
        return False
    return True


@pytest.fixture
def without(owner, superuser):
    """Take a constraint away for one test, and put it back."""
    taken = []

    def take(table, name):
        found = owner.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        taken.append((table, name, found.fetchone()[0]))
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")

    yield take
    for table, name, text in taken:
        # Written once, so only the superuser takes the doubles away.
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(f"DELETE FROM {table}")
        superuser.execute("SET session_replication_role = origin")
        owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {text}")


def test_R8_two_tickers_make_one_set(cast, demand):  # noqa: F811
    second, _ = behind(lambda: reminders.schedule(now=NOW), lambda: reminders.schedule(now=NOW))
    assert second == 0
    assert Reminder.objects.count() == 2  # the day before and, a day ahead, the day itself


def test_R1_R8_control_without_the_key_two_tickers_make_two_sets(cast, demand, without):  # noqa: F811
    without("oversight_reminder", "reminder_once")
    second, _ = behind(lambda: reminders.schedule(now=NOW), lambda: reminders.schedule(now=NOW))
    assert second == 2
    assert Reminder.objects.count() == 4


def test_eight_workers_tell_of_each_once(cast):
    due_now(cast, 300)
    barrier = threading.Barrier(8)

    def work(_):
        barrier.wait(10)
        try:
            while reminders.send_due(now=reminders.clock.database_now(), limit=20).claimed:
                continue
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert Notification.objects.count() == 300
    assert Notification.objects.values("cause").distinct().count() == 300
    assert set(Reminder.objects.values_list("state", flat=True)) == {"sent"}


def claimed_beside(cast, *, lock: bool) -> tuple[set, set]:
    """What two workers take in hand at the same moment, with the row locks and without them."""
    due_now(cast, 40)

    def claim():
        now = reminders.clock.database_now()
        if lock:
            return {pk for _, _, found in reminders._claim(now, 20) for pk in found}
        due = Reminder.objects.filter(state="waiting", due_at__lte=now).order_by("due_at", "pk")
        return set(due.values_list("pk", flat=True)[:20])

    mine = {}

    def first():
        mine["first"] = claim()

    def second():
        with transaction.atomic():
            return claim()

    other, _ = behind(first, second)
    return mine["first"], other


def test_two_workers_take_different_batches_and_neither_waits(cast):
    first, second = claimed_beside(cast, lock=True)
    assert len(first) == len(second) == 20
    assert not first & second


def test_control_without_the_locks_both_take_the_same(cast):
    first, second = claimed_beside(cast, lock=False)
    assert first == second


def test_of_two_who_nudge_at_once_one_is_told_that_the_other_did(cast, demand):  # noqa: F811
    def nudge():
        return notifications.nudge(actor=cast.secretary_li, subject=facts.subject_label(demand), now=NOW)

    second, _ = behind(nudge, nudge)
    assert isinstance(second, DomainError)
    assert second.code == "nudged_lately"
    assert Nudge.objects.count() == 1


def test_control_without_the_constraint_both_nudge(cast, demand, without):  # noqa: F811
    def nudge():
        return notifications.nudge(actor=cast.secretary_li, subject=facts.subject_label(demand), now=NOW)

    without("oversight_nudge", "nudge_one_at_a_time")
    behind(nudge, nudge)
    assert Nudge.objects.count() == 2
