"""Send what waits in the outbox, once or over and over, on machines without Celery or as a process of its own."""

import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from kit import outbox


class Command(BaseCommand):
    help = "发送发件箱里到期的消息。不带参数发完为止；--every 2 每 2 秒看一次，直到按 Ctrl-C。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--every", type=float, default=0, metavar="秒", help="每隔几秒看一次")

    def handle(self, *args, **options) -> None:
        if not options["every"]:
            self.drain()
            return
        while True:
            try:
                self.drain()
            except DatabaseError as fault:
                self.stderr.write(f"数据库暂时连不上：{type(fault).__name__}")
                close_old_connections()
            time.sleep(options["every"])

    def drain(self) -> None:
        if sent := outbox.drain(seconds=60):
            self.stdout.write(f"已发送 {sent} 条")
