"""Reads of 资源整合. List selectors return scoped querysets; the others return frozen dataclasses."""

from resources.selectors.demands import demand_by_label, demand_light, demands, escalating, lit, todos, writable
from resources.selectors.home import DemandHome, Layer, answers_offer, demand_home, open_steps

__all__ = [
    "DemandHome",
    "Layer",
    "answers_offer",
    "demand_by_label",
    "demand_home",
    "demand_light",
    "demands",
    "escalating",
    "lit",
    "open_steps",
    "todos",
    "writable",
]
