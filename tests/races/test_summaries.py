"""Eight writers and a folder at once: nobody waits for anybody, nothing is lost, and the figure is right throughout."""

import random
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from kit import summaries
from kit.services import stamp
from orgs.services import organizations
from resources.models import Demand, DemandCount, DemandDelta
from tests.cast import make_cast
from tests.resources.test_demands import NOW
from tests.resources.test_summaries import MAKER, STATES, SUMMARY, a_demand

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

WRITERS = 8
ROUNDS = 25


def _run(*tasks: Callable[[], None]) -> list[BaseException]:
    """All at once, each on its own connection; returns what they raised."""
    raised: list[BaseException] = []

    def call(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=(task,)) for task in tasks]
    [thread.start() for thread in threads]
    [thread.join(120) for thread in threads]
    assert not any(thread.is_alive() for thread in threads)
    return raised


def _writer(cast, seed: int) -> Callable[[], None]:
    rng = random.Random(seed)

    def write() -> None:
        mine = []
        for _ in range(ROUNDS):
            with transaction.atomic():
                stamp(MAKER)
                mine += Demand.objects.bulk_create([a_demand(cast, rng)])
                Demand.objects.filter(pk=rng.choice(mine).pk).update(state=rng.choice(STATES))

    return write


def test_eight_writers_a_folder_and_a_move_lose_nothing_and_never_deadlock():
    cast = make_cast()
    wrong: list[object] = []
    written = threading.Event()

    def fold_and_look() -> None:
        while not written.is_set():
            summaries.of(SUMMARY).fold()
            wrong.extend(summaries.of(SUMMARY).differences())

    def move() -> None:
        for place in (cast.zengkou, cast.sanjiang, cast.zengkou):
            organizations.move_organization(
                actor=MAKER, organization=cast.mingyue, parent=place, reason="区划调整", now=NOW
            )

    def write_all() -> None:
        try:
            raised = _run(*(_writer(cast, seed) for seed in range(WRITERS)), move)
            assert raised == []
        finally:
            written.set()

    assert _run(write_all, fold_and_look, fold_and_look) == []
    assert wrong == []
    assert Demand.objects.count() == WRITERS * ROUNDS
    summaries.fold_all()
    assert not DemandDelta.objects.exists()
    assert summaries.of(SUMMARY).differences() == []


def test_control_a_folder_that_reads_first_and_deletes_afterwards_loses_what_came_between():
    cast = make_cast()
    rng = random.Random(1)

    def add() -> None:
        with transaction.atomic():
            stamp(MAKER)
            Demand.objects.bulk_create([a_demand(cast, rng)])

    add()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT unit_id, body_id, state, quarter, due_on, number FROM resources_demanddelta")
        taken = cursor.fetchall()
        assert _run(add) == []
        cursor.execute("DELETE FROM resources_demanddelta")
        DemandCount.objects.bulk_create(
            DemandCount(home_id=cast.sanjiang.pk, body_id=b, state=s, quarter=q, due_on=d, number=n)
            for _, b, s, q, d, n in taken
        )
    assert summaries.of(SUMMARY).differences() != []


def test_control_two_folders_without_the_lock_count_the_same_deltas_against_each_other():
    """With the lock a second folder leaves at once; without it one of the two waits for the other's rows."""
    cast = make_cast()
    with transaction.atomic():
        stamp(MAKER)
        Demand.objects.bulk_create([a_demand(cast, random.Random(2))])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({summaries.of(SUMMARY)._lock})")
        folded: list[int] = []
        assert _run(lambda: folded.append(summaries.of(SUMMARY).fold())) == []
        assert folded == [0]
    assert summaries.of(SUMMARY).fold() == 1
