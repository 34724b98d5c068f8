"""Two loads of the same divisions at the same moment: one after the other, and the collision when the guard is off."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from orgs.models import Division
from orgs.services import divisions
from tests.orgs.test_divisions import THREE, load

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def _race(superuser):
    """The second load starts while the first has written and not yet committed. Returns both outcomes or errors."""
    written, go_on = threading.Event(), threading.Event()

    def hold(stage, done, total):
        if stage == "写入" and done == total:
            written.set()
            assert go_on.wait(30)

    def run(progress):
        try:
            return load(THREE, progress=progress)
        except IntegrityError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(run, hold)
        assert written.wait(30)
        second = pool.submit(run, None)
        for _ in range(1500):
            waiting = superuser.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchone()
            if waiting:
                break
            threading.Event().wait(0.02)
        go_on.set()
        assert waiting, "the second load never met the first"
        return first.result(60), second.result(60)


def test_two_loads_wait_for_each_other(superuser):
    first, second = _race(superuser)
    assert (first.created, second.created, second.unchanged) == (5, 0, 5)
    assert Division.objects.count() == 5


def test_control_without_the_turn_the_second_load_collides(superuser, monkeypatch):
    monkeypatch.setattr(divisions, "_take_turn", lambda: None)
    first, second = _race(superuser)
    assert first.created == 5
    assert isinstance(second, IntegrityError)
