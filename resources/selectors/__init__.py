"""Reads of 资源整合. List selectors return scoped querysets; the others return frozen dataclasses."""

from resources.selectors.demands import (
    demand_by_label,
    demand_light,
    demand_rows,
    demands,
    escalating,
    layers,
    lit,
    subjects,
    todos,
    writable,
)
from resources.selectors.figures import Counts, DemandFigures, demand_figures, demands_behind
from resources.selectors.home import (
    DemandHome,
    Layer,
    answers_offer,
    demand_home,
    held_by,
    held_until,
    layer_in_reach,
    open_steps,
)
from resources.selectors.register import COLUMNS as REGISTER_COLUMNS
from resources.selectors.register import register, register_lines
from resources.selectors.reminders import waits_for_township
from resources.selectors.trace import KIND as TRACED_KIND

__all__ = [
    "REGISTER_COLUMNS",
    "TRACED_KIND",
    "Counts",
    "DemandFigures",
    "DemandHome",
    "Layer",
    "answers_offer",
    "demand_by_label",
    "demand_figures",
    "demand_home",
    "demand_light",
    "demand_rows",
    "demands",
    "demands_behind",
    "escalating",
    "held_by",
    "held_until",
    "layer_in_reach",
    "layers",
    "lit",
    "open_steps",
    "register",
    "register_lines",
    "subjects",
    "todos",
    "waits_for_township",
    "writable",
]
