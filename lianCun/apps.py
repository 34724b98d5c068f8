"""The Django project: composes every app, imported by nobody."""

from django.apps import AppConfig

from kit import navigation
from kit.navigation import Section


class LianCunConfig(AppConfig):
    name = "lianCun"
    verbose_name = "联村"

    def ready(self) -> None:
        # 我的 stands last on the phone's bottom bar; sections without a page yet are left out.
        for section in (
            Section(10, "工作台", "home", "workbench", on_phone=True),
            Section(20, "议事", "talk", "deliberation", on_phone=True),
            Section(30, "资源", "box", "resources", on_phone=True),
            Section(40, "我的单位", "village", "my-unit", on_phone=True),
            Section(90, "我的", "person", "me", on_phone=True),
        ):
            navigation.register(section)
