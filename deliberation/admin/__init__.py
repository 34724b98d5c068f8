"""The admin screens of 议事协调. Every write is one service call; see docs/recipes/add-an-admin-screen.md."""

from deliberation.admin import checklists, decisions, meetings, minutes, motions, objections, polls, seats, tasks

__all__ = ["checklists", "decisions", "meetings", "minutes", "motions", "objections", "polls", "seats", "tasks"]
