"""A joint conference of 天马联村党组织 with everybody in the room, built through the services."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from deliberation.models import Attendance, Meeting
from deliberation.services import attendance, meetings, motions, sittings
from kit import throttling
from orgs.choices import Role
from orgs.models import Person
from tests.factories import PersonFactory, PostingFactory

# A Tuesday morning, so that working days are easy to count.
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.get_default_timezone())


@dataclass
class Room:
    """The body, its people and the helpers that take a meeting to a given moment."""

    cast: object
    joint: Person
    deputy: Person
    daxing: Person
    adviser: Person
    now: datetime = NOW

    @property
    def body(self):
        return self.cast.tianma.organization

    def draft(self, title="关于修缮烘干房的议题", **changes):
        values = {"unit": self.cast.mingyue, "body": self.body, "title": title, "text": "烘干房漏雨。", **changes}
        return motions.propose_motion(actor=self.cast.secretary_li, now=self.now, **values)

    def motion(self, **changes):
        motion = self.draft(**changes)
        return motions.submit_motion(actor=self.cast.secretary_li, motion=motion, now=self.now)

    def accepted(self, **changes):
        return motions.accept_motion(actor=self.joint, motion=self.motion(**changes), now=self.now)

    def plan(self, days=7, **changes) -> Meeting:
        values = {
            "body": self.body,
            "form": "joint_conference",
            "title": "第四季度联席会议",
            "starts_at": self.now + timedelta(days=days),
            "chair": self.joint,
            "clerk": self.deputy,
            "contact": self.deputy,
            "place_text": "明月村活动阵地",
            **changes,
        }
        return meetings.plan_meeting(actor=self.joint, now=self.now, **values)

    def convened(self, motion) -> Meeting:
        meeting = self.plan()
        meetings.add_item(actor=self.joint, meeting=meeting, kind="vote", motion=motion, now=self.now)
        meetings.freeze_agenda(actor=self.joint, meeting=meeting, now=self.now)
        return meetings.convene(actor=self.joint, meeting=meeting, now=self.now)

    def sitting(self, motion, absent=()) -> Meeting:
        """In session, everybody entitled signed in but those named."""
        meeting = self.convened(motion)
        for each in Attendance.objects.filter(meeting=meeting).exclude(person__in=absent).order_by("pk"):
            attendance.sign_in_for(actor=self.deputy, attendance=each, now=meeting.starts_at)
        return sittings.open_meeting(actor=self.joint, meeting=meeting, now=meeting.starts_at)

    def discussed(self, motion, absent=()):
        """The item of a sitting meeting, discussed and ready for the vote."""
        meeting = self.sitting(motion, absent)
        item = sittings.open_item(actor=self.joint, item=meeting.items.get(), now=meeting.starts_at)
        return sittings.confirm_discussed(actor=self.joint, item=item, now=meeting.starts_at)


@pytest.fixture
def clock():
    """The moment of the room: it stands still, and a test may move it."""
    throttling.forget()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def room(cast) -> Room:
    return make_room(cast)


def make_room(cast) -> Room:
    body = cast.tianma.organization

    def somebody(name, organization, role):
        person = PersonFactory(name=name, organization=cast.sanjiang, username=f"u{role}")
        PostingFactory(person=person, organization=organization, role=role)
        return person

    return Room(
        cast,
        somebody("冯远", body, Role.JOINT_SECRETARY),
        somebody("马福生", body, Role.JOINT_DEPUTY),
        somebody("谢春梅", cast.daxing, Role.UNIT_SECRETARY),
        somebody("田守成", body, Role.ADVISER),
    )
