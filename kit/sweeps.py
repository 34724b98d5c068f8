"""What the ticker does for kit: deliver, relay, seal, publish the heads, tidy up, look at everything, verify."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from kit import chain, drafts, events, facts, idempotency, jobs, outbox, summaries, throttling, verify
from kit.actors import System
from kit.files.storing import sweep_orphans
from kit.services import stamp

log = logging.getLogger(__name__)

VERIFIER = System("verify")


@jobs.sweep("kit.deliver", every=timedelta(seconds=5))
def deliver(*, period, now: datetime) -> None:
    facts.deliver_pending(now=now)


@jobs.sweep("kit.relay", every=timedelta(seconds=5))
def relay(*, period, now: datetime) -> None:
    outbox.drain(seconds=15)


@jobs.sweep("kit.purge", every=timedelta(hours=1))
def purge(*, period, now: datetime) -> None:
    """Forgets what has had its time: keys, windows, drafts, addresses of sent messages, old runs, blobs of nobody."""
    idempotency.purge(now=now)
    throttling.purge()
    drafts.purge(now=now)
    outbox.forget_payloads(now=now)
    jobs.forget_old(now=now)
    sweep_orphans()


@jobs.sweep("kit.fold", every=timedelta(seconds=20))
def fold(*, period, now: datetime) -> None:
    """Keeps the deltas behind every summary few; the figures are right without it, only slower to read."""
    summaries.fold_all()


@jobs.sweep("kit.seal", every=timedelta(seconds=20))
def seal(*, period, now: datetime) -> None:
    """Keeps the tail without seals under a minute."""
    chain.seal()


@jobs.sweep("kit.anchor", every=timedelta(hours=1))
def anchor(*, period, now: datetime) -> None:
    chain.anchor(now=now)


@jobs.sweep("kit.full_sweep", every=timedelta(days=1), lease=timedelta(hours=1))
def full_sweep(*, period, now: datetime) -> None:
    """What the windows of the frequent sweeps could have missed: a transaction open for more than an hour."""
    facts.deliver_pending(now=now, full=True)
    chain.seal(full=True)


@jobs.sweep("kit.verify", every=timedelta(days=1), lease=timedelta(hours=4))
def verify_all(*, period, now: datetime) -> None:
    """Nightly (☒). The outcome is a fact; every fault is an error in the log."""
    found = [(title, sentence) for title, sentences in verify.run() for sentence in sentences]
    for title, sentence in found:
        log.error("verify: %s: %s", title, sentence)
    with transaction.atomic():
        stamp(VERIFIER)
        facts.record(
            events.VERIFIED,
            actor=VERIFIER,
            org=None,
            subject="kit.trail:verify",
            at=now,
            faults=len(found),
            first=found[0][1] if found else "",
        )
