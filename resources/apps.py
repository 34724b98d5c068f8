"""资源整合机制: what we need, have and use. Not furnished yet."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"
    verbose_name = "资源整合"
