"""What 资源整合 reminds people of, as open rows with their last day; and who is told of which fact."""

from datetime import date

from django.db.models import F, QuerySet

from kit.reminders import HeardFact, Told
from kit.scoping import standing_of
from orgs.choices import Role
from resources.choices import DemandState
from resources.models import Demand
from resources.selectors.demands import demand_by_label


def demands_to_accept(on: date) -> QuerySet:
    """Demands that wait to be accepted. One returned to its unit is not among them: the clock stands still (F-11)."""
    return _open(DemandState.SUBMITTED, last="accept_by_on", since="submitted_at")


def demands_to_answer(on: date) -> QuerySet:
    """Accepted demands without an answer. One that waits for an outside answer is not among them (F-11)."""
    return _open(DemandState.ACCEPTED, last="answer_by_on", since="accepted_at").filter(answered_at=None)


def _open(state: str, *, last: str, since: str) -> QuerySet:
    return Demand.objects.filter(state=state).annotate(
        remind_by=F(last),
        remind_since=F(since),
        remind_title=F("title"),
        remind_path=F("unit__path"),
        remind_body=F("body_id"),
        remind_key=F("pk"),
    )


def told_to_author(fact: HeardFact) -> Told | None:
    """Who wrote a demand hears of each step."""
    demand = demand_by_label(fact.subject)
    if demand is None:
        return None
    return Told(
        people={demand.author_id},
        title=demand.title,
        page="demand",
        key=demand.pk,
        path=demand.unit.path,
        body_id=demand.body_id,
    )


def waits_for_township(person, demand: Demand) -> bool:
    """The person's unit waits for its demand to be accepted or answered, and may nudge. No query."""
    is_open = demand.state == DemandState.SUBMITTED or (
        demand.state == DemandState.ACCEPTED and demand.answered_at is None
    )
    roles = (Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE)
    return is_open and any(p.org_id == demand.unit_id and p.role in roles for p in standing_of(person).posts)
