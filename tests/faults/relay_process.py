"""A relay that gets killed: started by tests/faults, forks one child per round, each child is a real process.

Arguments: how (``receipt`` or a control; ``seal`` for the sealer), where to die, how many rounds. In each round a child
delivers and kills itself with SIGKILL at its n-th effect; then another child delivers the rest. Prints one line a
round: the signal that ended the first child.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import django

django.setup()

from django.db import connections, transaction  # noqa: E402

from kit import chain, facts  # noqa: E402
from kit.actors import System  # noqa: E402
from kit.models import Fact  # noqa: E402
from tests.kitapp.models import Effect  # noqa: E402

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FACTS = 5


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def effect(place: str, fatal: int) -> Callable[[Fact], None]:
    """Writes one Effect; dies at the fatal one: before it, during its transaction, or right after the commit."""
    seen = 0

    def write(fact: Fact) -> None:
        nonlocal seen
        seen += 1
        if seen == fatal and place == "before":
            die()
        Effect.objects.create(subscriber="counter", fact=fact.pk)
        if seen == fatal and place == "during":
            die()
        if seen == fatal and place == "after":
            transaction.on_commit(die)

    return write


def with_receipt(write: Callable[[Fact], None]) -> None:
    facts._subscribers.clear()
    facts.subscribe("kitapp.done", name="counter")(write)
    facts.deliver_pending(now=NOW)


def effect_then_mark(write: Callable[[Fact], None]) -> None:
    """Control: at least once; the receipt commits after the effect."""
    _marked(write, mark_first=False)


def mark_then_effect(write: Callable[[Fact], None]) -> None:
    """Control: at most once; the receipt commits before the effect."""
    _marked(write, mark_first=True)


def _marked(write: Callable[[Fact], None], *, mark_first: bool) -> None:
    done = Effect.objects.filter(subscriber="mark").values("fact")
    for fact in Fact.objects.exclude(pk__in=done).order_by("pk"):
        if mark_first:
            Effect.objects.create(subscriber="mark", fact=fact.pk)
        with transaction.atomic():
            write(fact)
        if not mark_first:
            Effect.objects.create(subscriber="mark", fact=fact.pk)


HOW = {"receipt": with_receipt, "effect_then_mark": effect_then_mark, "mark_then_effect": mark_then_effect}


def child(work: Callable[[], None]) -> int:
    """Run ``work`` in a process of its own; returns the signal that ended it, 0 for none."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    _, outcome = os.waitpid(pid, 0)
    if os.WIFEXITED(outcome) and os.WEXITSTATUS(outcome):
        raise SystemExit("a child failed")
    return os.WTERMSIG(outcome) if os.WIFSIGNALED(outcome) else 0


def write_facts() -> None:
    with transaction.atomic():
        for n in range(FACTS):
            facts.record("kitapp.done", actor=System("tests"), org=None, subject=f"x:{n}", at=NOW)


def seal_and_die() -> None:
    """A sealer that dies with its seals written and not yet committed."""

    def wrapper(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if 'INSERT INTO "kit_seal"' in sql:
            die()
        return result

    with connections["default"].execute_wrapper(wrapper):
        chain.seal()


def main(how: str, place: str, rounds: int) -> None:
    connections.close_all()
    if how == "seal":
        for _ in range(rounds):
            child(write_facts)
            print(child(seal_and_die))
            child(chain.seal)
        return
    relay = HOW[how]
    for number in range(rounds):
        child(write_facts)
        died = child(lambda number=number: relay(effect(place, number % FACTS + 1)))
        child(lambda: relay(effect("never", 0)))
        print(died)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
