"""Folders that the database's own user can enter, and helpers that wait for what other processes do."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import binaries, postgres

ROOT = Path(__file__).resolve().parent.parent.parent


def eventually(condition: Callable[[], object], *, seconds: float = 15) -> bool:
    """Whether `condition` came true in time; asks ten times a second."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def python(code: str, **options) -> subprocess.Popen:
    """A process of its own that runs `code` with the launcher importable."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )


def server_pid(cluster: postgres.Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and not postgres.is_zombie(pid)


def open_folder() -> Path:
    """Not `tmp_path`: pytest closes its folders to every other user, so the database's user could not enter."""
    path = Path(tempfile.mkdtemp(prefix="liancun-tests-"))
    path.chmod(0o711)
    return path


@pytest.fixture
def folder() -> Iterator[Path]:
    path = open_folder()
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """A cluster that has run once; tests work on copies, because initdb is most of the time."""
    path = open_folder()
    made = postgres.Cluster(path / "one", binaries.find())
    made.acquire()
    made.release()
    assert made.wait_stopped(20)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def cluster(folder: Path, initialised: Path) -> Iterator[postgres.Cluster]:
    """A durable cluster that has been made, and that nobody has started."""
    subprocess.run(["cp", "-a", f"{initialised}/.", folder], check=True)
    # Killed processes lose nothing that was written; only a power cut would, which no test makes.
    made = postgres.Cluster(folder / "one", binaries.find(), settings={"fsync": "off"})
    yield made
    made.release()
    assert made.wait_stopped(20)
