"""Facts: written with the change, delivered exactly once, a failing listener in nobody's way."""

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from kit import facts
from kit.actors import System
from kit.ids import new_id
from kit.models import Delivery, DeliveryFailure, Fact
from kit.services import request_id, service
from tests.kitapp.models import Effect, Thing

ACTOR = System("tests")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
VILLAGE = SimpleNamespace(pk=new_id(), path="d511902/t107/v205/")
DONE = "kitapp.thing.done"


@service
def finish(*, actor, title: str, fail: bool = False) -> Thing:
    thing = Thing.objects.create(title=title)
    facts.record(DONE, actor=actor, org=VILLAGE, subject=thing, at=NOW, title_length=len(title))
    if fail:
        raise ZeroDivisionError
    return thing


@pytest.fixture
def listeners(monkeypatch):
    """An empty register of subscribers for this test."""
    monkeypatch.setattr(facts, "_subscribers", {})


def listen(name: str, effect=None):
    def write(fact: Fact) -> None:
        Effect.objects.create(subscriber=name, fact=fact.pk)

    return facts.subscribe(DONE, name=name)(effect or write)


def effects(name: str) -> list:
    return list(Effect.objects.filter(subscriber=name).values_list("fact", flat=True))


@pytest.mark.django_db
class TestRecord:
    def test_what_a_fact_holds(self):
        token = request_id.set("req-7")
        try:
            thing = finish(actor=ACTOR, title="丰收")
        finally:
            request_id.reset(token)
        fact = Fact.objects.get()
        assert (fact.event, fact.actor, fact.actor_id) == (DONE, "system:tests", None)
        assert (fact.org_id, fact.org_path, fact.district) == (VILLAGE.pk, VILLAGE.path, "d511902")
        assert (fact.subject, fact.at, fact.request_id) == (f"kitapp.thing:{thing.pk}", NOW, "req-7")
        assert fact.details == {"title_length": 2}

    def test_a_person_stands_by_id_never_by_name(self):
        person = SimpleNamespace(pk=new_id(), name="张三")
        with transaction.atomic():
            fact = facts.record(DONE, actor=person, org=VILLAGE, subject="orgs.person:1", at=NOW)
        assert (fact.actor, fact.actor_id) == (str(person.pk), person.pk)

    def test_the_database_says_when_it_was_recorded(self):
        with transaction.atomic():
            fact = facts.record(DONE, actor=ACTOR, org=None, subject="x:1", at=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            now = cursor.fetchone()[0]
        assert timedelta(0) < now - fact.recorded_at < timedelta(minutes=1)

    def test_a_writer_cannot_date_it_back(self):
        fact = Fact(event=DONE, actor="x", subject="x:1", at=NOW, recorded_at=NOW)
        fact.save(force_insert=True)
        fact.refresh_from_db()
        assert fact.recorded_at != NOW

    def test_it_costs_one_statement(self, django_assert_num_queries):
        with transaction.atomic(), django_assert_num_queries(1):
            facts.record(DONE, actor=ACTOR, org=VILLAGE, subject="x:1", at=NOW)

    def test_nobody_is_no_actor(self):
        with pytest.raises(ValueError, match="actor"):
            facts.record(DONE, actor=None, org=None, subject="x:1", at=NOW)

    def test_the_trail_of_a_subject(self):
        thing = finish(actor=ACTOR, title="甲")
        finish(actor=ACTOR, title="乙")
        with transaction.atomic():
            facts.record("kitapp.thing.seen", actor=ACTOR, org=None, subject=thing, at=NOW - timedelta(days=1))
        assert [fact.event for fact in facts.trail(thing)] == ["kitapp.thing.seen", DONE]


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_fact_and_change_commit_together(self):
        finish(actor=ACTOR, title="甲")
        assert (Thing.objects.count(), Fact.objects.count()) == (1, 1)

    def test_or_neither_does(self):
        with pytest.raises(ZeroDivisionError):
            finish(actor=ACTOR, title="甲", fail=True)
        assert (Thing.objects.count(), Fact.objects.count()) == (0, 0)

    def test_outside_a_transaction_there_is_no_recording(self):
        with pytest.raises(RuntimeError, match="transaction"):
            facts.record(DONE, actor=ACTOR, org=None, subject="x:1", at=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("listeners")
class TestDelivery:
    def test_each_subscriber_takes_effect_once_however_often_the_relay_runs(self):
        listen("a")
        listen("b")
        things = [finish(actor=ACTOR, title=str(n)) for n in range(3)]
        assert facts.deliver_pending(now=NOW) == 6
        assert facts.deliver_pending(now=NOW) == facts.deliver_pending(now=NOW, full=True) == 0
        assert len(effects("a")) == len(effects("b")) == len(things)

    def test_only_what_it_listens_to(self):
        listen("a")
        with transaction.atomic():
            facts.record("kitapp.other", actor=ACTOR, org=None, subject="x:1", at=NOW)
        assert facts.deliver_pending(now=NOW) == 0

    def test_the_effect_stands_in_the_trail_under_the_subscriber(self):
        seen = []

        def effect(fact: Fact) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('liancun.actor')")
                seen.append(cursor.fetchone()[0])

        listen("a", effect)
        finish(actor=ACTOR, title="甲")
        facts.deliver_pending(now=NOW)
        assert seen == ["system:subscriber:a"]

    def test_in_portions(self):
        listen("a")
        for n in range(5):
            finish(actor=ACTOR, title=str(n))
        assert [facts.deliver_pending(now=NOW, limit=2) for _ in range(4)] == [2, 2, 1, 0]

    def test_a_fact_that_commits_late_is_delivered_though_later_ones_were(self):
        """ "No receipt yet", never "id above the last seen"."""
        listen("a")
        started, go = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                facts.record(DONE, actor=ACTOR, org=VILLAGE, subject="x:slow", at=NOW)
                started.set()
                go.wait(10)
            connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        started.wait(10)
        finish(actor=ACTOR, title="快")
        facts.deliver_pending(now=NOW)
        go.set()
        thread.join()
        late = Fact.objects.get(subject="x:slow")
        assert late.pk < Delivery.objects.get().fact_id, "control: above the last seen id it would be missed"
        facts.deliver_pending(now=NOW)
        assert late.pk in effects("a")

    def test_after_an_outage_everything_is_caught_up(self, superuser):
        """The window of a sweep starts where the last complete one did, however long ago that was."""
        listen("a")
        facts.deliver_pending(now=NOW)
        finish(actor=ACTOR, title="停机前")
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE kit_fact SET recorded_at = recorded_at - interval '3 days'")
        superuser.execute("UPDATE kit_sweep SET complete_before = complete_before - interval '4 days'")
        assert facts.deliver_pending(now=NOW) == 1

    def test_the_daily_full_run_finds_what_the_window_missed(self, superuser):
        listen("a")
        facts.deliver_pending(now=NOW)
        finish(actor=ACTOR, title="甲")
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE kit_fact SET recorded_at = recorded_at - interval '3 days'")
        assert facts.deliver_pending(now=NOW) == 0
        assert facts.deliver_pending(now=NOW, full=True) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("listeners")
class TestFailing:
    @pytest.fixture
    def broken(self):
        """A subscriber that writes, then fails while ``broken`` holds something."""
        faults = [RuntimeError("对方未就绪")]

        def effect(fact: Fact) -> None:
            Effect.objects.create(subscriber="broken", fact=fact.pk)
            if faults:
                raise faults[0]

        listen("broken", effect)
        return faults

    def test_its_half_effect_is_undone_and_the_others_go_on(self, broken):
        listen("sound")
        finish(actor=ACTOR, title="甲")
        assert facts.deliver_pending(now=NOW) == 1
        assert (len(effects("broken")), len(effects("sound"))) == (0, 1)
        assert DeliveryFailure.objects.get().last_error == "RuntimeError: 对方未就绪"

    def test_it_is_retried_with_back_off(self, broken):
        finish(actor=ACTOR, title="甲")
        facts.deliver_pending(now=NOW)
        facts.deliver_pending(now=NOW + timedelta(seconds=9))
        assert DeliveryFailure.objects.get().attempts == 1
        facts.deliver_pending(now=NOW + timedelta(seconds=10))
        assert DeliveryFailure.objects.get().attempts == 2
        broken.clear()
        facts.deliver_pending(now=NOW + timedelta(hours=1))
        assert len(effects("broken")) == 1
        assert not DeliveryFailure.objects.exists()

    def test_one_bad_fact_does_not_stop_the_next(self):
        def picky(fact: Fact) -> None:
            if fact.details["title_length"] == 1:
                raise ValueError("太短")
            Effect.objects.create(subscriber="picky", fact=fact.pk)

        listen("picky", picky)
        finish(actor=ACTOR, title="甲")
        finish(actor=ACTOR, title="甲乙")
        facts.deliver_pending(now=NOW)
        assert len(effects("picky")) == 1

    def test_a_lost_cause_becomes_a_dead_letter_until_somebody_retries_it(self, broken):
        finish(actor=ACTOR, title="甲")
        at = NOW
        for _ in range(len(facts.BACK_OFF) + 1):
            facts.deliver_pending(now=at)
            at += max(facts.BACK_OFF)
        (letter,) = facts.dead_letters()
        assert (letter.subscriber, letter.attempts) == ("broken", len(facts.BACK_OFF) + 1)
        facts.deliver_pending(now=at, full=True)
        assert facts.dead_letters().get().attempts == len(facts.BACK_OFF) + 1
        broken.clear()
        facts.retry([letter], now=at)
        assert facts.deliver_pending(now=at) == 1
        assert len(effects("broken")) == 1


@pytest.mark.usefixtures("listeners")
def test_a_name_belongs_to_one_subscriber():
    listen("a")
    with pytest.raises(ValueError, match="twice"):
        listen("a", lambda fact: None)
