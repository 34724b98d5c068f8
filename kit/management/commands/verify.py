"""The nightly check: does everything that was written still stand as it was written (☒ in the list of invariants)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from kit import chain, verify

SHOWN = 20


class Command(BaseCommand):
    help = "核对：链与锚点、留存的个人信息、触发器与权限，以及各应用登记的核对。有问题时退出码为 1。"
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("--anchors", type=Path, help="另外保存的锚点文件；不写则用系统公布的那一份")
        parser.add_argument("--write-released", action="store_true", help="发布时：把现在的触发器与权限写成发布清单")

    def handle(self, *args, **options) -> None:
        if options["write_released"]:
            self.stdout.write(f"已写入 {verify.RELEASED.name}，摘要 {verify.release()}")
            return
        anchors = chain.read_anchor_file(options["anchors"]) if options["anchors"] else None
        if options["anchors"] and not anchors:
            raise CommandError(f"锚点文件 {options['anchors']} 里没有锚点。")
        faults = 0
        for title, found in verify.run(anchors):
            self.stdout.write(f"{'×' if found else '√'} {title}")
            for sentence in found[:SHOWN]:
                self.stdout.write(f"    {sentence}")
            if len(found) > SHOWN:
                self.stdout.write(f"    …… 共 {len(found)} 处")
            faults += len(found)
        if faults:
            raise CommandError(f"核对发现 {faults} 处问题。")
        self.stdout.write(self.style.SUCCESS("核对通过"))
