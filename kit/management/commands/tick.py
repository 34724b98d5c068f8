"""Do the periodic work that is due, once or over and over, on machines without Celery (cron, systemd timer)."""

import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from kit import clock, jobs


class Command(BaseCommand):
    help = "运行到期的周期作业。不带参数运行一次；--every 5 每 5 秒一次，直到按 Ctrl-C。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--every", type=float, default=0, metavar="秒", help="每隔几秒运行一次")

    def handle(self, *args, **options) -> None:
        if not options["every"]:
            self.tick()
            return
        while True:
            # A database that is away for a while does not end the ticker; what was missed is caught up.
            try:
                self.tick()
            except DatabaseError as fault:
                self.stderr.write(f"数据库暂时连不上：{type(fault).__name__}")
                close_old_connections()
            time.sleep(options["every"])

    def tick(self) -> None:
        for done in jobs.tick(now=clock.database_now()):
            self.stdout.write(done)
