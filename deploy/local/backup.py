"""``./lian backup`` and ``./lian restore``: one file with the database, the private files and a manifest of checksums.

The manifest names the last published anchor of every chain, so that a restored database can be proved to reach at
least to what was known outside when the backup was made.
"""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from deploy.local import database, environment
from deploy.local.state import ROOT, FileLock, Instance, made, say, stop_with

FORMAT = 1
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files/"
CHUNK = 1024 * 1024
MARK = ".restore-"  # folders of a restore in progress, never part of a backup


def run_backup(instance: Instance, arguments: list[str]) -> int:
    """Write ``liancun-YYYYMMDD-HHMMSS.tar`` (mode 0600) into the given folder, default ``backups`` of the state."""
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        stop_with("用法：./lian backup [目录]")
    folder = made(Path(arguments[0]) if arguments else instance.folder / "backups", mode=0o700)
    with environment.with_database(instance) as (variables, _cluster):
        path = make(variables, folder, now=datetime.now(UTC))
    print(f"备份完成：{path}（{path.stat().st_size / 1024 / 1024:.1f} MB）\n恢复：./lian restore {path}")
    return 0


def make(variables: dict[str, str], folder: Path, *, now: datetime) -> Path:
    """The backup as one tar file; nothing is left in `folder` when it fails. Raises LaunchError."""
    path = folder / f"liancun-{now:%Y%m%d-%H%M%S}.tar"
    unfinished = path.with_suffix(".part")
    owner_url, files = variables["DATABASE_OWNER_URL"], Path(variables["MEDIA_ROOT"])
    with database.connect(owner_url) as link:
        if not database.tables(link):
            stop_with("数据库是空的，没有可备份的内容。")
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "version": tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
            "postgresql": database.major(link),
            "migrations": database.migrations(link),
            # Read before the dump: whatever was anchored by now is in it.
            "anchors": database.anchors(link),
            "sha256": {},
        }
        programs = database.client_programs(manifest["postgresql"])
    try:
        with tempfile.TemporaryDirectory(prefix=MARK, dir=folder) as scratch:
            dump = Path(scratch) / DUMP
            database.dump(programs, owner_url, dump)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream, tarfile.open(fileobj=stream, mode="w") as archive:
                # The dump first and the files after it: every file the dump names exists by now.
                manifest["sha256"][DUMP] = add(archive, DUMP, dump)
                for file in private_files(files):
                    name = FILES + file.relative_to(files).as_posix()
                    manifest["sha256"][name] = add(archive, name, file)
                text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
                header = tarfile.TarInfo(MANIFEST)
                header.size, header.mode, header.mtime = len(text), 0o600, int(now.timestamp())
                archive.addfile(header, io.BytesIO(text))
                stream.flush()
                os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError as error:
        return stop_with(f"备份没有完成：{error}")
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def private_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and not path.is_symlink() and not path.relative_to(folder).parts[0].startswith(MARK):
            yield path


