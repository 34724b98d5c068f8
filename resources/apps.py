"""资源整合机制: what we need, have and use."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"
    verbose_name = "资源整合"

    def ready(self) -> None:
        from resources import declarations, subscribers, tasks  # noqa: F401 - need the models loaded
