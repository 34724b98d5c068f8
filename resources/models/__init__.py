"""Demands with their layers, and the settlement of simple matters."""

from resources.models.demands import DEMAND, Demand, DemandLayer, Settlement

__all__ = ["DEMAND", "Demand", "DemandLayer", "Settlement"]
