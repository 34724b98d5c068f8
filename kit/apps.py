"""Shared primitives. Knows no app: nothing here imports a mechanism."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "kit"
    verbose_name = "基础"

    def ready(self) -> None:
        from kit import database, declarations, holidays  # noqa: F401  registers start-up checks, guards and seeds
