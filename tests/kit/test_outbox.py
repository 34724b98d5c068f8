"""The outbox: written with its cause, sent when due, marked once, never forgotten."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError
from hypothesis import given, settings
from hypothesis import strategies as st

from kit import outbox, sinks
from kit.actors import System
from kit.errors import Hidden, IllegalMove
from kit.models import OutboxMessage
from kit.outbox import Message
from kit.scoping import Place

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


class District:
    pk, path, place = uuid4(), "d511902/", Place("d511902/")


@pytest.fixture
def sink():
    """A channel that notes what it got and fails as told: ``sink.failures`` maps key → exception."""

    class Recorder:
        def __init__(self):
            self.got: list[str] = []
            self.tried: list[str] = []
            self.failures: dict[str, Exception] = {}
            self.meanwhile = lambda key: None

        def __call__(self, key, payload, *, at):
            self.tried.append(key)
            self.meanwhile(key)
            if key in self.failures:
                raise self.failures[key]
            self.got.append(key)

    recorder = Recorder()
    undo = sinks.register("test", recorder)
    yield recorder
    undo()


def put(key="k", **changes):
    wanted = {"channel": "test", "payload": {"n": 1}, "due_at": NOW}
    return outbox.enqueue(key=key, **(wanted | changes))


def state(key="k"):
    return OutboxMessage.objects.get(key=key).state


def test_a_message_is_sent_once_and_stays_on_record(sink):
    assert put()
    first, second = outbox.relay(now=NOW), outbox.relay(now=NOW + MINUTE)
    assert (first.sent, second.claimed) == (1, 0)
    assert sink.got == ["k"]
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts, row.lease) == ("sent", 1, None)
    assert row.sent_at is not None


def test_the_same_key_is_written_once(sink):
    """R1: the second writer learns that it was there already, whatever it carries."""
    assert put(payload={"n": 1})
    assert not put(payload={"n": 2})
    outbox.relay(now=NOW)
    assert not put(payload={"n": 3})
    outbox.relay(now=NOW + MINUTE)
    assert sink.got == ["k"]
    assert OutboxMessage.objects.get().payload == {"n": 1}


def test_message_and_cause_commit_together(sink):
    with suppress(IntegrityError), transaction.atomic():
        assert put()
        raise IntegrityError
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_without_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError):
        put()


def test_never_early(sink):
    """R4: a microsecond before its time nothing moves."""
    put(due_at=NOW + MINUTE)
    assert outbox.relay(now=NOW + MINUTE - timedelta(microseconds=1)).claimed == 0
    assert outbox.relay(now=NOW + MINUTE).sent == 1


def test_oldest_first_and_in_bounded_batches(sink):
    for number in range(5):
        put(str(number), due_at=NOW - number * MINUTE)
    assert outbox.relay(now=NOW, limit=2).sent == 2
    assert sink.got == ["4", "3"]


def test_a_failed_try_waits_and_comes_again(sink):
    put()
    sink.failures["k"] = sinks.TemporaryFailure("对方没有应答")
    assert outbox.relay(now=NOW).postponed == 1
    assert OutboxMessage.objects.get().last_error == "对方没有应答"
    assert outbox.relay(now=NOW + outbox.FIRST_PAUSE - timedelta(seconds=1)).claimed == 0
    sink.failures.clear()
    assert outbox.relay(now=NOW + outbox.FIRST_PAUSE).sent == 1
    row = OutboxMessage.objects.get()
    assert (row.attempts, row.last_error) == (2, "")


def test_the_receiver_may_ask_for_a_longer_pause(sink):
    put()
    sink.failures["k"] = sinks.TemporaryFailure("稍后", retry_after=timedelta(minutes=20))
    outbox.relay(now=NOW)
    assert OutboxMessage.objects.get().ready_at == NOW + timedelta(minutes=20)


@settings(deadline=None, max_examples=40)
@given(minutes=st.integers(1, 12 * 60))
def test_after_an_outage_the_rest_follows_within_a_tenth(minutes):
    """R5: whenever the sink comes back after T, the next try is at most T/10 + 2 min away."""
    back = NOW + minutes * MINUTE
    at = NOW
    while at < back:
        at += outbox._pause(OutboxMessage(due_at=NOW), at)
    assert at - back <= (back - NOW) / 10 + 2 * MINUTE


def test_after_a_day_it_counts_as_failed_and_is_listed(sink):
    """R2, R10: given up after a day of tries, and visible in the same moment."""
    put()
    sink.failures["k"] = sinks.TemporaryFailure("对方没有应答")
    at = NOW
    while state() == "waiting":
        outbox.relay(now=at)
        at = OutboxMessage.objects.get().ready_at
    assert outbox.GIVE_UP_AFTER <= at - NOW < outbox.GIVE_UP_AFTER + timedelta(hours=2)
    assert [row.last_error for row in outbox.dead_letters()] == ["对方没有应答"]


def test_a_day_without_any_relay_does_not_count_as_failure(sink):
    put(due_at=NOW - timedelta(days=3))
    sink.failures["k"] = sinks.TemporaryFailure("x")
    outbox.relay(now=NOW)
    assert state() == "waiting"


def test_what_can_never_arrive_is_listed_at_once(sink):
    put()
    put("nowhere", channel="pigeon")
    sink.failures["k"] = sinks.PermanentFailure("收件人被拒绝（550）")
    assert outbox.relay(now=NOW).dead == 2
    assert {row.key: row.last_error for row in outbox.dead_letters()} == {
        "k": "收件人被拒绝（550）",
        "nowhere": "没有“pigeon”这个发送渠道",
    }


def test_a_bug_in_a_sink_harms_only_its_message(sink, caplog):
    put("a", due_at=NOW - MINUTE)
    put("b")
    sink.failures["a"] = ZeroDivisionError("secret detail")
    done = outbox.relay(now=NOW)
    assert (done.sent, done.postponed) == (1, 1)
    assert OutboxMessage.objects.get(key="a").last_error == "发送程序出错"
    assert "ZeroDivisionError" in caplog.text


def test_one_dead_sink_is_asked_once_a_pass(sink):
    """Fifty messages do not wait for fifty timeouts, and the others' channel is served."""
    for number in range(50):
        put(f"down-{number}", channel="down", due_at=NOW - MINUTE)
    put("fine")
    asked = []

    def down(key, payload, *, at):
        asked.append(key)
        raise sinks.SinkDown("对方没有应答")

    undo = sinks.register("down", down)
    done = outbox.relay(now=NOW)
    undo()
    assert (len(asked), done.sent, done.postponed) == (1, 1, 50)
    assert set(OutboxMessage.objects.filter(channel="down").values_list("attempts", flat=True)) == {0, 1}


