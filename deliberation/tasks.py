"""Periodic work of 议事协调."""

from datetime import datetime, timedelta

from deliberation.services import resolutions
from kit.actors import System
from kit.jobs import sweep

NOTICE_ENDS = System("deliberation.notices", verbs=frozenset({"resolution.form"}))


@sweep("deliberation.ended_notices", every=timedelta(minutes=10))
def effect_ended_notices(*, period, now: datetime) -> None:
    """Resolutions whose notice ended without an open objection take effect by themselves (F-28)."""
    resolutions.effect_ended_notices(actor=NOTICE_ENDS, now=now)
