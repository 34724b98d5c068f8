"""Shared primitives. Knows no app: nothing here imports a mechanism."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "kit"
    verbose_name = "基础"

    def ready(self) -> None:
        # Start-up checks, guards, seeds and periodic work register themselves.
        from kit import database, declarations, holidays, sweeps  # noqa: F401
