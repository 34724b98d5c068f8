"""Facts: what was done, by whom, on what ground, written in the same transaction as the change.

A fact is record and message at once. Subscribers take effect exactly once: their receipt is unique and commits with
their effect; the sweep looks for facts without a receipt, never for ids above the last seen, which commit out of order.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import QuerySet

from kit import events
from kit.actors import System, actor_label
from kit.chain import MARGIN
from kit.errors import RuleBroken
from kit.models.facts import DeliveryFailure, Fact
from kit.services import request_id, stamp

log = logging.getLogger(__name__)

# More rows than this are read or exported only with a stated reason.
REASON_ABOVE = 500
# Waits after each failure; after the last the fact becomes a dead letter for this subscriber.
BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 3600, 6 * 3600, 12 * 3600, 24 * 3600))


def subject_label(subject: models.Model | str) -> str:
    """``app.model:id`` of a row, or such a label as it is."""
    return subject if isinstance(subject, str) else f"{subject._meta.label_lower}:{subject.pk}"


def record(event: str, *, actor, org, subject: models.Model | str, at: datetime, **details: Any) -> Fact:
    """Write one fact beside the change it tells of. One INSERT.

    org: the organization it belongs to (``pk`` and ``path``), or None for the system itself. details: plain values,
    ids rather than names. Raises: RuntimeError outside a transaction, where fact and change could part.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is recorded inside the transaction of its change")
    path = org.path if org is not None else ""
    fact = Fact(
        event=event,
        actor=actor_label(actor),
        actor_id=actor.pk,
        org_id=org.pk if org is not None else None,
        org_path=path,
        district=path.split("/", 1)[0],
        subject=subject_label(subject),
        at=at,
        request_id=request_id.get(),
        details=details,
    )
    fact.save(force_insert=True)
    # The database wrote it; read on first use.
    del fact.recorded_at
    return fact


def record_reading(*, actor, org, what: str, count: int, at: datetime, ground: str = "", exported: str = "") -> Fact:
    """Log that personal data were read in bulk, or exported as ``exported`` (xlsx, docx …) (G5).

    what: which register. Raises: RuleBroken above 500 rows without a ground.
    """
    if count > REASON_ABOVE and not ground.strip():
        raise RuleBroken(
            "ground_required", f"一次查看或导出{count}条，超过{REASON_ABOVE}条的须写明事由。", field="ground"
        )
    event = events.EXPORTED if exported else events.PERSONAL_READ
    details = {"what": what, "count": count, "ground": ground, **({"format": exported} if exported else {})}
    return record(event, actor=actor, org=org, subject=f"register:{what}", at=at, **details)


_titles: dict[str, str] = {}


def entitle(titles: Mapping[str, str]) -> None:
    """Declare what the screen calls these events. Called from ``declarations.py``."""
    _titles.update(titles)


def title(event: str) -> str:
    """The Chinese title of an event; its own name if nobody gave it one."""
    return _titles.get(event, event)


@dataclass(frozen=True)
class Done:
    """已办: one thing a person did."""

    title: str
    at: datetime
    subject: str


def done_by(person, *, limit: int) -> list[Done]:
    """The last things this person did, newest first."""
    rows = Fact.objects.filter(actor_id=person.pk).order_by("-id").values_list("event", "at", "subject")[:limit]
    done = [Done(title(event), at, subject) for event, at, subject in rows]
    return sorted(done, key=lambda each: each.at, reverse=True)


def trail(subject: models.Model | str) -> QuerySet[Fact]:
    """Everything recorded about one subject, oldest first."""
    return Fact.objects.filter(subject=subject_label(subject)).order_by("at", "pk")


# --- subscribers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Subscriber:
    """Who listens to which events. ``name`` is permanent: under another name all facts would take effect again."""

    name: str
    events: tuple[str, ...]
    effect: Callable[[Fact], None]


_subscribers: dict[str, Subscriber] = {}


def of_events(*events: str) -> QuerySet[Fact]:
    """Every fact of these events, the oldest first."""
    return Fact.objects.filter(event__in=events).order_by("pk")


def subscribe(*heard: str, name: str) -> Callable[[Callable[[Fact], None]], Callable[[Fact], None]]:
    """Register ``fn(fact)`` for events. It runs in a transaction of its own, together with its receipt."""

    def register(effect: Callable[[Fact], None]) -> Callable[[Fact], None]:
        known = _subscribers.setdefault(name, Subscriber(name, heard, effect))
        if known.effect is not effect:
            raise ValueError(f"subscriber {name!r} is registered twice")
        return effect

    return register


def subscribers() -> list[Subscriber]:
    return list(_subscribers.values())


