"""What the processes of the fault tests do until they are killed. Leases and pauses are short, clocks are real."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import time_machine
from django.conf import settings
from django.db import transaction

from kit import clock, jobs, outbox, sinks
from kit.models import JobRun, OutboxMessage
from oversight.models import Notification, Reminder
from oversight.services import reminders
from tests.kitapp.models import Effect

LEASE = timedelta(milliseconds=400)


def relay_until_empty(url: str, *, batch: int = 20, careless: bool = False) -> None:
    """Relay to the receiver at ``url`` until nothing waits. ``careless`` is the control: marked first, then sent."""
    settings.WEBHOOKS = {"receiver": {"url": url, "secret": "s"}}
    outbox.LONGEST_PAUSE = timedelta()
    while OutboxMessage.objects.filter(state__in=["waiting", "leased"]).exists():
        if careless:
            _relay_carelessly(batch)
        elif not outbox.relay(now=clock.database_now(), limit=batch, lease=LEASE).claimed:
            time.sleep(0.02)  # a dead relay's lease has to end


def _relay_carelessly(batch: int) -> None:
    """What a queue does that acknowledges first: the messages are marked, then sent."""
    rows = list(OutboxMessage.objects.filter(state="waiting")[:batch])
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(state="sent")
    for row in rows:
        sinks.send(row.channel, row.key, row.payload, at=clock.database_now())


def enqueue_for_ever(batch: int, log: str) -> None:
    """Write batches of messages, each in one transaction with a line that says so; both or neither may survive."""
    number = 0
    while True:
        with transaction.atomic():
            keys = [f"{number + offset}" for offset in range(batch)]
            outbox.enqueue_many([outbox.Message(key, "webhook", {}, clock.database_now()) for key in keys])
        number += batch
        with Path(log).open("a") as acknowledged:
            acknowledged.write(f"{number}\n")


# --- jobs ------------------------------------------------------------------------------------------------------------

COUNTED = "counted"


def _count(period) -> None:
    """An effect without any uniqueness of its own, so that a double would show; slow enough to be killed inside."""
    Effect.objects.create(subscriber=f"{COUNTED} {period}", fact=uuid4())
    time.sleep(0.005)


def work_once(periods: int, *, lease: float = 0.3, careless: bool = False) -> None:
    """Do every period until all are done. ``careless`` is the control: look, work, then note it."""
    for number in range(periods):
        while not JobRun.objects.filter(name=COUNTED, period=str(number), state="done").exists():
            if careless:
                _count(number)
                JobRun.objects.get_or_create(
                    name=COUNTED,
                    period=str(number),
                    defaults={
                        "state": "done",
                        "lease": uuid4(),
                        "leased_until": clock.database_now(),
                        "started_at": clock.database_now(),
                    },
                )
                continue
            with jobs.once(COUNTED, str(number), lease=timedelta(seconds=lease)) as claim:
                if claim:
                    _count(number)
            if claim is None:
                time.sleep(0.01)


def tick_for(seconds: float, *, wrong_by_days: int = 0) -> None:
    """Tick with one declared job a second until the time is over. The process's own clock may be wrong by days."""
    jobs._jobs.clear()

    @jobs.job(COUNTED, every=timedelta(seconds=1))
    def counted(*, period, now):
        _count(period.key)

    with time_machine.travel(datetime.now(UTC) + timedelta(days=wrong_by_days)):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            jobs.tick(now=clock.database_now())
            time.sleep(0.05)


def run_longer_than_its_lease(lease: float, takes: float) -> None:
    """One period whose work takes longer than its lease."""
    with jobs.once(COUNTED, "long", lease=timedelta(seconds=lease)) as claim:
        if claim:
            Effect.objects.create(subscriber=COUNTED, fact=uuid4())
            time.sleep(takes)


# --- reminders -------------------------------------------------------------------------------------------------------


def remind_until_done(batch: int = 20, *, careless: bool = False) -> None:
    """Turn what is due into notifications until nothing waits. ``careless`` is the control: marked first, then told."""
    while Reminder.objects.filter(state="waiting").exists():
        if careless:
            _remind_carelessly(batch)
        else:
            reminders.send_due(now=clock.database_now(), limit=batch)


def _remind_carelessly(batch: int) -> None:
    now = clock.database_now()
    due = list(Reminder.objects.filter(state="waiting").order_by("due_at", "pk")[:batch])
    Reminder.objects.filter(pk__in=[row.pk for row in due]).update(state="sent", settled_at=now)
    for row in due:
        told = Notification(recipient_id=row.recipient_id, kind="reminder", cause=row.pk, topic=row.rule, told_at=now)
        Notification.objects.bulk_create([told], ignore_conflicts=True)
