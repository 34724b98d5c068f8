"""What the ticker does for the trail."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from kit import chain, events, facts, jobs, sweeps, verify
from kit.actors import System
from kit.models import Anchor, Fact, Seal
from tests.kitapp.models import Effect

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 23, 1, 0, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def anchor_file(settings, tmp_path):
    settings.ANCHOR_FILE = str(tmp_path / "anchors.txt")


@pytest.fixture
def fact(monkeypatch):
    monkeypatch.setattr(facts, "_subscribers", {})

    @facts.subscribe("kitapp.done", name="counter")
    def count(fact: Fact) -> None:
        Effect.objects.create(subscriber="counter", fact=fact.pk)

    with transaction.atomic():
        return facts.record("kitapp.done", actor=System("tests"), org=None, subject="x:1", at=NOW)


def test_every_sweep_is_declared():
    names = {job.name for job in jobs.declared()}
    assert {"kit.deliver", "kit.seal", "kit.anchor", "kit.full_sweep", "kit.verify"} <= names


def test_ticks_deliver_seal_and_publish(fact, monkeypatch):
    ours = {job.name: job for job in jobs.declared() if job.run.__module__ == sweeps.__name__}
    monkeypatch.setattr(jobs, "_jobs", ours)
    jobs.tick(now=NOW)
    assert Effect.objects.get().fact == fact.pk
    assert Seal.objects.filter(entry=fact.pk).exists()
    assert Anchor.objects.filter(chain="facts/").exists()
    before = Seal.objects.count()
    jobs.tick(now=NOW + timedelta(seconds=1))
    assert (Effect.objects.count(), Seal.objects.count()) == (1, before)


def test_the_tail_without_seals_stays_under_a_minute():
    (sealing,) = [job for job in jobs.declared() if job.name == "kit.seal"]
    assert sealing.every <= timedelta(seconds=30)


def test_the_nightly_outcome_is_a_fact(fact, superuser, caplog):
    chain.seal()
    chain.anchor(now=NOW)
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE kit_fact SET subject = 'x:2'")
    sweeps.verify_all(period=None, now=NOW)
    outcome = Fact.objects.get(event=events.VERIFIED)
    assert outcome.actor == "system:verify"
    assert outcome.details["faults"] >= 1
    assert "条目内容与封存时不同" in caplog.text


def test_control_nothing_to_find(fact, monkeypatch):
    monkeypatch.setattr(verify, "verify_guards", list)
    chain.seal()
    chain.anchor(now=NOW)
    sweeps.verify_all(period=None, now=NOW)
    assert Fact.objects.get(event=events.VERIFIED).details == {"faults": 0, "first": ""}
