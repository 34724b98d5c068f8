"""The doors of periodic work: Celery's task, the two commands, and what kit declares."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from kit import clock, jobs, outbox, sinks
from kit.models import JobRun, OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    got = []
    undo = sinks.register("test", lambda key, payload, *, at: got.append(key))
    yield got
    undo()


def put(key="k"):
    with transaction.atomic():
        outbox.enqueue(key=key, channel="test", payload={}, due_at=clock.database_now())


@pytest.mark.usefixtures("sent")
def test_one_tick_does_everything_kit_declares():
    put()
    call_command("tick", verbosity=0)
    states = dict(JobRun.objects.filter(name__startswith="kit.").values_list("name", "state"))
    assert states == {each.name: "done" for each in jobs.declared() if each.name.startswith("kit.")}
    assert {"kit.relay", "kit.deliver", "kit.seal", "kit.anchor"} <= set(states)
    assert OutboxMessage.objects.get().state == "sent"


def test_the_task_ticks(sent):
    from kit.tasks import tick

    put()
    tick.apply(throw=True)
    assert sent == ["k"]


def test_the_relay_command_sends_until_nothing_is_due(sent):
    for number in range(5):
        put(str(number))
    with transaction.atomic():
        outbox.enqueue(key="later", channel="test", payload={}, due_at=clock.database_now() + timedelta(hours=1))
    call_command("relay", verbosity=0)
    assert sent == ["0", "1", "2", "3", "4"]


def test_every_declared_job_has_a_name_of_its_app():
    assert all("." in each.name for each in jobs.declared())
