"""``manage.py first_run``: the district and its first people, with one-time passwords instead of a seed password."""

import os
import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kit.actors import System
from kit.errors import DomainError
from orgs.choices import Role
from orgs.services.first_run import FIRST_ROLES, SETTING_UP, HandedOut, Newcomer, set_up_district

ACTOR = System("first_run", verbs=SETTING_UP)


def flag(role: str) -> str:
    return role.replace("_", "-")


class Command(BaseCommand):
    help = "首次设置：建立区委和三类管理员、第一位组织部干部，打印一次性临时密码。已有管理员时拒绝。"

    def add_arguments(self, parser):
        parser.add_argument("--division", help="县（区）6 位区划代码；也可用环境变量 FIRST_RUN_DIVISION")
        parser.add_argument("--committee", help="区委名称；不填用区划名加“委”")
        for role in FIRST_ROLES:
            parser.add_argument(
                f"--{flag(role)}",
                metavar="姓名:登录名",
                help=f"{Role(role).label}；也可用环境变量 FIRST_RUN_{role.upper()}",
            )

    def handle(self, **options):
        division = self._value(options["division"], "FIRST_RUN_DIVISION", "县（区）6 位区划代码，例如 511902")
        committee = options["committee"] or os.environ.get("FIRST_RUN_COMMITTEE", "")
        people = [self._newcomer(role, options[role]) for role in FIRST_ROLES]
        try:
            handed = set_up_district(
                actor=ACTOR, division_code=division, committee=committee, people=people, now=timezone.now()
            )
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
        print_once(self.stdout, handed)

    def _newcomer(self, role: str, given: str | None) -> Newcomer:
        label = Role(role).label
        text = self._value(given, f"FIRST_RUN_{role.upper()}", f"{label}（姓名:登录名，例如 张三:zhangsan）")
        name, colon, username = text.replace("：", ":").partition(":")
        if not (name.strip() and colon and username.strip()):
            raise CommandError(f"{label}应写成“姓名:登录名”，收到“{text}”。")
        return Newcomer(role, name.strip(), username.strip())

    def _value(self, given: str | None, variable: str, question: str) -> str:
        found = given or os.environ.get(variable, "")
        if not found and sys.stdin.isatty():
            found = input(f"{question}：")
        if not found.strip():
            raise CommandError(f"缺少{question}；可用参数、环境变量 {variable}，或在终端里逐项填写。")
        return found.strip()


def print_once(out, handed: list[HandedOut]) -> None:
    """The one time these passwords are shown."""
    out.write("以下临时密码只显示这一次，请分别当面交给本人：")
    for each in handed:
        out.write(f"  {Role(each.role).label}  {each.name}  登录名 {each.username}  临时密码 {each.password}")
    out.write("本人登录后登记动态口令，并立即改成自己的密码。")
