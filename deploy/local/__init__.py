"""The launcher behind ``./lian``: private PostgreSQL, processes, demo, tests, backup. Standard library only."""
