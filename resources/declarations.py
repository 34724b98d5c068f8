"""What 资源整合 registers with kit at start-up. No logic."""

from kit import audit, facts, guards, parameters, policies, todos
from kit.parameters import Kind
from resources import events, selectors
from resources.policies import TABLE

policies.register(TABLE)
todos.register("resources", selectors.todos)
facts.entitle(events.TITLES)

for _name, _default, _says, _source in (
    ("accept_days", 3, "需求受理期限", "F-11"),
    ("answer_days", 10, "需求答复期限", "F-11"),
    ("escalate_days", 5, "红灯转上级", "F-11"),
):
    parameters.declare(f"resources.{_name}", Kind.INTEGER, _default, _says, _source, unit="个工作日", least=1, most=60)

audit.govern("resources.Demand")
audit.govern("resources.Settlement")
guards.append_only("resources.DemandLayer")
