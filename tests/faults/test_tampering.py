"""Every kind of tampering, again and again at random places as superuser: all found up to the last published anchor."""

import os
import random
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import transaction

from kit import chain, facts, verify
from kit.actors import System
from kit.ids import new_id
from tests import tampering

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DISTRICT = SimpleNamespace(pk=new_id(), path="d511902/t107/")
CHAIN = "facts/d511902"
LENGTH = 40
# Times each kind is tried; ``./lian faults`` raises it.
ROUNDS = int(os.environ.get("LIANCUN_FAULT_ROUNDS", "3"))
TABLES = ("kit_fact", "kit_seal", "kit_anchor")


def test_all_found_and_named(superuser, settings, tmp_path):
    settings.ANCHOR_FILE = str(tmp_path / "anchors.txt")
    with transaction.atomic():
        for n in range(LENGTH):
            facts.record("kitapp.done", actor=System("tests"), org=DISTRICT, subject=f"x:{n}", at=NOW, amount=n)
    chain.seal()
    chain.anchor(now=NOW)
    held = chain.read_anchor_file()
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("CREATE SCHEMA sound")
    for table in TABLES:
        superuser.execute(f"CREATE TABLE sound.{table} AS TABLE public.{table}")
    rng = random.Random(20261123)
    missed = []
    try:
        for name, kind in tampering.KINDS.items():
            for _ in range(ROUNDS):
                at = rng.randint(1, LENGTH)
                places = kind(tampering.Tamperer(superuser, CHAIN, LENGTH), at, rng)
                found = verify.verify(CHAIN, held)
                if not found or found[0].number not in places:
                    missed.append((name, at, found[:1]))
                superuser.execute("SET session_replication_role = replica")
                for table in TABLES:
                    superuser.execute(f"DELETE FROM public.{table}")
                    superuser.execute(f"INSERT INTO public.{table} OVERRIDING SYSTEM VALUE SELECT * FROM sound.{table}")
        assert verify.verify(CHAIN, held) == [], "control: put back, nothing is found"
    finally:
        superuser.execute("DROP SCHEMA sound CASCADE")
    assert missed == []
