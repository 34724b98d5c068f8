"""议事协调机制: how we decide. Knows no subject: a motion is about ``app.model:id`` or nothing."""

from django.apps import AppConfig


class DeliberationConfig(AppConfig):
    name = "deliberation"
    verbose_name = "议事协调"

    def ready(self) -> None:
        from deliberation import declarations, tasks  # noqa: F401 - need the models loaded