def test_a_cancelled_subject_sends_nothing_after(sink):
    """R6: also when the message is already leased by a relay that has not come to it yet."""
    put("first", due_at=NOW - MINUTE)
    put("second", subject="deliberation.motion:1")
    sink.meanwhile = lambda key: outbox.cancel(subject="deliberation.motion:1")
    done = outbox.relay(now=NOW)
    assert (sink.got, done.lost) == (["first"], 1)
    assert state("second") == "cancelled"
    outbox.relay(now=NOW + timedelta(days=2))
    assert sink.got == ["first"]


def test_what_left_while_it_was_cancelled_counts_as_sent(sink):
    put(subject="deliberation.motion:1")
    sink.meanwhile = lambda key: outbox.cancel(subject="deliberation.motion:1")
    outbox.relay(now=NOW)
    assert state() == "sent"


def test_stale_messages_are_marked_and_not_sent(sink):
    """R5: after a long outage nobody gets yesterday's reminder, and it can be seen that he did not."""
    put("old", stale_at=NOW)
    put("new", stale_at=NOW + MINUTE)
    done = outbox.relay(now=NOW)
    assert (done.stale, sink.got) == (1, ["new"])
    assert state("old") == "stale"


def test_a_dead_relay_is_taken_over_when_its_lease_ends(sink):
    """Lease expiry: before it nobody touches the message, after it the next relay sends it."""
    put()
    outbox._claim(outbox.new_id(), NOW, 10, timedelta(hours=1))
    assert outbox.relay(now=NOW + timedelta(days=1)).claimed == 0
    OutboxMessage.objects.update(leased_until=NOW - timedelta(days=365))
    assert outbox.relay(now=NOW).sent == 1


