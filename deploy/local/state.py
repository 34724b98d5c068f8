"""Where one checkout keeps its data on this machine, and the small file primitives the launcher shares."""

import contextlib
import ctypes
import fcntl
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent.parent


class LaunchError(Exception):
    """Something the person at the terminal can act on; the message is shown without a traceback."""


def stop_with(message: str) -> NoReturn:
    raise LaunchError(message)


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Instance:
    """The state folder of one checkout: venv, database, logs, files, secrets. Never inside the checkout."""

    folder: Path

    @classmethod
    def current(cls) -> "Instance":
        folder = os.environ.get("LIANCUN_INSTANCE")
        if not folder:
            stop_with("请用 ./lian 启动。Start through ./lian.")
        return cls(Path(folder))

    @property
    def logs(self) -> Path:
        return made(self.folder / "logs", mode=0o700)

    @property
    def files(self) -> Path:
        return made(self.folder / "files", mode=0o700)

    @property
    def static(self) -> Path:
        return made(self.folder / "static")

    @property
    def cache(self) -> Path:
        return made(self.folder / "cache")

    def secret_key(self) -> str:
        """The installation's key, made once and readable by its user alone."""
        path = self.folder / "secret_key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(64))
        return path.read_text().strip()


def made(folder: Path, mode: int = 0o755) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=mode)
    return folder


def write_private(path: Path, text: str) -> None:
    """Write atomically with mode 0600; a reader sees the old text or the new one, never half."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    temporary.replace(path)


def flush(folder: Path) -> None:
    """Bring everything written to the file system of `folder` to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        ctypes.CDLL(None).syncfs(descriptor)
    except AttributeError:  # not Linux
        os.sync()
    finally:
        os.close(descriptor)


def read_json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers bind: a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None) -> int:
    """A port on 127.0.0.1 that was free a moment ago; callers retry when somebody else was quicker."""
    if preferred and port_is_free(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class FileLock:
    """An advisory lock that the kernel drops when its holder dies, however it dies. Not inherited by children."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor: int | None = None

    def take(self, *, shared: bool = False, wait: float = 0.0) -> bool:
        """Take the lock within `wait` seconds; True if held now."""
        if self.descriptor is None:
            self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(self.descriptor, mode | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    self.drop()
                    return False
                time.sleep(0.05)
            else:
                return True

    def take_blocking(self) -> None:
        """Wait for the exclusive lock without limit."""
        if self.descriptor is None:
            self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)

    def drop(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def is_held_elsewhere(self) -> bool:
        """Whether another process holds it exclusively right now."""
        if self.take():
            self.drop()
            return False
        return True


@contextlib.contextmanager
def held(path: Path, *, wait: float, refusal: str) -> Iterator[None]:
    lock = FileLock(path)
    if not lock.take(wait=wait):
        stop_with(refusal)
    try:
        yield
    finally:
        lock.drop()
