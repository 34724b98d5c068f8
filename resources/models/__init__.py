"""Demands with their layers and the consent to them, settlements, and the counts that dashboards read."""

from resources.models.counts import DemandCount, DemandDelta
from resources.models.demands import DEMAND, Demand, DemandLayer, LayerConsent, Settlement

__all__ = ["DEMAND", "Demand", "DemandCount", "DemandDelta", "DemandLayer", "LayerConsent", "Settlement"]
