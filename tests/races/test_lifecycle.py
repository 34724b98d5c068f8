"""A lifecycle is advanced by one compare-and-set: of many callers at one moment exactly one wins."""

import threading

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from kit.errors import IllegalMove
from tests.kitapp.models import THING, Thing, ThingState

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

CALLERS = 8


def together(advance) -> list[str]:
    """Let CALLERS threads read the same row, then all advance it; returns what became of each."""
    thing = Thing.objects.create(title="甲")
    barrier = threading.Barrier(CALLERS)
    outcomes: list[str] = []

    def call() -> None:
        try:
            row = Thing.objects.get(pk=thing.pk)
            barrier.wait(10)
            with transaction.atomic():
                advance(row)
            outcomes.append("won")
        except IllegalMove:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(CALLERS)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(outcomes)


def test_exactly_one_wins():
    outcomes = together(lambda row: THING.advance(row, "start", count=row.count + 1))
    assert outcomes == ["refused"] * (CALLERS - 1) + ["won"]
    assert Thing.objects.get().count == 1


def test_control_read_check_save_lets_several_win():
    """Without the compare-and-set everybody who read the old state passes the check."""

    def read_check_save(row: Thing) -> None:
        if row.state not in THING.moves["start"].sources:
            raise IllegalMove("太晚")
        row.state = ThingState.OPEN
        row.save()

    assert together(read_check_save).count("won") > 1


def test_the_loser_learns_the_state_in_words():
    row = Thing.objects.create(title="甲", state=ThingState.DONE)
    with pytest.raises(IllegalMove, match="现在是“已办结”，只有“草稿”时才能“开始”"):
        THING.advance(row, "start")


def test_the_database_refuses_a_state_nobody_declared():
    with pytest.raises(IntegrityError, match="thing_state"):
        Thing.objects.create(title="甲", state="lost")
