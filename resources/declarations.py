"""What 资源整合 registers with kit at start-up. No logic."""

from kit import (
    audit,
    constraints,
    facts,
    guards,
    homes,
    parameters,
    policies,
    providers,
    reminders,
    summaries,
    todos,
    trace,
)
from kit.parameters import Kind
from kit.reminders import Rule, To, after, at, before, escalate
from orgs.choices import Role
from resources import events, selectors
from resources.policies import TABLE
from resources.selectors import reminders as due

policies.register(TABLE)
todos.register("resources", selectors.todos)
trace.register(selectors.TRACED_KIND)
facts.entitle(events.TITLES)
providers.register("subjects", selectors.subjects)
constraints.explain("resources_layerconsent_layer_id_key", code="already_consented", message="已经同意过这处改动。")

for _name, _default, _says, _source in (
    ("accept_days", 3, "需求受理期限", "F-11"),
    ("answer_days", 10, "需求答复期限", "F-11"),
    ("escalate_days", 5, "红灯转上级", "F-11"),
):
    parameters.declare(f"resources.{_name}", Kind.INTEGER, _default, _says, _source, unit="个工作日", least=1, most=60)

audit.govern("resources.Demand", ignore=("home_id",))
audit.govern("resources.Settlement")
# Words are added, never changed: neither a layer nor the consent to it.
guards.append_only("resources.DemandLayer", "resources.LayerConsent")

homes.keep(homes.Homes(title="需求", table="resources.Demand", tree="orgs.Organization"))

# The dashboard's figures: by state, by quarter of submission, and by the date on which the light turns.
summaries.keep(
    summaries.Summary(
        title="需求汇总",
        source="resources.Demand",
        counts="resources.DemandCount",
        deltas="resources.DemandDelta",
        unit="unit_id",
        tree="orgs.Organization",
        keys={
            "body_id": "r.body_id",
            "state": "r.state",
            "quarter": "to_char(r.submitted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY\"Q\"Q')",
            "due_on": "CASE r.state WHEN 'submitted' THEN r.accept_by_on WHEN 'accepted' THEN r.answer_by_on END",
        },
        where="r.state <> 'draft' AND r.submitted_at IS NOT NULL",
    )
)
audit.exempt("resources.DemandCount", "resources.DemandDelta", because="由数据库按需求表自动汇总，随时可以重新汇总")

# --- whom the deadlines of demands remind (F-11) ----------------------------------------------------------------------

for _name, _title, _subjects, _early in (
    ("accept", "受理需求", due.demands_to_accept, ()),
    ("answer", "答复需求", due.demands_to_answer, (before("before_3", 3, "还有3个工作日到期"),)),
):
    reminders.declare(
        Rule(
            f"resources.demand_{_name}",
            _title,
            "F-11",
            "resources.demand",
            page="demand",
            subjects=_subjects,
            holders=(To("unit__parent", (Role.TOWNSHIP_OFFICER,)),),
            above=(
                To("unit__parent", (Role.TOWNSHIP_SECRETARY,)),
                To("unit__parent__parent", (Role.ORGANIZATION_OFFICER,)),
            ),
            waiting=(To("unit", (Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE)),),
            steps=(
                *_early,
                before("before_1", 1, "还有1个工作日到期"),
                at("今天到期"),
                after("overdue", 1, "已超期"),
                escalate("resources.escalate_days", "超期多日，请督促"),
            ),
        )
    )

# Who wrote a demand hears of each step.
reminders.hear(
    *(events.DEMAND_ACCEPTED, events.DEMAND_RETURNED, events.DEMAND_LAYERED, events.DEMAND_VERIFIED),
    *(events.DEMAND_WAITING, events.SETTLEMENT_DECLINED, events.DEMAND_SETTLED, events.DEMAND_TABLED),
    *(events.DEMAND_UNTABLED, events.DEMAND_DECIDED, events.DEMAND_STARTED, events.DEMAND_FULFILLED),
    *(events.DEMAND_CLOSED, events.DEMAND_ESCALATED),
    told=due.told_to_author,
)
