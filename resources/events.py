"""Names of the facts that 资源整合 records. Past tense."""

DEMAND_SUBMITTED = "resources.demand.submitted"
DEMAND_ACCEPTED = "resources.demand.accepted"
DEMAND_RETURNED = "resources.demand.returned"  # reason
DEMAND_RESUBMITTED = "resources.demand.resubmitted"
DEMAND_LAYERED = "resources.demand.layered"  # level, differs
DEMAND_VERIFIED = "resources.demand.verified"
DEMAND_WAITING = "resources.demand.waiting"  # reason
DEMAND_OBJECTED = "resources.demand.objected"
DEMAND_ESCALATED = "resources.demand.escalated"  # to
SETTLEMENT_OFFERED = "resources.demand.settlement_offered"  # partner
SETTLEMENT_DECLINED = "resources.demand.settlement_declined"  # reason
DEMAND_SETTLED = "resources.demand.settled"  # partner
DEMAND_TABLED = "resources.demand.tabled"  # motion
DEMAND_UNTABLED = "resources.demand.untabled"
DEMAND_DECIDED = "resources.demand.decided"  # resolution
DEMAND_STARTED = "resources.demand.started"
DEMAND_FULFILLED = "resources.demand.fulfilled"
DEMAND_CONFIRMED = "resources.demand.confirmed"
DEMAND_REOPENED = "resources.demand.reopened"  # reason
DEMAND_CLOSED = "resources.demand.closed"  # reason
DEMAND_WITHDRAWN = "resources.demand.withdrawn"  # reason
