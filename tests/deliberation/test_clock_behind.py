"""The clock of the server goes back in the middle of a meeting: said in words, and the meeting can be ended."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from deliberation.models import Presence
from deliberation.services import attendance, sittings
from kit.ids import new_id
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import refused


@pytest.fixture
def sitting(room):
    return room.sitting(room.accepted())


@pytest.fixture
def seat(room, sitting):
    return sitting.attendances.get(person=room.daxing)


def test_nobody_leaves_before_they_came(room, sitting, seat):
    """Control: at the very moment of the arrival they do."""
    came = seat.presences.get().arrived_at
    with refused("clock_behind"):
        attendance.leave_meeting(actor=room.deputy, attendance=seat, now=came - timedelta(seconds=1))
    assert seat.presences.get().left_at is None
    attendance.leave_meeting(actor=room.deputy, attendance=seat, now=came)
    with refused("not_here"):
        attendance.leave_meeting(actor=room.deputy, attendance=seat, now=came)


def test_nobody_comes_back_before_they_left(room, sitting, seat):
    """Control: at the very moment at which they left they do."""
    left = sitting.starts_at + timedelta(minutes=10)
    attendance.leave_meeting(actor=room.deputy, attendance=seat, now=left)
    with refused("clock_behind"):
        attendance.sign_in_for(actor=room.deputy, attendance=seat, now=left - timedelta(seconds=1))
    attendance.sign_in_for(actor=room.deputy, attendance=seat, now=left)
    with refused("already_here"):
        attendance.sign_in_for(actor=room.deputy, attendance=seat, now=left - timedelta(seconds=1))


def test_the_page_says_so(room, sitting, seat, client):
    with time_machine.travel(NOW, tick=False):
        client.force_login(room.daxing)
        address = reverse("attendance-step", args=[seat.pk, "leave"])
        answer = client.post(address, {"form_key": str(new_id())})
    assert answer.status_code == 409
    assert "谢春梅上一次登记的时间比现在还晚，不能登记离会" in answer.text


def test_the_meeting_ends_all_the_same(room, sitting, seat):
    early = sitting.starts_at - timedelta(hours=1)
    sittings.end_meeting(actor=room.joint, meeting=sitting, now=early)
    stays = Presence.objects.filter(attendance__meeting=sitting)
    assert {stay.left_at - stay.arrived_at for stay in stays} == {timedelta(0)}
