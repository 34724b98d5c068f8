"""One small app for kit's own tests, so that kit is tested without knowing any mechanism."""

from django.apps import AppConfig


class KitAppConfig(AppConfig):
    name = "tests.kitapp"
    label = "kitapp"
    verbose_name = "测试用"

    def ready(self) -> None:
        from tests.kitapp import declarations  # noqa: F401
