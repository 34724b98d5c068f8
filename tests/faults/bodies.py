"""What the processes of the fault tests do until they are killed. Leases and pauses are short, clocks are real."""

import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kit import clock, outbox, sinks
from kit.models import OutboxMessage

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
