"""The admin screens of 运行保障. Every write is one service call; see docs/recipes/add-an-admin-screen.md."""

from oversight.admin import complaints

__all__ = ["complaints"]
