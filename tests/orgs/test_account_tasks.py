"""The nightly work on accounts, done by the ticker."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from kit import facts, jobs
from orgs.services import sign_ins
from tests.factories import PersonFactory

NIGHT = datetime(2026, 11, 23, 19, 5, tzinfo=UTC)  # 03:05 on 24 November in Shanghai


@pytest.mark.django_db
def test_the_ticker_disables_unused_accounts_once_a_night(cast):
    old = PersonFactory(organization=cast.daxing, username="old", account_since=NIGHT - timedelta(days=91))
    done = jobs.tick(now=NIGHT)
    assert any(name.startswith("orgs.unused_accounts ") for name in done)
    old.refresh_from_db()
    assert not old.is_active
    assert facts.trail(old).get().actor == "system:unused-accounts"
    assert not any(name.startswith("orgs.unused_accounts ") for name in jobs.tick(now=NIGHT + timedelta(minutes=1)))


@pytest.mark.django_db
def test_the_ticker_drops_expired_sessions(secretary_li):
    session = SessionStore()
    session.create()
    row = sign_ins.open_sign_in(
        actor=secretary_li, session_key=session.session_key, address="", browser="", now=NIGHT - timedelta(days=31)
    )
    Session.objects.update(expire_date=NIGHT - timedelta(days=1))
    jobs.tick(now=NIGHT)
    row.refresh_from_db()
    assert row.end == "idle"
    assert not Session.objects.exists()
