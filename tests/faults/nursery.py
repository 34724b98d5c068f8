"""Real processes to be killed, born quickly: one loaded process forks a child for each order.

``python -m tests.faults.nursery`` reads orders (JSON lines: a function ``module:name`` and its arguments), forks, and
answers with the child's pid. ``Nursery`` is the test's side of it.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def alive(pid: int) -> bool:
    """False for a process that has ended, reaped or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Nursery:
    """Starts children in the worker's database. Every child is dead when the context ends."""

    def __init__(self, env: dict[str, str]):
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.nursery"],
            cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        self.children: set[int] = set()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for pid in list(self.children):
            self.kill(pid)
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def start(self, function: str, **arguments) -> int:
        """Fork a child that calls ``function``; its pid. The child exits when the function returns."""
        pid = self._ask({"call": function, "with": arguments})
        self.children.add(pid)
        return pid

    def kill(self, pid: int) -> None:
        """SIGKILL, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.wait(pid)

    def wait(self, pid: int) -> int:
        """Wait for a child to end; its exit code, negative for a signal."""
        self.children.discard(pid)
        return self._ask({"wait": pid})

    def _ask(self, order: dict) -> int:
        self._process.stdin.write(json.dumps(order) + "\n")
        line = self._process.stdout.readline()
        assert line, "the nursery died"
        return int(line)


def _live() -> None:
    import django

    django.setup()
    from django.db import connections

    importlib.import_module("tests.faults.bodies")  # once, instead of in every child
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            try:
                _, status = os.waitpid(order["wait"], 0)
                print(os.waitstatus_to_exitcode(status), flush=True)
            except ChildProcessError:
                print(0, flush=True)
            continue
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        code = 1
        try:
            sys.stdin.close()
            module, _, name = order["call"].partition(":")
            getattr(importlib.import_module(module), name)(**order["with"])
            connections.close_all()
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)


if __name__ == "__main__":
    _live()
