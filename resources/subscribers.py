"""What 资源整合 hears from deliberation: the fate of the motions about its demands."""

from deliberation import events as deliberation
from kit import facts
from kit.actors import System
from resources import events, selectors
from resources.services import following

FOLLOWER = System("resources.following")

_STEPS = {
    deliberation.MOTION_REJECTED: ("untable", events.DEMAND_UNTABLED),
    deliberation.MOTION_WITHDRAWN: ("untable", events.DEMAND_UNTABLED),
    deliberation.MOTION_MERGED: ("untable", events.DEMAND_UNTABLED),
    deliberation.MOTION_ADOPTED: ("decide", events.DEMAND_DECIDED),
    deliberation.RESOLUTION_EFFECTIVE: ("start", events.DEMAND_STARTED),
    # An upheld objection: the body treats it again.
    deliberation.RESOLUTION_SENT_BACK: ("table_again", events.DEMAND_TABLED),
    deliberation.RESOLUTION_TERMINATED: ("untable", events.DEMAND_UNTABLED),
    deliberation.RESOLUTION_COMPLETED: ("fulfil", events.DEMAND_FULFILLED),
}


@facts.subscribe(*_STEPS, name="resources.demand.follows_motion")
def follow_motion(fact) -> None:
    """Move the demand along; facts about other things are none of ours."""
    demand = selectors.demand_by_label(fact.details.get("about", ""))
    if demand is not None:
        step, event = _STEPS[fact.event]
        following.follow_outcome(
            actor=FOLLOWER, demand=demand, step=step, event=event, now=fact.at, ground=fact.subject
        )
