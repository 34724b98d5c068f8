"""``python -m deploy.local COMMAND …``, called by ``./lian`` inside the project's environment."""

import subprocess
import sys
from collections.abc import Callable

from deploy.local import backup, checks, demo, environment
from deploy.local.state import ROOT, Instance, LaunchError, say


def manage(instance: Instance, arguments: list[str]) -> int:
    """Django's command line with this checkout's database; paths in arguments are relative to where the caller is."""
    with environment.with_database(instance) as (variables, _cluster):
        try:
            return subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], env=variables).returncode
        except KeyboardInterrupt:
            return 130


COMMANDS: dict[str, Callable[[Instance, list[str]], int]] = {
    "demo": demo.run,
    "manage": manage,
    "backup": backup.run_backup,
    "restore": backup.run_restore,
    "test": checks.test,
    "lint": checks.lint,
    "faults": checks.faults,
    "bench": checks.bench,
    "lock": checks.lock,
}


def main() -> int:
    command, arguments = sys.argv[1], sys.argv[2:]
    try:
        return COMMANDS[command](Instance.current(), arguments)
    except LaunchError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
