"""发件箱: what must leave the system is a row, written in the transaction that causes it, known by a business key.

A relay leases rows (SKIP LOCKED), sends them through the sink of their channel and marks the outcome. Delivery is at
least once: a relay that dies between sending and marking leaves the row to the next one, and the repetition carries the
same key, by which the receiver counts it once. Nothing is ever forgotten: sent, failed, stale and cancelled rows stay.
"""

import json
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.transaction import TransactionManagementError

from kit import events, facts, policies, sinks
from kit.clock import database_now
from kit.errors import IllegalMove
from kit.ids import new_id
from kit.models import OutboxMessage
from kit.models.outbox import MessageState
from kit.services import service

log = logging.getLogger(__name__)

BATCH = 100
# Longer than any sink takes for one message; renewed before each one.
LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
# Tried for a day before it counts as failed; the number stops a message that kills its relay each time.
GIVE_UP_AFTER = timedelta(hours=24)
FEWEST_TRIES, MOST_TRIES = 5, 100
PAYLOAD_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Message:
    """One thing to send. key: the business key, unique for ever. due_at: not before. stale_at: not any more."""

    key: str
    channel: str
    payload: Mapping[str, Any]
    due_at: datetime
    subject: str = ""
    stale_at: datetime | None = None


def key_of(*parts: object) -> str:
    """A business key from its parts, e.g. (rule, subject, period, recipient, offset)."""
    return "|".join(str(part).replace("|", "/") for part in parts)


def enqueue(
    *,
    key: str,
    channel: str,
    payload: Mapping[str, Any],
    due_at: datetime,
    subject: str = "",
    stale_at: datetime | None = None,
) -> bool:
    """Write one message into the caller's transaction. False when the key was already written: then nothing happens."""
    return enqueue_many([Message(key, channel, payload, due_at, subject, stale_at)]) == 1


def enqueue_many(messages: Iterable[Message]) -> int:
    """Write many messages by one statement. Returns how many were new; keys already written are left as they are.

    Raises: TransactionManagementError outside a transaction, where message and cause could part.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a message is written in the transaction of what causes it")
    wanted = list(messages)
    if not wanted:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_outboxmessage"
            " (id, key, channel, payload, due_at, ready_at, subject, stale_at, state, attempts, last_error)"
            " SELECT id, key, channel, payload, due_at, due_at, subject, stale_at, 'waiting', 0, ''"
            " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::jsonb[], %s::timestamptz[], %s::text[],"
            " %s::timestamptz[]) AS m (id, key, channel, payload, due_at, subject, stale_at)"
            " ON CONFLICT (key) DO NOTHING",
            [
                [new_id() for _ in wanted],
                [each.key for each in wanted],
                [each.channel for each in wanted],
                [json.dumps(dict(each.payload), ensure_ascii=False) for each in wanted],
                [each.due_at for each in wanted],
                [each.subject for each in wanted],
                [each.stale_at for each in wanted],
            ],
        )
        return cursor.rowcount


def cancel(*, subject: str) -> int:
    """Stop what is still to be sent about ``subject``, in the caller's transaction. Returns how many messages."""
    return OutboxMessage.objects.filter(subject=subject, state__in=[MessageState.WAITING, MessageState.LEASED]).update(
        state=MessageState.CANCELLED, lease=None, leased_until=None
    )


# --- sending ---------------------------------------------------------------------------------------------------------


@dataclass
class Pass:
    """What one relay pass did, in messages."""

    claimed: int = 0
    sent: int = 0
    postponed: int = 0
    dead: int = 0
    stale: int = 0
    lost: int = 0
    down: set[str] = field(default_factory=set)


def relay(*, now: datetime, limit: int = BATCH, lease: timedelta = LEASE) -> Pass:
    """Send up to ``limit`` messages that are due at ``now`` (the database's clock). Any number of relays may run.

    Raises what the driver raises while the database is away; what was claimed then falls due again by itself.
    """
    token = new_id()
    done = Pass()
    rows = _claim(token, now, limit, lease)
    done.claimed = len(rows)
    for row in rows:
        if row.stale_at is not None and row.stale_at <= now:
            done.stale += _close(row, token, state=MessageState.STALE)
        elif row.channel not in done.down:
            _deliver(row, token, now, lease, done)
    done.postponed += _put_back(token, now)
    return done


def drain(*, seconds: float) -> int:
    """Pass after pass until nothing more is due, or the time is over. Returns how many messages were sent."""
    end = time.monotonic() + seconds
    sent = 0
    while time.monotonic() < end:
        done = relay(now=database_now())
        sent += done.sent
        if not done.claimed:
            break
    return sent


