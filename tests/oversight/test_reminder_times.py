"""R4, R5 and R7 measured, by the declared sweeps under a clock that we move. Nothing sleeps.

The ticker looks every five seconds. Of these looks only those are played that can find something: leaving one out makes
a reminder later, never earlier, so what holds here holds for all of them.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil
from uuid import uuid4

import pytest
from django.db import transaction

from kit import clock, jobs, outbox, sinks
from kit.calendar import day_of
from kit.models import JobRun, OutboxMessage
from oversight.models import Notification, Reminder
from oversight.services import digests, reminders
from tests.oversight.conftest import at, only, rewritten, unguarded
from tests.oversight.due import waiting

LOOKS = timedelta(seconds=5)
# The ticker did not start on the full minute.
FIRST = at(11, 25, 0) + timedelta(seconds=3)
MINUTE, ALLOWED = timedelta(minutes=1), timedelta(seconds=60)
EACH = 75
WRITER = "oversight.schedule"


class Ticker:
    """The sweeps that carry reminders; ``now`` is the database's clock for all of them."""

    def __init__(self, monkeypatch) -> None:
        self.now = FIRST
        self.sweeps = {name: jobs._jobs[name] for name in (WRITER, "oversight.remind_1", "kit.relay")}
        self._put = monkeypatch.setattr
        self._put(clock, "database_now", lambda: self.now)
        self._put(outbox, "database_now", lambda: self.now)

    def look(self, moment: datetime, *, resting: str = "") -> None:
        """The first look at or after a moment; ``resting`` is not started at it."""
        self.now = next_look(moment)
        self._put(jobs, "_jobs", {name: sweep for name, sweep in self.sweeps.items() if name != resting})
        jobs.tick(now=self.now)
        assert not JobRun.objects.exclude(state="done").exists()


def next_look(moment: datetime) -> datetime:
    return FIRST + ceil((moment - FIRST) / LOOKS) * LOOKS


@pytest.fixture
def ticker(db, monkeypatch) -> Ticker:
    return Ticker(monkeypatch)


def in_99_of_100(late: Iterable[timedelta]) -> timedelta:
    ordered = sorted(late)
    return ordered[ceil(len(ordered) * 0.99) - 1]


# --- reminders -------------------------------------------------------------------------------------------------------

BEFORE, TODAY, RED, ABOVE = "还有1个工作日到期", "今天到期", "已超期", "超期多日，请督促"
# (last day, step) → when it is due, counted by hand: quiet until eight, 26 November is a Thursday.
DUE = {
    (date(2026, 11, 19), ABOVE): at(11, 26),
    (date(2026, 11, 25), RED): at(11, 26),
    (date(2026, 11, 26), TODAY): at(11, 26),
    (date(2026, 11, 27), BEFORE): at(11, 26),
    (date(2026, 11, 26), RED): at(11, 27),
    (date(2026, 11, 27), TODAY): at(11, 27),
}


@pytest.fixture
def crowd(cast, boss, monkeypatch) -> None:
    """Three hundred demands with four last days: 450 reminders on two mornings."""
    only(monkeypatch, "resources.demand_accept")
    for last in sorted({last for last, _ in DUE}):
        # Steps before the beginning are none: so each has those of the two mornings alone.
        waiting(cast, EACH, since=at(11, 25, 10), until=last)


def lateness() -> list[timedelta]:
    return [row.told_at - DUE[row.until, row.note] for row in Notification.objects.all()]


def two_mornings(ticker: Ticker) -> list[timedelta]:
    """The writer is away from seven to nine of the first morning, as it is when a pass takes long."""
    for moment in (at(11, 25, 20), at(11, 26, 1), at(11, 26, 6, 59)):
        ticker.look(moment)
    for moment in (at(11, 26, 7), at(11, 26, 8) - LOOKS, at(11, 26, 8)):
        ticker.look(moment, resting=WRITER)
    for moment in (at(11, 26, 9), at(11, 26, 21), at(11, 27, 8) - LOOKS, at(11, 27, 8)):
        ticker.look(moment)
    return lateness()


def test_R4_no_reminder_is_early_and_99_of_100_are_told_within_a_minute(crowd, ticker):
    late = two_mornings(ticker)
    assert Counter((row.until, row.note) for row in Notification.objects.all()) == dict.fromkeys(DUE, EACH)
    assert min(late) >= timedelta()
    assert in_99_of_100(late) <= ALLOWED


