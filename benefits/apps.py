"""利益共享机制: how we share. Not furnished yet."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "benefits"
    verbose_name = "利益共享"
