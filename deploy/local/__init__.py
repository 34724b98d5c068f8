"""The launcher behind ``./lian``: private PostgreSQL, processes, demo, tests, backup. Imports no app."""
