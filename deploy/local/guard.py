"""Runs one command and sees to its end: politely when asked or when the launcher dies, after the grace period by force.

``python -m deploy.local.guard COMMAND…`` stands between the launcher and each of its processes: a launcher that was
killed cannot wait for a busy worker, this can. What the command had started itself goes with it.
"""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from deploy.local.processes import GRACE_SECONDS, Interrupted, adopt_orphans, die_with_parent, interruptible


def main(command: list[str]) -> int:
    """Returns the command's exit code, or as a shell does 128 + the signal that ended it."""
    adopt_orphans()
    with interruptible():
        child = subprocess.Popen(command, preexec_fn=die_with_parent(signal.SIGKILL))
        try:
            child.wait()
        except Interrupted:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(GRACE_SECONDS)
        child.kill()
        code = child.wait()
        end_what_it_left()
    return 128 - code if code < 0 else code


def end_what_it_left() -> None:
    """Kill what the command had started; as each falls, its own children come to this process in turn."""
    while left := children():
        for pid in left:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def children() -> list[int]:
    """The pids whose parent is this process; none where there is no /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # "pid (name) state parent …"; a name may hold blanks and brackets.
            if int(path.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(path.parent.name))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