def _claim(token: UUID, now: datetime, limit: int, lease: timedelta) -> list[OutboxMessage]:
    """Lease the oldest due messages, and first free those whose relay has not been heard of since its lease ended."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kit_outboxmessage SET state = 'waiting', lease = NULL, leased_until = NULL WHERE id = ANY (ARRAY"
            " (SELECT id FROM kit_outboxmessage WHERE state = 'leased' AND leased_until < clock_timestamp()"
            "  LIMIT %s FOR UPDATE SKIP LOCKED))",
            [limit],
        )
        cursor.execute(
            "UPDATE kit_outboxmessage SET state = 'leased', lease = %s,"
            " leased_until = clock_timestamp() + make_interval(secs => %s)"
            " WHERE id = ANY (ARRAY (SELECT id FROM kit_outboxmessage WHERE state = 'waiting' AND ready_at <= %s"
            "  ORDER BY ready_at, id LIMIT %s FOR UPDATE SKIP LOCKED))",
            [token, lease.total_seconds(), now, limit],
        )
        return list(OutboxMessage.objects.filter(lease=token, state=MessageState.LEASED).order_by("ready_at", "pk"))


def _deliver(row: OutboxMessage, token: UUID, now: datetime, lease: timedelta, done: Pass) -> None:
    begun = _begin(row, token, now, lease)
    if begun is None:
        done.lost += 1
        return
    attempts, at = begun
    if attempts > MOST_TRIES:
        done.dead += _close(row, token, state=MessageState.DEAD, last_error=row.last_error or "多次发送时程序中断")
        return
    try:
        sinks.send(row.channel, row.key, row.payload, at=at)
    except sinks.PermanentFailure as failure:
        done.dead += _close(row, token, state=MessageState.DEAD, last_error=str(failure)[:300])
    except Exception as failure:
        if isinstance(failure, sinks.SinkDown):
            done.down.add(row.channel)
        if not isinstance(failure, sinks.TemporaryFailure):
            log.exception("outbox: sink %s failed", row.channel)
        reason = str(failure)[:300] if isinstance(failure, sinks.TemporaryFailure) else "发送程序出错"
        if attempts >= FEWEST_TRIES and now - row.due_at >= GIVE_UP_AFTER:
            done.dead += _close(row, token, state=MessageState.DEAD, last_error=reason)
        else:
            _postpone(row, token, now, reason=reason, pause=getattr(failure, "retry_after", None))
            done.postponed += 1
    else:
        done.sent += _close(row, token, state=MessageState.SENT, sent_at=at, last_error="")


def _begin(row: OutboxMessage, token: UUID, now: datetime, lease: timedelta) -> tuple[int, datetime] | None:
    """Count the try before it starts and renew the lease. None when the row was cancelled or taken over meanwhile.

    The next try is put off at once, so that a message that kills its relay does not stand first in the queue for ever.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kit_outboxmessage SET attempts = attempts + 1, ready_at = %s,"
            " leased_until = clock_timestamp() + make_interval(secs => %s)"
            " WHERE id = %s AND lease = %s AND state = 'leased' RETURNING attempts, clock_timestamp()",
            [now + _pause(row, now), lease.total_seconds(), row.pk, token],
        )
        return cursor.fetchone()


def _close(row: OutboxMessage, token: UUID, *, state: MessageState, **changes: Any) -> int:
    """Mark the outcome if the row is still ours; 1 or 0. What was sent while being cancelled counts as sent."""
    ours = Q(lease=token) | Q(state=MessageState.CANCELLED) if state == MessageState.SENT else Q(lease=token)
    return OutboxMessage.objects.filter(ours, pk=row.pk).update(state=state, lease=None, leased_until=None, **changes)


def _postpone(
    row: OutboxMessage, token: UUID, now: datetime, *, reason: str = "", pause: timedelta | None = None
) -> None:
    OutboxMessage.objects.filter(pk=row.pk, lease=token).update(
        state=MessageState.WAITING,
        lease=None,
        leased_until=None,
        ready_at=now + max(_pause(row, now), pause or timedelta()),
        **({"last_error": reason} if reason else {}),
    )


def _put_back(token: UUID, now: datetime) -> int:
    """Free what this pass claimed and did not try because its sink is down; not counted as a try."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kit_outboxmessage SET state = 'waiting', lease = NULL, leased_until = NULL,"
            " ready_at = %(now)s + LEAST(make_interval(secs => %(first)s)"
            "  + GREATEST(%(now)s - due_at, interval '0') / 10, make_interval(secs => %(longest)s))"
            " WHERE lease = %(token)s AND state = 'leased'",
            {
                "now": now,
                "first": FIRST_PAUSE.total_seconds(),
                "longest": LONGEST_PAUSE.total_seconds(),
                "token": token,
            },
        )
        return cursor.rowcount


def _pause(row: OutboxMessage, now: datetime) -> timedelta:
    """Grows with the time already lost, so that after an outage T the rest follows within T/10."""
    return min(FIRST_PAUSE + max(now - row.due_at, timedelta()) / 10, LONGEST_PAUSE)


# --- looking after it ------------------------------------------------------------------------------------------------


def dead_letters() -> QuerySet[OutboxMessage]:
    """Messages that failed for good, oldest first: shown to the administrators until somebody sends them again."""
    return OutboxMessage.objects.filter(state=MessageState.DEAD).order_by("due_at", "pk")


def overdue(*, now: datetime, by: timedelta = timedelta(minutes=1)) -> QuerySet[OutboxMessage]:
    """Messages that should have gone by now: the relay is not running, or their sink is down."""
    waiting = OutboxMessage.objects.filter(state__in=[MessageState.WAITING, MessageState.LEASED])
    return waiting.filter(due_at__lt=now - by).order_by("due_at", "pk")


@service
def send_again(*, message: OutboxMessage, org, actor, now: datetime) -> OutboxMessage:
    """Put a failed or stale message back, under the same business key. Raises IllegalMove (409) for any other."""
    policies.require(actor, "outbox.send_again", org)
    changed = OutboxMessage.objects.filter(pk=message.pk, state__in=[MessageState.DEAD, MessageState.STALE]).update(
        state=MessageState.WAITING, ready_at=now, attempts=0, stale_at=None, last_error=""
    )
    if not changed:
        raise IllegalMove("只有“发送失败”或“已过时未发”的消息才能重发。")
    facts.record(events.MESSAGE_SENT_AGAIN, actor=actor, org=org, subject=message, at=now, key=message.key)
    message.refresh_from_db()
    return message


def forget_payloads(*, now: datetime) -> int:
    """Empty what was sent a month ago: addresses are no longer needed, the key stays so that nothing is sent twice."""
    old = OutboxMessage.objects.filter(state=MessageState.SENT, sent_at__lt=now - PAYLOAD_KEPT).exclude(payload={})
    return old.update(payload={})
