"""组织准备机制: who we are, how we came together, who holds which post."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "组织准备"