class Hashing:
    """A readable stream that knows the SHA-256 of what went through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.digest.update(data)
        return data


def add(archive: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as stream:
        header = tarfile.TarInfo(name)
        status = os.fstat(stream.fileno())
        header.size, header.mode, header.mtime = status.st_size, 0o600, int(status.st_mtime)
        hashing = Hashing(stream)
        archive.addfile(header, hashing)
    return hashing.digest.hexdigest()


def run_restore(instance: Instance, arguments: list[str]) -> int:
    """Put a backup back. Refuses a database with tables unless ``--force``, and any file whose checksum is wrong."""
    force = "--force" in arguments
    rest = [argument for argument in arguments if argument != "--force"]
    if len(rest) != 1 or rest[0].startswith("-"):
        stop_with("用法：./lian restore 备份文件 [--force]")
    lock = FileLock(instance.folder / "demo.lock")
    if not lock.take():
        stop_with("演示正在运行，请先按 Ctrl-C 停止它，再恢复。")
    try:
        with environment.with_database(instance) as (variables, _cluster):
            manifest = put_back(variables, Path(rest[0]), force=force)
            say("数据已恢复，正在核对版本、触发器和权限……")
            code = subprocess.run(
                [sys.executable, "-P", "-m", "deploy.local.prepare", "database", "verify"], env=variables, cwd=ROOT
            ).returncode
            if code != 0:
                stop_with("恢复的数据没有通过检查，原因见上。")
            with database.connect(variables["DATABASE_OWNER_URL"]) as link:
                missing = database.missing_anchors(link, manifest["anchors"])
            if missing:
                stop_with(f"恢复的数据缺少备份时已公布的链锚：{missing}")
    finally:
        lock.drop()
    print(f"恢复完成：备份时间 {manifest['made_at']}，链锚 {len(manifest['anchors'])} 个均在。")
    return 0


def put_back(variables: dict[str, str], source: Path, *, force: bool) -> dict[str, Any]:
    """Check the whole backup, then replace database and files; the database changes in one transaction.

    Returns the manifest. Raises LaunchError and changes nothing when anything is wrong.
    """
    owner_url, files = variables["DATABASE_OWNER_URL"], made(Path(variables["MEDIA_ROOT"]), mode=0o700)
    with tempfile.TemporaryDirectory(prefix=MARK, dir=files) as scratch:
        unpacked = Path(scratch)
        manifest = unpack(source, unpacked)
        refuse_newer(manifest)
        with database.connect(owner_url) as link:
            server = database.major(link)
            if server < manifest["postgresql"]:
                stop_with(f"备份来自 PostgreSQL {manifest['postgresql']}，不能恢复到较旧的 {server}。")
            if database.tables(link) and not force:
                stop_with("数据库不是空的，没有恢复。确实要用备份替换现有数据时加 --force（现有数据会被删除）。")
            if others := database.other_connections(link):
                stop_with(f"还有 {others} 个连接在使用数据库，请先停止网站和后台任务，再恢复。")
        database.restore(database.client_programs(server), owner_url, unpacked / DUMP, server=server, replace=force)
        swap_files(unpacked / FILES, files)
    return manifest


def unpack(source: Path, target: Path) -> dict[str, Any]:
    """Unpack only what the manifest lists and verify every checksum. Raises LaunchError."""
    try:
        with tarfile.open(source, mode="r:") as archive:
            entry = archive.extractfile(MANIFEST)
            manifest = json.loads(entry.read()) if entry else {}
            if manifest.get("format") != FORMAT:
                stop_with(f"{source} 不是本系统的备份，或格式版本不同。")
            for name, expected in manifest["sha256"].items():
                path = (target / name).resolve()
                if not path.is_relative_to(target.resolve()):
                    stop_with(f"备份中的路径不合法：{name}")
                made(path.parent, mode=0o700)
                stream = archive.extractfile(name)
                if stream is None or copy(stream, path) != expected:
                    stop_with(f"备份已损坏：{name} 的校验和不符，没有恢复任何内容。")
    except (OSError, KeyError, ValueError, tarfile.TarError) as error:
        stop_with(f"读不出备份 {source}：{error}")
    return manifest


def copy(stream: IO[bytes], path: Path) -> str:
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while data := stream.read(CHUNK):
            digest.update(data)
            target.write(data)
    return digest.hexdigest()


def refuse_newer(manifest: dict[str, Any]) -> None:
    """A backup of a later version has migrations this checkout does not know."""
    unknown = [
        f"{app}.{name}"
        for app, name in manifest["migrations"]
        if (ROOT / app).is_dir() and not (ROOT / app / "migrations" / f"{name}.py").exists()
    ]
    if unknown:
        stop_with(f"备份来自较新的版本（{manifest['version']}），请先升级程序。未知的迁移：{'、'.join(unknown[:5])}")


def swap_files(new: Path, files: Path) -> None:
    """Replace what is in `files` by what is in `new`; the folder itself may be a mount point and stays."""
    with tempfile.TemporaryDirectory(prefix=MARK, dir=files) as old:
        for path in list(files.iterdir()):
            if not path.name.startswith(MARK):
                path.rename(Path(old) / path.name)
        for path in list(new.iterdir()) if new.is_dir() else []:
            path.rename(files / path.name)
