"""Demands with their layers, the settlement of simple matters, and the counts that dashboards read."""

from resources.models.counts import DemandCount, DemandDelta
from resources.models.demands import DEMAND, Demand, DemandLayer, Settlement

__all__ = ["DEMAND", "Demand", "DemandCount", "DemandDelta", "DemandLayer", "Settlement"]
