"""Reads of 资源整合. List selectors return scoped querysets; the others return frozen dataclasses."""

from resources.selectors.demands import demand_by_label, demand_light, demands, escalating, todos

__all__ = ["demand_by_label", "demand_light", "demands", "escalating", "todos"]
