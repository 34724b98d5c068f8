"""更换代表: another person of the unit takes its seat by written order; votes where units vote, never for a person."""

import pytest

from deliberation.models import RollEntry, VotingRule
from deliberation.services import attendance, meetings, polls, sittings
from kit.errors import DomainError, Forbidden, RuleBroken
from orgs.choices import Role
from tests.factories import PersonFactory, PostingFactory

ORDER = "明月村委托书 2026-11-20"


def refused(code, field=None):
    return pytest.raises(DomainError, check=lambda e: e.code == code and (field is None or field in e.errors))


@pytest.fixture
def clerk_of_the_village(room):
    """周文书 works for 明月村."""
    person = PersonFactory(name="周文书", organization=room.cast.mingyue, username="zhou")
    PostingFactory(person=person, organization=room.cast.mingyue, role=Role.UNIT_REPRESENTATIVE)
    return person


@pytest.fixture
def meeting(room):
    return room.convened(room.accepted())


def seat(meeting, person):
    return meeting.attendances.get(person=person)


def replaced(room, meeting, person, **changes):
    values = {"attendance": seat(meeting, room.cast.secretary_li), "person": person, "order": ORDER, **changes}
    return attendance.replace_representative(actor=room.deputy, now=room.now, **values)


def test_the_substitute_has_the_seat_and_the_number_of_seats_stays(room, meeting, clerk_of_the_village):
    before = meeting.attendances.voting().count()
    found = replaced(room, meeting, clerk_of_the_village)
    assert (found.unit, found.capacity, found.order, found.post) == (room.cast.mingyue, "voting", ORDER, "受委托代表")
    assert seat(meeting, room.cast.secretary_li).capacity == "replaced"
    assert meeting.attendances.voting().count() == before


def discussed(room, meeting, person, code):
    """The item of a meeting where everybody came, 周文书 for 李顺; voted by one of the rules."""
    item = meeting.items.get()
    item.rule = VotingRule.objects.get(code=code)
    item.save()
    replaced(room, meeting, person)
    for each in meeting.attendances.voting().order_by("pk"):
        attendance.sign_in_for(actor=room.deputy, attendance=each, now=meeting.starts_at)
    sittings.open_meeting(actor=room.joint, meeting=meeting, now=meeting.starts_at)
    item = sittings.open_item(actor=room.joint, item=item, now=meeting.starts_at)
    return sittings.confirm_discussed(actor=room.joint, item=item, now=meeting.starts_at)


@pytest.mark.parametrize(
    ("code", "votes", "should_attend", "present"), [("JOINT-UNITS", True, 3, 3), ("JOINT", False, 5, 4)]
)
def test_the_substitute_votes_for_the_unit_and_never_for_a_person(
    room, meeting, clerk_of_the_village, code, votes, should_attend, present
):
    """F-23: one vote per unit, whoever represents it; by person, the seat is empty and still counts."""
    item = discussed(room, meeting, clerk_of_the_village, code)
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=room.now)
    on_roll = RollEntry.objects.filter(poll=poll, person=clerk_of_the_village).exists()
    assert (on_roll, poll.should_attend, poll.present) == (votes, should_attend, present)
    assert not RollEntry.objects.filter(poll=poll, person=room.cast.secretary_li).exists()
    with pytest.raises(Forbidden):
        polls.cast_ballot(actor=room.cast.secretary_li, poll=poll, choice="yes", now=room.now)


def test_what_is_wrong_is_said_at_the_field(room, meeting, clerk_of_the_village):
    with refused("not_of_the_unit", "person"):
        replaced(room, meeting, room.cast.outsider)
    with pytest.raises(RuleBroken, check=lambda e: "order" in e.errors):
        replaced(room, meeting, clerk_of_the_village, order=" ")
    with refused("leaders_come_themselves"):
        replaced(room, meeting, clerk_of_the_village, attendance=seat(meeting, room.joint))
    with refused("no_seat_to_take"):
        replaced(room, meeting, clerk_of_the_village, attendance=seat(meeting, room.adviser))
    found = replaced(room, meeting, clerk_of_the_village)
    another = PersonFactory(name="吴会计", organization=room.cast.mingyue)
    with refused("no_seat_to_take"):
        replaced(room, meeting, another)
    with refused("no_seat_to_take"):
        replaced(room, meeting, another, attendance=found)


def test_who_has_been_in_the_room_is_not_replaced(room, meeting, clerk_of_the_village):
    attendance.sign_in_for(actor=room.deputy, attendance=seat(meeting, room.cast.secretary_li), now=meeting.starts_at)
    with refused("already_came"):
        replaced(room, meeting, clerk_of_the_village)


def test_whoever_is_invited_already_takes_no_second_seat(room, meeting, clerk_of_the_village):
    meetings.invite_observer(actor=room.joint, meeting=meeting, person=clerk_of_the_village, now=room.now)
    with refused("already_invited", "person"):
        replaced(room, meeting, clerk_of_the_village)


def test_only_the_desk_enters_an_order(room, meeting, clerk_of_the_village):
    for person in (room.daxing, room.cast.secretary_li, clerk_of_the_village):
        with pytest.raises(Forbidden):
            attendance.replace_representative(
                actor=person,
                attendance=seat(meeting, room.cast.secretary_li),
                person=clerk_of_the_village,
                order=ORDER,
                now=room.now,
            )