def test_R4_control_who_does_not_ask_for_the_hour_is_early(crowd, ticker):
    with unguarded("due_at <= %s"):
        assert min(two_mornings(ticker)) < timedelta()


def test_R4_control_who_does_not_write_ahead_is_late(crowd, ticker, monkeypatch):
    monkeypatch.setattr(reminders, "AHEAD", timedelta())
    assert in_99_of_100(two_mornings(ticker)) > ALLOWED


def caught_up(back: datetime, *, batch: int = reminders.BATCH // 100) -> timedelta | None:
    """How long it takes from the first look after an outage, a hundredth of a batch at each; None for never."""
    reminders.schedule(now=back)
    due = Reminder.objects.filter(state="waiting", due_at__lte=back)
    now = back
    left = due.count()
    while left:
        reminders.send_due(now=now, limit=batch)
        if due.count() == left:
            return None
        left, now = due.count(), now + LOOKS
    return now - back


def budget(outage: timedelta) -> timedelta:
    return outage / 10 + 2 * MINUTE


OUTAGES = {
    "six hours": (at(11, 26, 4), at(11, 26, 10), {"sent": 4 * EACH}),
    # The steps of Thursday that Friday's step to the same people overtook are stale.
    "a day and a night": (at(11, 26, 7), at(11, 27, 9), {"sent": 4 * EACH, "stale": 2 * EACH}),
}


@pytest.mark.parametrize(("gone", "back", "outcome"), OUTAGES.values(), ids=OUTAGES)
def test_R5_after_an_outage_all_is_caught_up_within_a_tenth_of_it(crowd, gone, back, outcome):
    reminders.schedule(now=gone)
    taken = caught_up(back)
    assert taken is not None
    assert taken <= budget(back - gone)
    assert Counter(Reminder.objects.exclude(state="waiting").values_list("state", flat=True)) == outcome
    assert set(Notification.objects.values_list("cause", flat=True)) == set(
        Reminder.objects.filter(state="sent").values_list("pk", flat=True)
    )


def test_R5_control_stale_ones_that_are_not_marked_stand_before_the_others_for_ever(crowd):
    gone, back, _ = OUTAGES["a day and a night"]
    reminders.schedule(now=gone)
    with rewritten("r.id = mine.id RETURNING", "r.id = mine.id AND live.id IS NOT NULL RETURNING"):
        assert caught_up(back, batch=EACH) is None


# --- what leaves the system ------------------------------------------------------------------------------------------


@pytest.fixture
def arrived(settings, ticker) -> Iterable[dict[str, datetime]]:
    """Business key → when the receiver of the digests took it; it takes nothing while ``arrived.gone``."""

    class Arrived(dict):
        gone = False

        def take(self, key, payload, *, at):
            if self.gone:
                raise sinks.TemporaryFailure("提醒渠道没有接收")
            assert self.setdefault(key, ticker.now) == ticker.now

    settings.REMINDER_CHANNELS = {"robot": "json://127.0.0.1:1/{login}"}
    found = Arrived()
    undo = sinks.register(digests.CHANNEL, found.take)
    yield found
    undo()


def tell(*people, now: datetime) -> None:
    with transaction.atomic():
        digests.announce(set(people), now=now)


def shifted(told: datetime) -> datetime:
    """When a first digest of the day is due, counted by hand: not before eight, not from nine in the evening on."""
    hour = told.astimezone(FIRST.tzinfo).hour
    if 8 <= hour < 21:
        return told
    return told.replace(hour=8, minute=0, second=0) + timedelta(days=hour >= 21)


def a_day_of_digests(ticker, arrived, hours=range(24)) -> list[timedelta]:
    """Ten people an hour hear of something, five and five half a minute apart; some hear again in the afternoon."""
    due: dict[str, datetime] = {}

    def told(now: datetime, people, when: Callable[[datetime], datetime] = shifted) -> None:
        tell(*people, now=now)
        for person in people:
            due[digests._key("robot", str(person), day_of(when(now)))] = when(now)
        ticker.look(now, resting=WRITER)

    early = []
    for hour in hours:
        ticker.look(at(11, 26, hour), resting=WRITER)
        for second in (41, 71):
            people = [uuid4() for _ in range(5)]
            told(at(11, 26, hour, 17) + timedelta(seconds=second), people)
            early += people[:1] if 8 <= hour < 12 else []
    ticker.look(at(11, 26, hours[-1], 40), resting=WRITER)
    # They had today's already: the next one goes tomorrow at eight.
    told(at(11, 26, 23, 50), early, when=lambda now: at(11, 27))
    ticker.look(at(11, 27) - LOOKS, resting=WRITER)
    ticker.look(at(11, 27), resting=WRITER)
    assert arrived.keys() == due.keys()
    return [arrived[key] - due[key] for key in due]


def test_R4_digests_of_a_day_leave_within_a_minute_and_none_by_night(ticker, arrived):
    late = a_day_of_digests(ticker, arrived)
    assert len(late) == 24 * 10 + 8
    assert min(late) >= timedelta()
    assert in_99_of_100(late) <= ALLOWED


def test_R4_control_without_the_quiet_hours_they_leave_by_night(ticker, arrived, monkeypatch):
    monkeypatch.setattr(digests, "allowed", lambda now: now)
    assert min(a_day_of_digests(ticker, arrived, hours=[5])) < timedelta()


def test_R4_control_a_relay_every_five_minutes_is_late(ticker, arrived):
    ticker.sweeps["kit.relay"] = replace(ticker.sweeps["kit.relay"], every=5 * MINUTE)
    assert in_99_of_100(a_day_of_digests(ticker, arrived, hours=range(9, 12))) > ALLOWED


GONE, BACK = at(11, 26, 9), at(11, 26, 15)


def receiver_away_for_six_hours(ticker, arrived) -> timedelta:
    """From its return to the last digest. The relay looks when the next try may start."""
    arrived.gone = True
    told = [GONE + timedelta(minutes=number * 50) for number in range(7)]
    for now in told:
        tell(uuid4(), now=now)
    open_ones = OutboxMessage.objects.filter(state="waiting").order_by("ready_at", "pk")
    while (first := open_ones.first()) is not None:
        ticker.now = next_look(first.ready_at)
        arrived.gone = ticker.now < BACK
        outbox.relay(now=ticker.now)
    assert len(arrived) == len(told)
    return max(arrived.values()) - BACK


def test_R5_digests_follow_within_a_tenth_of_the_outage(ticker, arrived):
    assert timedelta() <= receiver_away_for_six_hours(ticker, arrived) <= budget(BACK - GONE)


def test_R5_control_a_pause_that_doubles_takes_longer(ticker, arrived, monkeypatch):
    monkeypatch.setattr(outbox, "_pause", lambda row, now: outbox.FIRST_PAUSE * 2**row.attempts)
    assert receiver_away_for_six_hours(ticker, arrived) > budget(BACK - GONE)


# --- a clock that jumps ----------------------------------------------------------------------------------------------


def told_at_ten_after_a_jump(ticker, arrived, jump: timedelta) -> timedelta:
    """The clock goes wrong by a day for one look at nine; how long a digest of ten o'clock waits."""
    for moment in (at(11, 26, 9), at(11, 26, 9) + jump, at(11, 26, 9, 30)):
        ticker.look(moment, resting=WRITER)
    tell(uuid4(), now=at(11, 26, 10))
    for moment in (at(11, 26, 10), at(11, 26, 12), at(11, 26, 20)):
        ticker.look(moment, resting=WRITER)
    return (*arrived.values(), ticker.now)[0] - at(11, 26, 10)


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)], ids=["ahead", "behind"])
def test_R7_after_a_clock_that_jumped_nothing_waits(ticker, arrived, jump):
    assert told_at_ten_after_a_jump(ticker, arrived, jump) <= ALLOWED


def test_R7_control_sweeps_that_count_up_only_wait_until_the_clock_gets_there_again(ticker, arrived, monkeypatch):
    def missed_since(self, key, now):
        return [self.period_at(now)] if key < self.period_at(now).key else []

    monkeypatch.setattr(jobs.Job, "missed_since", missed_since)
    assert told_at_ten_after_a_jump(ticker, arrived, timedelta(days=1)) > ALLOWED
    assert not arrived
