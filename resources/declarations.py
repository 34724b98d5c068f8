"""What 资源整合 registers with kit at start-up. No logic."""

from kit import audit, constraints, facts, guards, parameters, policies, providers, summaries, todos
from kit.parameters import Kind
from resources import events, selectors
from resources.policies import TABLE

policies.register(TABLE)
todos.register("resources", selectors.todos)
facts.entitle(events.TITLES)
providers.register("subjects", selectors.subjects)
constraints.explain("resources_layerconsent_layer_id_key", code="already_consented", message="已经同意过这处改动。")

for _name, _default, _says, _source in (
    ("accept_days", 3, "需求受理期限", "F-11"),
    ("answer_days", 10, "需求答复期限", "F-11"),
    ("escalate_days", 5, "红灯转上级", "F-11"),
):
    parameters.declare(f"resources.{_name}", Kind.INTEGER, _default, _says, _source, unit="个工作日", least=1, most=60)

audit.govern("resources.Demand")
audit.govern("resources.Settlement")
# Words are added, never changed: neither a layer nor the consent to it.
guards.append_only("resources.DemandLayer", "resources.LayerConsent")

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
