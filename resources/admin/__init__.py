"""The admin screens of 资源整合. Every write is one service call; see docs/recipes/add-an-admin-screen.md."""

from resources.admin import demands

__all__ = ["demands"]
