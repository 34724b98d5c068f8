"""``manage.py demo_logins``: one login per role, as a table for the terminal."""

import unicodedata

from django.core.management.base import BaseCommand

from lianCun.demo import sanjiang as story
from orgs.choices import Role


def _pad(text: str, width: int) -> str:
    """Pad by columns on the screen: a Chinese character takes two."""
    return text + " " * max(0, width - sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text))


class Command(BaseCommand):
    help = "列出演示账号，每个角色一个"

    def handle(self, *args, **options) -> None:
        people = {somebody.login: somebody for somebody in story.PEOPLE}
        self.stdout.write(f"{_pad('登录名', 14)}{_pad('姓名', 14)}{_pad('单位', 30)}职责")
        for login in story.SHOWN:
            somebody = people[login]
            roles = "、".join(Role(role).label for role, *_ in somebody.posts)
            self.stdout.write(f"{_pad(login, 14)}{_pad(somebody.name, 14)}{_pad(somebody.home, 30)}{roles}")
        self.stdout.write(f"演示密码（所有账号相同）：{story.PASSWORD}")
