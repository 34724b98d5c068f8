"""Periodic work of 资源整合."""

from datetime import datetime, timedelta

from kit.actors import System
from kit.jobs import sweep
from resources.services import demands


@sweep("resources.escalation", every=timedelta(hours=1))
def escalate_overdue_demands(*, period, now: datetime) -> None:
    """Demands that have been red for the days of the rule go by themselves to the level above (F-11)."""
    demands.escalate_overdue(actor=System("resources.escalation"), now=now)
