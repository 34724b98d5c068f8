"""Sinks against real local servers: what counts as sent, what is worth another try, what never will be."""

import email
import socket
import time
from datetime import UTC, datetime

import pytest

from kit import sinks
from kit.sinks import PermanentFailure, SinkDown, TemporaryFailure, webhook
from kit.sinks.webhook import signature
from tests.receivers import HttpReceiver, MailReceiver

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
LETTER = {"to": "li@example.invalid", "subject": "您有1件待办", "body": "请登录查看。"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def hook(settings):
    """Send one message to an endpoint that behaves so; gives the receiver back."""

    def send(how: str) -> HttpReceiver:
        with HttpReceiver(lambda number, key: how) as receiver:
            settings.WEBHOOKS = {"district": {"url": receiver.url, "secret": "s3cret"}}
            sinks.send("webhook", "key-1", {"endpoint": "district", "body": {"事": "会议"}}, at=AT)
        return receiver

    return send


@pytest.fixture
def mail(settings):
    settings.MAIL_ON = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 2
    settings.DEFAULT_FROM_EMAIL = "liancun@example.invalid"

    def send(payload=LETTER, **server) -> MailReceiver:
        with MailReceiver(**server) as receiver:
            settings.EMAIL_PORT = receiver.port
            sinks.send("mail", "rule|motion:1|2026Q4|li|0", payload, at=AT)
        return receiver

    return send


def test_a_webhook_is_signed_and_carries_its_key(hook):
    ((headers, body),) = hook("ok").requests
    assert headers["Idempotency-Key"] == "key-1"
    stamp = int(headers["LianCun-Timestamp"])
    assert stamp == int(AT.timestamp())
    assert headers["LianCun-Signature"] == signature("s3cret", stamp, "key-1", body)
    assert headers["LianCun-Signature"] != signature("other", stamp, "key-1", body)
    assert body.decode() == '{"事":"会议"}'


@pytest.mark.parametrize(
    ("how", "failure"),
    [
        ("500", SinkDown),
        ("503", SinkDown),
        ("taken-then-500", SinkDown),
        ("cut", SinkDown),
        ("404", TemporaryFailure),
        ("401", TemporaryFailure),
        ("redirect", TemporaryFailure),
        ("portal", TemporaryFailure),
        ("robot-no", TemporaryFailure),
        ("410", PermanentFailure),
        ("422", PermanentFailure),
    ],
)
def test_what_a_webhook_may_answer(hook, how, failure):
    """A lying sink (a web page, a robot that says no with 200, a cut after taking) never counts as sent."""
    with pytest.raises(failure):
        hook(how)


def test_a_receiver_may_ask_for_a_pause(hook):
    with pytest.raises(TemporaryFailure) as failure:
        hook("later")
    assert failure.value.retry_after.total_seconds() == 120


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_slow_receiver_is_left_in_bounded_time(hook, how, monkeypatch):
    """A slow sink cannot hold a relay: neither silence nor one byte at a time."""
    monkeypatch.setattr(webhook, "STEP", 0.4)
    monkeypatch.setattr(webhook, "DEADLINE", 0.8)
    begun = time.monotonic()
    with pytest.raises(TemporaryFailure):
        hook(how)
    assert time.monotonic() - begun < 3


def test_nobody_at_the_other_end(settings):
    settings.WEBHOOKS = {"district": {"url": f"http://127.0.0.1:{free_port()}/", "secret": "s"}}
    with pytest.raises(SinkDown):
        sinks.send("webhook", "k", {"endpoint": "district", "body": {}}, at=AT)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "http:///x", "gopher://x"])
def test_only_http_addresses(settings, url):
    settings.WEBHOOKS = {"district": {"url": url, "secret": "s"}}
    with pytest.raises(PermanentFailure):
        sinks.send("webhook", "k", {"endpoint": "district", "body": {}}, at=AT)


def test_channels_and_endpoints_that_nobody_set_up():
    for channel, payload in (("pigeon", {}), ("webhook", {"endpoint": "nowhere"}), ("mail", LETTER)):
        with pytest.raises(PermanentFailure):
            sinks.send(channel, "k", payload, at=AT)


def test_a_letter_arrives_in_chinese_with_its_key(mail):
    receiver = mail()
    letter = email.message_from_bytes(receiver.messages[0], policy=email.policy.default)
    assert letter["Subject"] == "您有1件待办"
    assert letter.get_content().strip() == "请登录查看。"
    assert letter["X-LianCun-Key"] == "rule|motion:1|2026Q4|li|0"
    assert letter["Auto-Submitted"] == "auto-generated"


def test_the_same_key_makes_the_same_message_id(mail):
    first, second = (email.message_from_bytes(mail().messages[0])["Message-ID"] for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("server", "failure"),
    [
        ({"answer": lambda number, key: "451 try later"}, TemporaryFailure),
        ({"answer": lambda number, key: "554 no"}, PermanentFailure),
        ({"answer": lambda number, key: "421 closing"}, SinkDown),
        ({"refuse": "550 no such person"}, PermanentFailure),
        ({"refuse": "450 mailbox busy"}, TemporaryFailure),
    ],
)
def test_what_a_mail_server_may_answer(mail, server, failure):
    with pytest.raises(failure):
        mail(**server)


def test_a_mail_server_that_is_away(mail, settings):
    settings.EMAIL_PORT = free_port()
    with pytest.raises(SinkDown):
        sinks.send("mail", "k", LETTER, at=AT)


@pytest.mark.parametrize(
    "payload",
    [{**LETTER, "subject": "x\r\nBcc: all@example.invalid"}, {**LETTER, "to": "a\nb@example.invalid"}, {"to": "a@b"}],
)
def test_no_header_can_be_slipped_in(mail, payload):
    with pytest.raises(PermanentFailure):
        mail(payload)
