"""``manage.py load_demo``: the standing case of 三江镇, for the demo only."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kit.env import env
from lianCun.demo import load


class Command(BaseCommand):
    help = "装入三江镇演示数据（只用于演示，重复执行不会重复装入）"

    def handle(self, *args, **options) -> None:
        if not settings.DEMO:
            raise CommandError("演示数据只能装入演示环境（LIANCUN_DEMO=1），正式环境请用 first_run。")
        loaded = load.load(now=timezone.now(), requests=env.bool("LIANCUN_DEMO_REQUESTS", default=True))
        self.stdout.write("演示数据已装入。" if loaded else "演示数据已在库中。")
