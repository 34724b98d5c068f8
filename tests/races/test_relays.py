"""Two relays, eight relays: each fact takes effect once."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from kit import facts
from kit.actors import System
from kit.models import Delivery, DeliveryFailure, Fact
from tests.kitapp.models import Effect

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FACTS = 30


@pytest.fixture(autouse=True)
def thirty_facts(monkeypatch):
    monkeypatch.setattr(facts, "_subscribers", {})

    @facts.subscribe("kitapp.done", name="counter")
    def count(fact: Fact) -> None:
        Effect.objects.create(subscriber="counter", fact=fact.pk)

    with transaction.atomic():
        for n in range(FACTS):
            facts.record("kitapp.done", actor=System("tests"), org=None, subject=f"x:{n}", at=NOW)


def at_once(count: int, work) -> None:
    barrier = threading.Barrier(count)
    failures: list[Exception] = []

    def run() -> None:
        try:
            work(barrier)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []


@pytest.mark.parametrize("relays", [2, 8])
def test_relays_at_once_do_no_harm(relays):
    def relay(barrier: threading.Barrier) -> None:
        barrier.wait(10)
        facts.deliver_pending(now=NOW)

    at_once(relays, relay)
    facts.deliver_pending(now=NOW)
    assert sorted(Effect.objects.values_list("fact", flat=True)) == sorted(Fact.objects.values_list("pk", flat=True))
    assert Delivery.objects.count() == FACTS
    assert not DeliveryFailure.objects.exists()


def test_control_without_a_unique_receipt_effects_double():
    """The same work list, a check instead of a receipt."""
    (subscriber,) = facts.subscribers()

    def careless(barrier: threading.Barrier) -> None:
        pending = [fact for fact in Fact.objects.all() if not Effect.objects.filter(fact=fact.pk).exists()]
        barrier.wait(10)
        for fact in pending:
            subscriber.effect(fact)

    at_once(2, careless)
    assert Effect.objects.count() == 2 * FACTS
