"""议事协调机制: how we decide. Not furnished yet."""

from django.apps import AppConfig


class DeliberationConfig(AppConfig):
    name = "deliberation"
    verbose_name = "议事协调"
