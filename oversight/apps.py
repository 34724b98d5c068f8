"""运行保障机制: how it stays honest; the dashboards. Not furnished yet."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "运行保障"
