"""What leaves the system about notifications: off by default, one a day, never at night, naming nobody and nothing."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from kit import keeping, outbox, sinks
from kit.models import OutboxMessage
from oversight.models import Notification
from oversight.services import digests, notifications
from tests.factories import PersonFactory
from tests.oversight.conftest import at, run
from tests.permission_matrix.oversight_rows import NotificationFactory
from tests.receivers import HttpReceiver
from tests.resources.test_demands import submitted

DAY = at(11, 26)


@pytest.fixture
def receiver():
    with HttpReceiver() as made:
        yield made


@pytest.fixture
def channel(settings, receiver):
    """A channel that reaches persons by their login, at a real local server."""
    host = receiver.url.removeprefix("http://").split("?")[0]
    settings.REMINDER_CHANNELS = {"robot": f"json://{host}?to={{login}}&+Idempotency-Key={{key}}"}
    return settings.REMINDER_CHANNELS


def announce(*people, now=DAY) -> int:
    with transaction.atomic():
        return digests.announce({person.pk for person in people}, now=now)


def send_all(moment) -> None:
    """What the relay does, at a moment of the story."""
    for row in OutboxMessage.objects.filter(state="waiting", due_at__lte=moment):
        digests.send(row.key, row.payload, at=moment)
        OutboxMessage.objects.filter(pk=row.pk).update(state="sent", sent_at=moment)


def test_it_is_off_until_somebody_gives_an_address(cast, demand):
    run(DAY)
    assert Notification.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_reminder_writes_one_digest_in_its_own_transaction(cast, demand, channel):
    submitted(cast, title="另一件")
    run(DAY)
    (row,) = OutboxMessage.objects.all()
    assert (row.channel, row.due_at, row.state) == ("digest", DAY, "waiting")
    assert row.payload == {"channel": "robot", "person": str(cast.cadre_chen.pk)}


def test_the_text_names_nobody_and_nothing(cast, demand, channel, receiver):
    submitted(cast, title="另一件")
    run(DAY)
    send_all(DAY)
    ((headers, body),) = receiver.requests
    sent = json.loads(body)
    assert (sent["title"], sent["message"]) == ("联村管理系统", "您有2件待办，请登录查看。")
    assert demand.title not in body.decode()
    assert cast.cadre_chen.name not in body.decode()
    # R3: whoever receives it counts a repetition by the business key.
    assert headers["Idempotency-Key"] == f"digest|robot|{cast.cadre_chen.pk}|2026-11-26"


def test_one_digest_a_day_and_the_next_one_in_the_morning(cast, channel):
    NotificationFactory(recipient=cast.cadre_chen, cause=cast.mingyue.pk)
    assert [announce(cast.cadre_chen, now=at(11, 26, hour)) for hour in (8, 9, 15)] == [1, 0, 0]
    OutboxMessage.objects.update(state="sent")
    assert [announce(cast.cadre_chen, now=at(11, 26, hour)) for hour in (15, 16)] == [1, 0]
    assert list(OutboxMessage.objects.order_by("due_at").values_list("due_at", flat=True)) == [DAY, at(11, 27)]


@pytest.mark.parametrize(
    ("told", "goes"),
    [
        (at(11, 26, 7, 59), at(11, 26, 8)),
        (at(11, 26, 8), at(11, 26, 8)),
        (at(11, 26, 20, 59), at(11, 26, 20, 59)),
        (at(11, 26, 21), at(11, 27, 8)),
        (at(11, 26, 23, 30), at(11, 27, 8)),
    ],
)
def test_R4_the_quiet_hours_put_it_off_to_the_morning(cast, channel, told, goes):
    announce(cast.cadre_chen, now=told)
    assert OutboxMessage.objects.get().due_at == goes


def test_R4_a_retry_that_falls_into_the_night_waits_too(cast, channel, receiver):
    NotificationFactory(recipient=cast.cadre_chen, cause=cast.mingyue.pk)
    announce(cast.cadre_chen)
    row = OutboxMessage.objects.get()
    with pytest.raises(sinks.TemporaryFailure) as refused:
        digests.send(row.key, row.payload, at=at(11, 26, 22))
    assert refused.value.retry_after == at(11, 27) - at(11, 26, 22)
    assert not receiver.requests


@pytest.fixture
def left():
    """The keys of what the relay sends, instead of sending it."""
    keys = []
    undo = sinks.register(digests.CHANNEL, lambda key, payload, *, at: keys.append(key))
    yield keys
    undo()


def test_R5_yesterdays_digest_is_marked_not_sent(cast, channel, left):
    announce(cast.cadre_chen)
    assert outbox.relay(now=at(11, 27)).stale == 1
    assert OutboxMessage.objects.get().state == "stale"
    assert left == []


def test_R5_control_without_the_mark_yesterdays_digest_is_sent(cast, channel, left):
    announce(cast.cadre_chen)
    OutboxMessage.objects.update(stale_at=None)
    outbox.relay(now=at(11, 27))
    assert left == [f"digest|robot|{cast.cadre_chen.pk}|2026-11-26"]


def test_R6_nothing_goes_out_when_everything_was_read_meanwhile(cast, demand, channel, receiver):
    run(DAY)
    notifications.read_all(actor=cast.cadre_chen, now=DAY)
    send_all(DAY)
    assert not receiver.requests


def test_a_group_hears_once_a_day_that_something_waits(cast, settings, receiver):
    host = receiver.url.removeprefix("http://").split("?")[0]
    settings.REMINDER_CHANNELS = {"group": f"json://{host}?+Idempotency-Key={{key}}"}
    assert announce(cast.cadre_chen, cast.secretary_li) == 1
    send_all(DAY)
    ((_, body),) = receiver.requests
    assert json.loads(body)["message"] == "有新的待办，请登录查看。"


@pytest.mark.parametrize(
    ("how", "failure"), [("500", sinks.TemporaryFailure), ("cut", sinks.TemporaryFailure)], ids=["fails", "cuts"]
)
def test_R2_a_receiver_that_fails_is_tried_again(cast, channel, receiver, how, failure):
    NotificationFactory(recipient=cast.cadre_chen, cause=cast.mingyue.pk)
    receiver.behave = lambda number, key: how
    announce(cast.cadre_chen)
    row = OutboxMessage.objects.get()
    with pytest.raises(failure):
        digests.send(row.key, row.payload, at=DAY)


def test_an_address_that_is_none_and_a_person_without_a_phone_are_told_apart(cast, settings):
    NotificationFactory(recipient=cast.cadre_chen, cause=cast.mingyue.pk)
    payload = {"channel": "sms", "person": str(cast.cadre_chen.pk)}
    settings.REMINDER_CHANNELS = {"sms": "nonsense://{login}"}
    with pytest.raises(sinks.PermanentFailure, match="写法不对"):
        digests.send("k", payload, at=DAY)
    silent = PersonFactory(organization=cast.sanjiang, username="silent", work_phone="")
    NotificationFactory(recipient=silent, cause=cast.mingyue.pk)
    settings.REMINDER_CHANNELS = {"sms": "json://127.0.0.1:1/{phone}"}
    with pytest.raises(sinks.PermanentFailure, match="没有登记工作电话"):
        digests.send("k", payload | {"person": str(silent.pk)}, at=DAY)


def a_minute_of_a_channel_switched_off(cast, settings) -> OutboxMessage:
    """The digest was written before; the relay looks every five seconds."""
    settings.REMINDER_CHANNELS = {"robot": "json://127.0.0.1:1/{login}"}
    announce(cast.cadre_chen)
    settings.REMINDER_CHANNELS = {}
    for seconds in range(0, 60, 5):
        outbox.relay(now=DAY + timedelta(seconds=seconds))
    return OutboxMessage.objects.get()


def asks_for_attention(client, cast) -> list[tuple[str, int]]:
    client.force_login(cast.system_admin, backend="django.contrib.auth.backends.ModelBackend")
    return [(card.label, card.count) for card in client.get("/admin/").context["attention"]]


def test_R10_what_cannot_be_delivered_is_on_the_keepers_screen_within_a_minute(cast, client, settings):
    row = a_minute_of_a_channel_switched_off(cast, settings)
    assert (row.state, row.last_error) == ("dead", "这个提醒渠道没有设置（REMINDER_CHANNELS）")
    assert asks_for_attention(client, cast) == [("发送失败的消息", 1)]
    listed = client.get("/admin/kit/outboxmessage/", {"state": "dead"}).text
    assert row.last_error in listed
    assert cast.cadre_chen.name not in listed
    assert list(keeping.unsent(cast.system_admin)) == [row]
    assert not keeping.unsent(cast.cadre_chen).exists()


def test_R10_control_a_failure_for_good_taken_for_a_passing_one_stays_unseen(cast, client, settings, monkeypatch):
    """Then it is tried again for a day, and nobody is asked to look."""
    monkeypatch.setattr(sinks, "PermanentFailure", type("AnotherFailure", (Exception,), {}))
    assert a_minute_of_a_channel_switched_off(cast, settings).state == "waiting"
    assert asks_for_attention(client, cast) == []


def test_a_worker_does_not_carry_apprise_until_a_channel_is_on():
    """It weighs as much as the rest of a worker (P12: ≤ 120 MB)."""
    code = "import django; django.setup(); import lianCun.celery, sys; assert 'apprise' not in sys.modules"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
