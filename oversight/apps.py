"""运行保障机制: how it stays honest; the dashboards."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "运行保障"

    def ready(self) -> None:
        from oversight import declarations, subscribers, tasks  # noqa: F401 - need the models loaded
