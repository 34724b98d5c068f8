"""V6, V7: role × door. Two votes that differ only in who chose what look the same, whoever looks, through any door.

The same people vote twice, the second time with their choices dealt differently. Before the opening every door must
say the same as before the first ballot; afterwards both votes must look alike but for ids, hashes and times.
"""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kit import throttling
from kit.models import OutboxMessage
from tests.deliberation.conftest import NOW
from tests.deliberation.sealing import begun, cast, grown, opened, voters

CHOICES = ["yes", "yes", "yes", "yes", "yes", "no", "no", "abstain"]
# What names a vote rather than what was voted: ids, hashes, keys, times, tokens, the code to sign in with.
NAMES = re.compile(
    r"[A-Za-z0-9_/+=-]{20,}|\d{4}-\d\d-\d\d|\d{4}年\d+月\d+日|\d\d:\d\d(:\d\d)?(\.\d+)?"
    r'|<path d="[^"]*"|class="code num">[^<]*'
)


@pytest.fixture
def looks(room):
    """look(poll): everything that everybody sees of it, by role and door, on the day of the meeting."""
    throttling.forget()
    with time_machine.travel(NOW, tick=False):
        yield _looks(grown(room))


def _looks(room):
    people = {
        "chair": room.joint,
        "key keeper": room.deputy,
        "voter": room.daxing,
        "adviser": room.adviser,
        "township": room.cast.cadre_chen,
        "district": room.cast.district_zhao,
        "system administrator": room.cast.system_admin,
        "security administrator": room.cast.security_admin,
        "audit administrator": room.cast.audit_admin,
    }
    clients = {}
    for who, person in people.items():
        clients[who] = Client()
        clients[who].force_login(person)

    def look(poll):
        doors = {
            "page": reverse("poll", args=[poll.pk]),
            "meeting": reverse("meeting", args=[poll.item.meeting_id]),
            "room": reverse("meeting-room", args=[poll.item.meeting_id]),
            "watch": reverse("poll-watch", args=[poll.pk]),
            "trace": f"{reverse('trace')}?subject=deliberation.poll:{poll.pk}",
            "api": f"/api/v1/polls/{poll.pk}/",
            "timeline": f"/api/v1/timeline/?subject=deliberation.poll:{poll.pk}",
            "export": f"/api/v1/polls/?format=csv&agenda_item={poll.item_id}",
            "admin": f"/admin/deliberation/poll/{poll.pk}/change/",
            "admin history": f"/admin/deliberation/poll/{poll.pk}/history/",
        }
        return {
            (who, door): (answer.status_code, NAMES.sub("·", answer.content.decode()))
            for who, client in clients.items()
            for door, path in doors.items()
            for answer in [client.get(path)]
        }

    return look


def deal(room, poll, choices):
    for person, choice in zip(voters(poll), choices, strict=True):
        cast(room, poll, person, choice)


def test_v7_before_the_opening_nobody_sees_that_anybody_voted(room, looks):
    poll, _ = begun(room)
    absent = voters(poll)[0]
    before = looks(poll)
    for person in voters(poll):
        # The voters among those who look would see that they themselves have voted.
        if person not in (room.joint, room.deputy, room.daxing, absent):
            cast(room, poll, person)
    assert marks(poll) > 0
    assert looks(poll) == before
    assert "密封投票，开票以前不显示票数" in before["chair", "room"][1]
    assert "已收" not in before["chair", "room"][1]


def marks(poll):
    return poll.roll.filter(mark__isnull=False).count()


def test_v6_after_the_opening_two_ways_of_dealing_the_same_choices_look_the_same(room, looks):
    seen = []
    for choices in (CHOICES, CHOICES[::-1]):
        poll, key = begun(room)
        deal(room, poll, choices)
        seen.append(looks(opened(room, poll, key)))
    first, second = seen
    assert {place for place in first if first[place] != second[place]} == set()
    # The control: the doors were open, and they do show a result.
    assert [first[who, "page"][0] for who in ("chair", "voter", "township", "district")] == [200] * 4
    assert "赞成 5" in first["voter", "page"][1]


def test_control_another_result_looks_different(room, looks):
    seen = []
    for choices in (CHOICES, ["yes"] * 7 + ["no"]):
        poll, key = begun(room)
        deal(room, poll, choices)
        seen.append(looks(opened(room, poll, key)))
    differs = {place for place in seen[0] if seen[0][place] != seen[1][place]}
    assert {("voter", "page"), ("voter", "api"), ("township", "admin"), ("chair", "trace")} <= differs


def test_no_message_tells_who_voted_or_what(room, looks, caplog):
    """Mail, chat groups and the log: nothing is sent for a ballot, and nothing is logged of it."""
    poll, key = begun(room)
    before = OutboxMessage.objects.count()
    with caplog.at_level("DEBUG"):
        deal(room, poll, CHOICES)
    assert OutboxMessage.objects.count() == before
    assert not [line for line in caplog.messages if "sealed" in line.lower() or "ballot" in line.lower()]
    opened(room, poll, key)
