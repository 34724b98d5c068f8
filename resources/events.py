"""Names of the facts that 资源整合 records. Past tense."""

DEMAND_SUBMITTED = "resources.demand.submitted"
DEMAND_ACCEPTED = "resources.demand.accepted"
DEMAND_RETURNED = "resources.demand.returned"  # reason
DEMAND_RESUBMITTED = "resources.demand.resubmitted"
DEMAND_LAYERED = "resources.demand.layered"  # level, differs
LAYER_CONSENTED = "resources.demand.layer_consented"  # layer
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

# What the screen calls them, in the trail and under 已办.
TITLES = {
    DEMAND_SUBMITTED: "提交需求",
    DEMAND_ACCEPTED: "受理需求",
    DEMAND_RETURNED: "退回补正",
    DEMAND_RESUBMITTED: "补正后提交",
    DEMAND_LAYERED: "加注需求",
    LAYER_CONSENTED: "同意加注的改动",
    DEMAND_VERIFIED: "核实需求",
    DEMAND_WAITING: "等外部答复",
    DEMAND_OBJECTED: "对初核提出异议",
    DEMAND_ESCALATED: "超期转上级",
    SETTLEMENT_OFFERED: "提出简易办理",
    SETTLEMENT_DECLINED: "不同意简易办理",
    DEMAND_SETTLED: "双方商定",
    DEMAND_TABLED: "提为议题",
    DEMAND_UNTABLED: "议题未通过或撤回",
    DEMAND_DECIDED: "会议议定",
    DEMAND_STARTED: "开始落实",
    DEMAND_FULFILLED: "报落实",
    DEMAND_CONFIRMED: "确认办结",
    DEMAND_REOPENED: "没有落实",
    DEMAND_CLOSED: "了结需求",
    DEMAND_WITHDRAWN: "撤回需求",
}
