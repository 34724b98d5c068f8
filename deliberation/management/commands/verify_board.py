"""The boards of the votes alone; ``verify`` checks them every night with everything else."""

from django.core.management.base import BaseCommand, CommandError

from deliberation import selectors


class Command(BaseCommand):
    help = "核对每次表决的表决板：校验链、名册、票数和结果。有问题时退出码为 1。"
    requires_system_checks = []

    def handle(self, *args, **options) -> None:
        faults = list(selectors.board_faults())
        for fault in faults:
            self.stdout.write(f"× {fault}")
        if faults:
            raise CommandError(f"核对发现 {len(faults)} 处问题。")
        self.stdout.write(self.style.SUCCESS("表决板核对通过"))
