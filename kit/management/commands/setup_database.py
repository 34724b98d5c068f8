"""Bring the database to what this version needs: roles, extensions, migrations, triggers, grants, seeds."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kit import database
from kit.env import env


class Command(BaseCommand):
    help = "建立或更新数据库：角色、扩展、迁移、触发器、权限、初始数据。可以重复运行。"
    requires_system_checks = []

    def handle(self, *args, **options) -> None:
        try:
            database.set_up(
                now=timezone.now(), superuser_url=env.str("DATABASE_SUPERUSER_URL", default=""), say=self.say(options)
            )
        except database.SetupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS("数据库已就绪"))

    def say(self, options):
        return (lambda line: self.stdout.write(f"  {line}")) if options["verbosity"] else (lambda line: None)
