"""The Django project: composes every app, imported by nobody."""

from django.apps import AppConfig


class LianCunConfig(AppConfig):
    name = "lianCun"
    verbose_name = "联村"
