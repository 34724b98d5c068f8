"""组织准备机制: who we are, how we came together, who holds which post."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "组织准备"

    def ready(self) -> None:
        from orgs import declarations, tasks  # noqa: F401 - need the models loaded
