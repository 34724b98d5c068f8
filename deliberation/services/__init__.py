"""The verbs of 议事协调, one module per aggregate."""
