"""``manage.py rescue_administrator``: back into the system from its own console, when no administrator can log in."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kit.actors import System
from kit.errors import DomainError
from orgs.management.commands.first_run import print_once
from orgs.services.first_run import RESCUING
from orgs.services.first_run import rescue_administrator as rescue

ACTOR = System("rescue_administrator", verbs=RESCUING)


class Command(BaseCommand):
    help = "管理员都登不上时，在服务器上恢复其中一人：启用、发新的临时密码、重置动态口令。会留下办理记录。"

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="登录名")

    def handle(self, *, username, **options):
        try:
            print_once(self.stdout, [rescue(actor=ACTOR, username=username, now=timezone.now())])
        except DomainError as refusal:
            raise CommandError(refusal.message) from None