def test_a_relay_that_lost_its_lease_neither_sends_nor_marks(sink):
    """A zombie: its lease ended while it slept, another relay has the message now."""
    put("slow", due_at=NOW - MINUTE)
    put("taken")

    def overtake(key):
        if key == "slow":
            OutboxMessage.objects.update(leased_until=NOW - timedelta(days=365))
            sink.meanwhile = lambda key: None
            assert outbox.relay(now=NOW + 5 * MINUTE).sent == 2

    sink.meanwhile = overtake
    done = outbox.relay(now=NOW)
    assert (done.sent, done.lost) == (0, 1)
    assert sorted(sink.got) == ["slow", "slow", "taken"]  # at least once, under one key
    assert state("slow") == state("taken") == "sent"


def test_a_message_that_kills_its_relay_ends_as_failed(sink):
    """Each try is counted before it starts, so a message that crashes the process cannot do so for ever."""
    put()
    OutboxMessage.objects.update(attempts=outbox.MOST_TRIES)
    assert outbox.relay(now=NOW).dead == 1
    assert sink.tried == []


def test_a_message_that_kills_its_relay_lets_the_others_pass(sink):
    """The killer is first in the queue; after its relay died the next one serves the rest before trying it again."""
    put("killer", due_at=NOW - MINUTE)
    put("next")

    def die(key):
        if key == "killer":
            raise SystemExit

    sink.meanwhile = die
    with pytest.raises(SystemExit):
        outbox.relay(now=NOW)
    OutboxMessage.objects.update(leased_until=NOW - timedelta(days=365))  # time passes
    assert outbox.relay(now=NOW).sent == 1
    assert sink.tried == ["killer", "next"]


def test_a_failed_message_can_be_sent_again_by_the_administrator(sink):
    put()
    sink.failures["k"] = sinks.PermanentFailure("x")
    outbox.relay(now=NOW)
    sink.failures.clear()
    row = OutboxMessage.objects.get()
    admin = System("test", frozenset({"outbox.send_again"}))
    with pytest.raises(Hidden):
        outbox.send_again(message=row, org=District, actor=System("other"), now=NOW)
    outbox.send_again(message=row, org=District, actor=admin, now=NOW)
    assert outbox.relay(now=NOW).sent == 1
    with pytest.raises(IllegalMove):
        outbox.send_again(message=row, org=District, actor=admin, now=NOW)


def test_what_is_late_can_be_seen(sink):
    put()
    assert not outbox.overdue(now=NOW + MINUTE).exists()
    assert outbox.overdue(now=NOW + 2 * MINUTE).count() == 1
    outbox.relay(now=NOW)
    assert not outbox.overdue(now=NOW + 2 * MINUTE).exists()


def test_addresses_are_forgotten_after_a_month_and_keys_never(sink):
    put(payload={"to": "li@example.invalid"})
    outbox.relay(now=NOW)
    sent_at = OutboxMessage.objects.get().sent_at
    assert outbox.forget_payloads(now=sent_at + timedelta(days=29)) == 0
    assert outbox.forget_payloads(now=sent_at + timedelta(days=31)) == 1
    assert OutboxMessage.objects.get().payload == {}
    assert not put()


def test_many_at_once_cost_one_statement(django_assert_num_queries):
    """P8: a batch of a thousand reminders is one INSERT."""
    batch = [Message(f"k{number}", "test", {"n": number}, NOW) for number in range(1000)]
    with django_assert_num_queries(1):
        assert outbox.enqueue_many(batch) == 1000
    assert outbox.enqueue_many([*batch, Message("new", "test", {}, NOW)]) == 1
    assert outbox.enqueue_many([]) == 0


def test_keys_are_told_apart():
    assert outbox.key_of("a|b", "c") != outbox.key_of("a", "b|c")
    assert outbox.key_of("rule", "motion:1", "2026Q4", "li", 0) == "rule|motion:1|2026Q4|li|0"
