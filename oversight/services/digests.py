"""What leaves the system about notifications: at most one message a day for each person and channel, off by default.

A channel is an Apprise address in ``REMINDER_CHANNELS`` (e-mail, 企业微信, 钉钉, 飞书, SMS gateways). One that holds
``{login}`` or ``{phone}`` reaches persons; one without (a group robot) is told once a day that something waits. The
text names nobody and nothing. The row in the outbox is the truth; whether anything is still unread, and the address
itself, are looked up only when it is sent.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings

from kit import outbox, parameters
from kit.calendar import day_of, moment_of
from kit.models import OutboxMessage
from kit.models.outbox import MessageState
from kit.sinks.failures import PermanentFailure, TemporaryFailure
from orgs import selectors as orgs
from oversight.selectors import unread

CHANNEL = "digest"
TITLE = "联村管理系统"
TO_GROUP = "有新的待办，请登录查看。"
EVERYBODY = "group"


def is_on() -> bool:
    return bool(settings.REMINDER_CHANNELS)


def announce(people: Collection[UUID], *, now: datetime) -> int:
    """Write the digests for people who were just told something, into the caller's transaction; returns how many.

    Who was sent one today already gets the next tomorrow morning.
    """
    if not people or not is_on():
        return 0
    at = allowed(now)
    wanted = [(name, who) for name, url in settings.REMINDER_CHANNELS.items() for who in _addressees(url, people)]
    gone = _gone([_key(name, who, day_of(at)) for name, who in wanted])
    tomorrow = moment_of(day_of(at) + timedelta(days=1), _hour("quiet_until", day_of(at)))
    return outbox.enqueue_many(
        _message(name, who, tomorrow if _key(name, who, day_of(at)) in gone else at) for name, who in wanted
    )


def _addressees(url: str, people: Collection[UUID]) -> list[str]:
    return [str(person) for person in sorted(people)] if _is_personal(url) else [EVERYBODY]


def _is_personal(url: str) -> bool:
    return "{login}" in url or "{phone}" in url


def _key(name: str, who: str, day: date) -> str:
    return outbox.key_of("digest", name, who, day.isoformat())


def _gone(keys: list[str]) -> set[str]:
    """Of these digests, those that have left or may be leaving at this moment."""
    return set(
        OutboxMessage.objects.filter(key__in=keys).exclude(state=MessageState.WAITING).values_list("key", flat=True)
    )


def _message(name: str, who: str, at: datetime) -> outbox.Message:
    day = day_of(at)
    return outbox.Message(
        key=_key(name, who, day),
        channel=CHANNEL,
        payload={"channel": name, "person": who},
        due_at=at,
        # Yesterday's digest helps nobody: after an outage it is marked, and today's goes.
        stale_at=moment_of(day, _hour("quiet_from", day)),
    )


def _hour(name: str, day: date) -> clock_time:
    return clock_time(parameters.get(f"oversight.{name}", on=day))


def allowed(now: datetime) -> datetime:
    """``now``, or the end of the quiet hours that it falls into."""
    day = day_of(now)
    opens, closes = moment_of(day, _hour("quiet_until", day)), moment_of(day, _hour("quiet_from", day))
    if now < opens:
        return opens
    if now >= closes:
        return moment_of(day + timedelta(days=1), _hour("quiet_until", day + timedelta(days=1)))
    return now


def send(key: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """The sink of the channel: look the address up, say how much waits. Nothing unread any more: nothing goes out."""
    url = settings.REMINDER_CHANNELS.get(payload["channel"])
    if not url:
        raise PermanentFailure("这个提醒渠道没有设置（REMINDER_CHANNELS）")
    if (pause := allowed(at) - at) > timedelta():
        raise TemporaryFailure("免打扰时段，顺延到早上", retry_after=pause)
    if payload["person"] == EVERYBODY:
        _deliver(url, {"key": key}, TO_GROUP)
        return
    contact = orgs.contact_of(UUID(payload["person"]))
    if contact is None:
        raise PermanentFailure("账号已停用")
    count = unread(person=contact)
    if not count:
        return
    if "{phone}" in url and not contact.phone:
        raise PermanentFailure("没有登记工作电话")
    _deliver(url, {"login": contact.login, "phone": contact.phone, "key": key}, f"您有{count}件待办，请登录查看。")


def _deliver(url: str, values: Mapping[str, str], body: str) -> None:
    # Apprise weighs as much as the rest of a worker; only who has switched a channel on carries it.
    import apprise

    for name, value in values.items():
        url = url.replace(f"{{{name}}}", quote(value, safe=""))
    service = apprise.Apprise()
    if not service.add(url):
        raise PermanentFailure("提醒渠道的地址写法不对")
    if not service.notify(title=TITLE, body=body):
        raise TemporaryFailure("提醒渠道没有接收")
