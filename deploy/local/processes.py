"""Starts the product's processes in one process group, watches them, and ends all of them together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from deploy.local.state import ROOT, say

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# Everything must be gone six seconds after Ctrl-C; gunicorn and Celery get five to finish.
GRACE_SECONDS = 5.0

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(sent: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: Linux sends `sent` to the child when its parent dies, even by SIGKILL. No-op elsewhere."""
    parent = os.getpid()

    def arrange() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
            # The parent may have died between fork and prctl.
            if os.getppid() != parent:
                os._exit(1)

    return arrange


def adopt_orphans() -> None:
    """On Linux: what a child of this process leaves behind becomes this process's child. No-op elsewhere."""
    if _libc is not None:
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@dataclass
class Child:
    """One supervised process and the file its output goes to."""

    title: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def tail(self, lines: int = 20) -> str:
        with contextlib.suppress(OSError), self.log.open(encoding="utf-8", errors="replace") as stream:
            return "".join(deque(stream, lines)).rstrip()
        return ""


class Interrupted(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Turns SIGINT, SIGTERM and SIGHUP into `Interrupted`, once; later ones are ignored while things end."""

    def raise_once(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted

    before = {each: signal.signal(each, raise_once) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class Group:
    """The children of one run. Not reusable: start, watch, stop."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.children: list[Child] = []

    def start(self, title: str, command: list[str], log: Path) -> Child:
        """Start the command behind a guard of its own (`deploy.local.guard`), which outlives a killed launcher."""
        child = Child(title, command, log)
        with log.open("wb") as stream:
            child.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "deploy.local.guard", *command],
                env={**self.environment, "PYTHONPATH": str(ROOT)},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                # From the main thread only: Linux takes the starting thread for the parent.
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        self.children.append(child)
        return child

    def ended(self) -> Child | None:
        """The first child that ended by itself, if any."""
        return next((child for child in self.children if child.process and child.process.poll() is not None), None)

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """Poll `ready`; False when a child ended or the time is up."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.ended():
                return False
            if ready():
                return True
            time.sleep(0.1)
        return False

    def watch(self, each_second: Callable[[], Any]) -> Child:
        """Return the first child that ends; `each_second` looks after what is not a child."""
        while True:
            for _ in range(4):
                if child := self.ended():
                    return child
                time.sleep(0.25)
            each_second()

    def stop(self) -> None:
        """End every child; its guard asks it politely, and after the grace period no more."""
        started = [child.process for child in self.children if child.process]
        alive = [process for process in started if process.poll() is None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + 2 * GRACE_SECONDS
        for process in alive:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def report(self, child: Child) -> None:
        code = child.process.returncode if child.process else None
        say(f"\n{child.title}意外停止（退出码 {code}），日志 {child.log} 的最后几行：\n{child.tail()}\n")
