"""``manage.py import_divisions FILE…``: load the published division codes, all rows or none."""

from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kit.actors import System
from kit.errors import DomainError
from orgs.services.division_files import DivisionFile
from orgs.services.divisions import VERB, import_divisions

ACTOR = System("import_divisions", verbs=frozenset({VERB}))
_WIDTH = 30


class Command(BaseCommand):
    help = "从公布的 CSV 导入行政区划（code,name,areaCode…）；可给多个文件或文件夹，先后不限，可重复运行。"

    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="FILE", help="CSV 文件，或含 CSV 文件的文件夹")

    def handle(self, *, paths, verbosity=1, **options):
        with ExitStack() as stack:
            files = [DivisionFile(path.name, stack.enter_context(_open(path))) for path in _expand(paths)]
            progress = _Progress(self.stderr) if verbosity else None
            try:
                load = import_divisions(actor=ACTOR, files=files, now=timezone.now(), progress=progress)
            except DomainError as refusal:
                raise CommandError("\n".join([*refusal.errors.get("files", []), refusal.message])) from None
        if verbosity:
            self._report(load)

    def _report(self, load):
        for file in load.files:
            taken = f"已跳过（{file.passed_over}）" if file.passed_over else f"{file.rows} 行"
            self.stdout.write(f"{file.name}: {taken}，sha256 {file.sha256}")
        for code, old, new in load.renamed:
            self.stdout.write(f"更名 {code}: {old} → {new}")
        self.stdout.write(f"新增 {load.created}，更名 {load.changed}，未变 {load.unchanged}。")


def _expand(paths) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        inside = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        if not inside:
            raise CommandError(f"{path}: 文件夹里没有 CSV 文件")
        files += inside
    return files


def _open(path: Path):
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"{path}: 打不开（{error.strerror}）") from None


class _Progress:
    """A bar on a terminal; in a log one line each ten per cent."""

    def __init__(self, stderr) -> None:
        self._stderr, self._shown = stderr, ("", -1)
        self._step = 1 if stderr.isatty() else 10

    def __call__(self, stage: str, done: int, total: int) -> None:
        percent = done * 100 // total if total else 100
        mark = percent - percent % self._step
        if self._shown == (stage, mark):
            return
        self._shown = (stage, mark)
        if self._step == 1:
            filled = "█" * (percent * _WIDTH // 100)
            self._stderr.write(f"\r{stage} {filled:<{_WIDTH}} {percent:3d}%", ending="\n" if percent == 100 else "")
        else:
            self._stderr.write(f"{stage} {mark}%")