def deliver_pending(*, now: datetime, limit: int = 1000, full: bool = False) -> int:
    """Let each subscriber take effect for up to ``limit`` facts it has no receipt for; returns how many took effect.

    A failing subscriber is retried with back-off and holds up nobody. Several relays at once do no harm. full: look at
    all facts ever recorded instead of only behind the last complete sweep; for the daily run.
    """
    return sum(_deliver_to(subscriber, now=now, limit=limit, full=full) for subscriber in subscribers())


def _deliver_to(subscriber: Subscriber, *, now: datetime, limit: int, full: bool) -> int:
    sweep = f"deliver:{subscriber.name}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), (SELECT complete_before FROM kit_sweep WHERE name = %s)", [sweep])
        started, since = cursor.fetchone()
        since = None if full else since
        cursor.execute(
            "SELECT f.fact_id FROM kit_deliveryfailure f"
            " WHERE f.subscriber = %s AND f.dead_at IS NULL AND f.next_at <= %s ORDER BY f.next_at, f.id LIMIT %s",
            [subscriber.name, now, limit],
        )
        due = [fact for (fact,) in cursor.fetchall()]
        cursor.execute(
            "SELECT f.id FROM kit_fact f WHERE f.event = ANY (%s)"
            " AND (%s::timestamptz IS NULL OR f.recorded_at >= %s)"
            " AND NOT EXISTS (SELECT 1 FROM kit_delivery d WHERE d.subscriber = %s AND d.fact_id = f.id)"
            " AND NOT EXISTS (SELECT 1 FROM kit_deliveryfailure x WHERE x.subscriber = %s AND x.fact_id = f.id)"
            " ORDER BY f.recorded_at, f.id LIMIT %s",
            [list(subscriber.events), since, since, subscriber.name, subscriber.name, limit],
        )
        fresh = [fact for (fact,) in cursor.fetchall()]
    outcomes = [_deliver_one(subscriber, fact, now=now) for fact in due + fresh]
    if len(fresh) < limit and None not in outcomes:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kit_sweep (name, complete_before) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE"
                " SET complete_before = greatest(kit_sweep.complete_before, excluded.complete_before)",
                [sweep, started - MARGIN],
            )
    return sum(outcome is True for outcome in outcomes)


def _deliver_one(subscriber: Subscriber, fact_id, *, now: datetime) -> bool | None:
    """True: took effect. False: failed, or had already. None: another relay has it in hand."""
    try:
        with transaction.atomic():
            stamp(System(f"subscriber:{subscriber.name}"))
            with connection.cursor() as cursor:
                # Whoever comes second to a fact leaves it to the first instead of waiting on the receipt's key.
                cursor.execute(
                    "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{subscriber.name} {fact_id}"]
                )
                if not cursor.fetchone()[0]:
                    return None
                cursor.execute(
                    "INSERT INTO kit_delivery (subscriber, fact_id, delivered_at) VALUES (%s, %s, %s)"
                    " ON CONFLICT (subscriber, fact_id) DO NOTHING",
                    [subscriber.name, fact_id, now],
                )
                if not cursor.rowcount:
                    return False
            subscriber.effect(Fact.objects.get(pk=fact_id))
            DeliveryFailure.objects.filter(subscriber=subscriber.name, fact_id=fact_id).delete()
            return True
    except Exception as error:
        log.exception("subscriber %s failed on fact %s", subscriber.name, fact_id)
        _note_failure(subscriber, fact_id, error, now=now)
        return False


@transaction.atomic
def _note_failure(subscriber: Subscriber, fact_id, error: Exception, *, now: datetime) -> None:
    stamp(System("relay"))
    failure, _ = DeliveryFailure.objects.select_for_update().get_or_create(
        subscriber=subscriber.name,
        fact_id=fact_id,
        defaults={"attempts": 0, "next_at": now, "last_error": ""},
    )
    failure.attempts += 1
    failure.last_error = f"{type(error).__name__}: {error}"[:500]
    if failure.attempts > len(BACK_OFF):
        failure.dead_at = now
    else:
        failure.next_at = now + BACK_OFF[failure.attempts - 1]
    failure.save()


def dead_letters() -> QuerySet[DeliveryFailure]:
    """Facts given up for a subscriber, newest first; they stay until somebody retries them."""
    return DeliveryFailure.objects.filter(dead_at__isnull=False).select_related("fact").order_by("-dead_at", "-pk")


def retry(letters: Iterable[DeliveryFailure], *, now: datetime) -> int:
    """Put dead letters back in line, due at once; returns how many."""
    keys = [letter.pk for letter in letters]
    return DeliveryFailure.objects.filter(pk__in=keys, dead_at__isnull=False).update(
        dead_at=None, attempts=0, next_at=now
    )
