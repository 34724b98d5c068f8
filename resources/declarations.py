"""What 资源整合 registers with kit at start-up. No logic."""

from kit import audit, guards, policies
from resources.policies import TABLE

policies.register(TABLE)

audit.govern("resources.Demand")
audit.govern("resources.Settlement")
guards.append_only("resources.DemandLayer")
