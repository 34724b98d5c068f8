"""联习共训机制: how we learn. Not furnished yet."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "联习共训"
