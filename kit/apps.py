"""Shared primitives. Knows no app: nothing here imports a mechanism."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "kit"
    verbose_name = "基础"
