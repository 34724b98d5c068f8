"""Periodic work on accounts."""

from datetime import datetime, timedelta

from kit.actors import System
from kit.jobs import job, sweep
from orgs.services import accounts, sign_ins

SWEEPER = System("unused-accounts", verbs=frozenset({"account.disable"}))
NIGHT = timedelta(hours=3)


@job("orgs.unused_accounts", every=timedelta(days=1), offset=NIGHT)
def disable_unused_accounts(*, period, now: datetime) -> None:
    """Every night at three: accounts that nobody has used for the days of the rule."""
    accounts.disable_unused_accounts(actor=SWEEPER, now=now)


@sweep("orgs.forgotten_sessions", every=timedelta(hours=1))
def close_forgotten_sessions(*, period, now: datetime) -> None:
    """Expired sessions are dropped and their sign-ins closed."""
    sign_ins.close_forgotten(actor=System("forgotten-sessions"), now=now)
