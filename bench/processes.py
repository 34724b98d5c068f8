"""Servers under measurement, and what their processes cost, read from /proc."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.database import ROOT, environment

WORKERS = 2
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_ms(pids: Iterable[int]) -> float:
    """User and system time of these processes so far; one that is gone counts nothing."""
    total = 0.0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += (int(fields[11]) + int(fields[12])) * _TICK_MS
    return total


def buried_cpu_ms(pid: int) -> float:
    """What the children of a process cost that have ended: for the backends of a private PostgreSQL."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[13]) + int(fields[14])) * _TICK_MS


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory_mb(pid: int) -> float:
    """Resident memory of one process, what it shares with its siblings included."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def peak_memory_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


@dataclass
class Server:
    """One gunicorn with two workers on a port of this machine."""

    port: int
    pid: int

    @property
    def workers(self) -> list[int]:
        return children(self.pid)


@contextmanager
def serving(database: str, application: str, settings: str) -> Iterator[Server]:
    """Start a server on the database and stop it afterwards. Raises RuntimeError with its log if it stays down."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(WORKERS), "--worker-class", "gthread", "--threads", "4", "--keep-alive", "75"),
        *("--log-level", "warning", "--timeout", "120"),
    ]
    # A file, not a pipe: a pipe that nobody reads stops a server that logs.
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            env={**environment(database), "DJANGO_SETTINGS_MODULE": settings, "CONN_MAX_AGE": "600"},
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_for(port, process, log)
            yield Server(port, process.pid)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def worker_memory_mb(database: str, seconds: float = 25.0) -> float:
    """Resident memory of a Celery worker with its ticker, as the demo starts it, after ``seconds`` of ticking.

    Raises RuntimeError with its log if it ended by itself.
    """
    with tempfile.TemporaryDirectory() as state, tempfile.TemporaryFile() as log:
        command = [
            *(sys.executable, "-m", "celery", "-A", "lianCun", "worker", "--beat", "--pool", "threads"),
            *("--concurrency", "2", "--without-gossip", "--without-mingle", "--schedule", f"{state}/schedule"),
        ]
        process = subprocess.Popen(
            command,
            env={**environment(database), "DJANGO_SETTINGS_MODULE": "lianCun.settings", "LIANCUN_STATE": state},
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            time.sleep(seconds)
            if process.poll() is not None:
                log.seek(0)
                raise RuntimeError(log.read().decode("utf-8", "replace")[-2000:])
            return max(memory_mb(pid) for pid in (process.pid, *children(process.pid)))
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(port: int, process: subprocess.Popen, log) -> None:
    for _ in range(300):
        if process.poll() is not None:
            log.seek(0)
            raise RuntimeError(log.read().decode("utf-8", "replace")[-2000:])
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not open its port within 30 s")
