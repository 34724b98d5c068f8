"""Measures the product beside small floor programs, on the same machine, database, rows and load."""
