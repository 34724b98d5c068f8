"""Inviting observers, the watches of open pages, the QR code in the room, and what goes before the area committee."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from deliberation import selectors
from deliberation.models import Attendance, Motion
from deliberation.services import meetings, motions, polls
from kit.errors import DomainError
from kit.ids import new_id
from orgs.choices import Role
from tests.deliberation.conftest import NOW
from tests.factories import PersonFactory, PostingFactory

pytestmark = pytest.mark.usefixtures("clock")


def send(client, name, *args, **values):
    return client.post(reverse(name, args=args), {"form_key": str(new_id()), **values})


def test_an_observer_is_invited_from_those_in_reach(room, client):
    meeting = room.convened(room.accepted())
    client.force_login(room.joint)
    page = client.get(reverse("meeting", args=[meeting.pk])).text
    assert reverse("meeting-step", args=[meeting.pk, "invite"]) in page
    guest = PersonFactory(organization=room.cast.mingyue, name="农技员老曾")
    stranger = PersonFactory(organization=room.cast.yangfan, name="邻镇的人")
    form = client.get(reverse("meeting-step", args=[meeting.pk, "invite"])).text
    assert guest.name in form
    assert stranger.name not in form
    assert room.joint.name + "（" not in form  # already invited

    assert send(client, "meeting-step", meeting.pk, "invite", person=str(stranger.pk)).status_code == 422
    assert send(client, "meeting-step", meeting.pk, "invite", person=str(guest.pk)).status_code == 302
    invited = Attendance.objects.get(meeting=meeting, person=guest)
    assert (invited.capacity, invited.unit_id) == ("observing", room.cast.mingyue.pk)
    with pytest.raises(DomainError, match="已在参会名单"):
        meetings.invite_observer(actor=room.joint, meeting=meeting, person=guest, now=NOW)


def test_who_only_attends_invites_nobody(room, client):
    meeting = room.convened(room.accepted())
    client.force_login(room.daxing)
    assert (
        reverse("meeting-step", args=[meeting.pk, "invite"])
        not in client.get(reverse("meeting", args=[meeting.pk])).text
    )
    answer = send(client, "meeting-step", meeting.pk, "invite", person=str(room.cast.secretary_li.pk))
    assert answer.status_code in (403, 422)
    assert not Attendance.objects.filter(meeting=meeting, capacity="observing").exclude(person=room.adviser).exists()


def watched(client, name, key) -> tuple[str, str]:
    """(address of the watch as the page asks it, the same without the mark)."""
    page = client.get(reverse(name, args=[key])).text
    address = re.search(r'hx-get="([^"]+/watch/[^"]*)"', page)[1]
    return address, address.split("?")[0]


def test_the_page_of_a_sitting_meeting_follows_the_vote(room, client, clock):
    item = room.discussed(room.accepted())
    clock.move_to(item.meeting.starts_at)
    client.force_login(room.daxing)
    address, _ = watched(client, "meeting", item.meeting_id)
    assert client.get(address).status_code == 204
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=NOW + timedelta(days=7))
    assert client.get(address)["HX-Refresh"] == "true"
    address, _ = watched(client, "poll", poll.pk)
    assert client.get(address).status_code == 204
    polls.cast_ballot(actor=room.joint, poll=poll, choice="yes", now=NOW + timedelta(days=7))
    assert client.get(address).status_code == 204, "V7: a vote must not show while the poll is open"
    polls.close_poll(actor=room.joint, poll=poll, now=NOW + timedelta(days=7))
    assert client.get(address)["HX-Refresh"] == "true"
    assert "/watch/" not in client.get(reverse("poll", args=[poll.pk])).text


def test_the_code_in_the_room_leads_to_the_sign_in(room, client, clock):
    meeting = room.convened(room.accepted())
    clock.move_to(meeting.starts_at)
    client.force_login(room.joint)
    page = client.get(reverse("meeting-live", args=[meeting.pk]))
    assert page.context["sign_in_address"].startswith("http://testserver/meetings/")
    assert '<svg class="qr"' in page.text
    client.force_login(room.daxing)
    form = client.get(page.context["sign_in_address"]).text
    assert f'value="{meeting.sign_in_code}"' in form


def test_a_village_proposes_to_the_area_committee(room, client):
    client.force_login(room.cast.secretary_li)
    form = client.get(reverse("motion-new")).text
    assert "明月村党支部 · 曾口三产融合发展片区联合党委" in form
    values = {"title": "片区联动", "classification": "routine", "text": "三个联村共用一个品牌。"}
    send(client, "motion-new", membership=f"{room.cast.mingyue.pk}:{room.cast.area.pk}", **values)
    motion = Motion.objects.get()
    assert motion.body == room.cast.area
    # Every member unit of the area committee sees it; a village outside does not.
    assert motion in selectors.motions(room.cast.secretary_wang)
    assert motion not in selectors.motions(room.cast.secretary_sun)
    foreign = f"{room.cast.yangfan.pk}:{room.cast.area.pk}"
    assert send(client, "motion-new", membership=foreign, **values).status_code == 422


def test_a_joint_organization_brings_its_matter_before_the_area_committee(room):
    pairs = [(unit.pk, body.pk) for unit, body in selectors.proposable(room.joint)]
    assert (room.body.pk, room.cast.area.pk) in pairs
    motion = motions.propose_motion(
        actor=room.joint, unit=room.body, body=room.cast.area, title="联动", text="一起办节。", now=NOW
    )
    assert motion.unit == room.body


def test_the_area_conference_seats_the_joint_secretaries(room):
    leader = PersonFactory(organization=room.cast.area, name="片区书记甲")
    PostingFactory(person=leader, organization=room.cast.area, role=Role.AREA_SECRETARY)
    seats = {seat.person_id: seat for seat in selectors.entitled(room.cast.area, on=NOW.date())}
    assert seats[leader.pk].capacity == "voting"
    assert seats[room.joint.pk].unit_id == room.body.pk
    assert seats[room.cast.secretary_wang.pk].unit_id == room.cast.longmen.pk
    assert room.cast.secretary_sun.pk not in seats
