"""Many callers at one moment, each on a connection of its own."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connection

from kit.errors import DomainError

# ./lian faults raises it.
ROUNDS = int(os.environ.get("LIANCUN_FAULT_ROUNDS", "3"))


def rush(calls: Iterable[Callable[[], Any]], *, patience: float = 120.0) -> list[str]:
    """Start all calls at once. For each, in order: ``done``, or the code of the refusal. Anything else is raised."""
    calls = list(calls)
    barrier = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(30)
            call()
            outcomes[place] = "done"
        except DomainError as refusal:
            outcomes[place] = refusal.code
        except BaseException as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    [thread.start() for thread in threads]
    [thread.join(patience) for thread in threads]
    if failed := [each for each in outcomes if not isinstance(each, str)]:
        raise AssertionError(failed[0]) from failed[0]
    return outcomes


def counted(outcomes: Iterable[str]) -> dict[str, int]:
    return dict(Counter(outcomes))


class Crossing:
    """Holds everybody who passes until all ``callers`` are here, once; who waits in vain goes on alone."""

    def __init__(self, callers: int, patience: float = 1.5) -> None:
        self._barrier = threading.Barrier(callers)
        self._patience = patience

    def __call__(self) -> None:
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(self._patience)


@contextmanager
def without_constraint(superuser, table: str, definition: str) -> Iterator[None]:
    """The database's last word off, for a control. The table is emptied and the constraint put back."""
    (name,) = superuser.execute(
        "SELECT conname::text FROM pg_constraint WHERE conrelid = %s::regclass AND pg_get_constraintdef(oid) = %s",
        [table, definition],
    ).fetchone()
    superuser.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(f"DELETE FROM {table}")
        superuser.execute("RESET session_replication_role")
        superuser.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
