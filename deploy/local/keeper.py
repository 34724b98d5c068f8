"""Keeps one PostgreSQL server alive exactly as long as somebody uses it.

Every user of the cluster (demo, manage, tests, backup) holds a shared lock on `users.lock`. The kernel drops a lock
when its holder dies, however it dies; when the last one is gone the keeper gets the exclusive lock and stops the
server cleanly. The server in turn is asked to shut down when the keeper dies. So nothing stays behind after SIGKILL.

Started as ``python -m deploy.local.keeper SPEC``; SPEC is a JSON file (see `Cluster._start`).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from deploy.local.processes import die_with_parent
from deploy.local.state import FileLock

LOG_LIMIT = 8 * 1024 * 1024


def main(spec_path: Path) -> int:
    spec = json.loads(spec_path.read_text(encoding="utf-8"))
    folder = Path(spec["folder"])
    own = FileLock(folder / "keeper.lock")
    if not own.take(wait=2):  # a probe by somebody who asks whether we run lasts a moment
        return 3  # another keeper serves this cluster
    users = FileLock(folder / "users.lock")
    # The terminal's Ctrl-C is for those who use the server; it goes down after the last of them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    log = folder / "server.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(folder / "server.log.1")
    who = {} if spec["uid"] is None else {"user": spec["uid"], "group": spec["gid"], "extra_groups": []}
    with log.open("ab") as stream:
        server = subprocess.Popen(
            spec["command"],
            env=spec["environment"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            restore_signals=True,
            preexec_fn=die_with_parent(signal.SIGINT),  # SIGINT is PostgreSQL's fast, clean shutdown
            **who,
        )
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))

    def stop_after_last_user() -> None:
        users.take_blocking()
        server.send_signal(signal.SIGINT)

    threading.Thread(target=stop_after_last_user, daemon=True).start()
    code = server.wait()
    if spec["throwaway"]:
        # Whoever still holds a lock keeps an open file; the folder can go at once.
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if code == 0 else 1


if __name__ == "__main__":
    code = main(Path(sys.argv[1]))
    # The lock thread may still be waiting; leave without it.
    os._exit(code)
