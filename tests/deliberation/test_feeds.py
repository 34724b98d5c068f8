"""会议日历: a secret address, revocable; when and where, never about what."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from deliberation.models import CalendarFeed
from deliberation.services import feeds, meetings
from kit.errors import DomainError
from kit.models import AuditEvent
from kit.tokens import digest
from tests.deliberation.conftest import NOW

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def daxing(room):
    client = Client()
    client.force_login(room.daxing)
    return client


def made(person):
    return feeds.make_feed(actor=person, now=NOW)[1]


def read(secret, client=None):
    return (client or Client()).get(reverse("calendar-feed", args=[secret]))


def events(answer):
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_program_reads_when_and_where_and_nothing_else(room):
    meeting = room.convened(room.accepted())
    answer = read(made(room.daxing))
    (event,) = events(answer)
    assert event.decoded("dtstart") == meeting.starts_at
    assert event.decoded("dtend") == meeting.starts_at + timedelta(hours=2)
    assert (str(event["location"]), str(event["summary"]), str(event["status"])) == (
        "明月村活动阵地",
        "会议",
        "CONFIRMED",
    )
    for words in (meeting.title, room.body.name, "烘干房", room.joint.name, room.daxing.name, "联席"):
        assert words not in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


def test_only_ones_own_meetings_and_only_after_the_notice(room):
    room.plan()
    secret, outsider = made(room.daxing), made(room.cast.outsider)
    assert events(read(secret)) == []
    room.convened(room.accepted())
    assert len(events(read(secret))) == 1
    assert events(read(outsider)) == []


def test_what_is_called_off_says_so_and_what_is_long_over_goes(room, clock):
    secret = made(room.daxing)
    meeting = room.convened(room.accepted())
    meetings.cancel(actor=room.joint, meeting=meeting, reason="防汛", now=NOW)
    (event,) = events(read(secret))
    assert str(event["status"]) == "CANCELLED"
    clock.move_to(meeting.starts_at + timedelta(days=61))
    assert events(read(secret)) == []


def test_the_address_is_shown_once_and_kept_as_a_digest(room, daxing):
    room.convened(room.accepted())
    page = daxing.post(reverse("calendar"))
    address = page.text.split('<code class="num">')[1].split("</code>")[0]
    secret = urlsplit(address).path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) >= 43
    assert len(events(Client().get(urlsplit(address).path))) == 1
    assert secret not in daxing.get(reverse("calendar")).text
    assert list(CalendarFeed.objects.values_list("digest", flat=True)) == [digest(secret)]
    assert digest(secret) not in str(list(AuditEvent.objects.values("before", "after")))


def test_a_new_address_ends_the_earlier_one_and_revoking_ends_it_all(room):
    first = made(room.daxing)
    second = made(room.daxing)
    assert (read(first).status_code, read(second).status_code) == (404, 200)
    feeds.revoke_feed(actor=room.daxing, now=NOW)
    assert read(second).status_code == 404
    with pytest.raises(DomainError, check=lambda e: e.code == "no_feed"):
        feeds.revoke_feed(actor=room.daxing, now=NOW)


def test_an_unknown_address_and_that_of_somebody_who_left_look_the_same(room):
    secret = made(room.daxing)
    room.daxing.is_active = False
    room.daxing.save()
    unknown, left = read("x" * 43), read(secret)
    assert (unknown.status_code, left.status_code) == (404, 404)


def test_a_new_address_asks_for_the_password_again(room, daxing, clock):
    clock.move_to(NOW + timedelta(minutes=11))
    assert daxing.post(reverse("calendar")).status_code == 302
    assert not CalendarFeed.objects.exists()


def test_a_feed_costs_the_same_for_one_meeting_and_for_many(room, django_assert_num_queries):
    secret = made(room.daxing)
    room.convened(room.accepted())
    with django_assert_num_queries(2):
        read(secret)
    for number in range(3):
        room.convened(room.accepted(title=f"关于修缮第{number}处的议题"))
    with django_assert_num_queries(2):
        assert len(events(read(secret))) == 4
