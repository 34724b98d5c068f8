"""F-20: a joint conference at least once each quarter; a meeting that only reports does not count."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from deliberation import rules, selectors
from deliberation.choices import ItemKind, ItemState, MeetingForm, MeetingState
from deliberation.models import AgendaItem, Meeting
from deliberation.services import attendance, meetings, sittings
from kit.calendar import Quarter
from kit.services import stamp
from tests.factories import MAKER, JointOrgFactory, OrganizationFactory

Q4 = Quarter(2026, 4)
BRIEFED = (ItemKind.BRIEFING, ItemState.DONE)
TALKED = (ItemKind.DISCUSSION, ItemState.DONE)
STUDIED = (ItemKind.STUDY, ItemState.DONE)
PUT_OFF = (ItemKind.DISCUSSION, ItemState.DEFERRED)

CASES = [
    (MeetingForm.JOINT_CONFERENCE, MeetingState.ENDED, [TALKED], True),
    (MeetingForm.JOINT_CONFERENCE, MeetingState.ENDED, [BRIEFED, TALKED], True),
    (MeetingForm.JOINT_CONFERENCE, MeetingState.ENDED, [STUDIED], True),
    (MeetingForm.JOINT_CONFERENCE, MeetingState.ENDED, [BRIEFED, BRIEFED], False),
    (MeetingForm.JOINT_CONFERENCE, MeetingState.ENDED, [BRIEFED, PUT_OFF], False),
    (MeetingForm.JOINT_CONFERENCE, MeetingState.ENDED, [], False),
    (MeetingForm.JOINT_CONFERENCE, MeetingState.IN_SESSION, [TALKED], False),
    (MeetingForm.JOINT_CONFERENCE, MeetingState.CANCELLED, [TALKED], False),
    (MeetingForm.HEART_TO_HEART, MeetingState.ENDED, [TALKED], False),
]


def meeting_of(body, *, form=MeetingForm.JOINT_CONFERENCE, state=MeetingState.ENDED, items=(TALKED,), quarter=Q4):
    """A meeting as it stands in the register, without the way there."""
    person = body.people.first() or body.parent.people.first()
    starts_at = datetime(quarter.start.year, quarter.start.month, 20, 9, tzinfo=timezone.get_default_timezone())
    with transaction.atomic():
        stamp(MAKER)
        meeting = Meeting.objects.create(
            body=body,
            form=form,
            title="联席会议",
            quarter=str(quarter),
            starts_at=starts_at,
            chair=person,
            clerk=person,
            contact=person,
            sign_in_code="12345678",
            state=state,
            created_at=starts_at,
        )
        for position, (kind, item_state) in enumerate(items, 1):
            AgendaItem.objects.create(meeting=meeting, kind=kind, title="事项", position=position, state=item_state)
    return meeting


@pytest.mark.parametrize(("form", "state", "items", "counts"), CASES)
def test_what_counts_in_the_rule_and_in_the_database(cast, form, state, items, counts):
    assert rules.counts_for_quarter(form=form, state=state, items=items) is counts
    meeting = meeting_of(cast.tianma.organization, form=form, state=state, items=items)
    assert list(selectors.conferences(Q4)) == ([meeting] if counts else [])


def test_a_conference_counts_for_the_quarter_it_was_planned_for(cast):
    meeting_of(cast.tianma.organization, quarter=Q4.previous())
    assert cast.tianma.organization not in selectors.with_conference(Q4)
    assert cast.tianma.organization in selectors.with_conference(Q4.previous())


def test_a_meeting_that_only_reports_leaves_its_body_missing(room):
    """The whole way through the services: 通报 alone is no conference."""
    meeting = room.plan()
    for kind, title in (("briefing", "通报产业进展"), ("briefing", "通报经费")):
        meetings.add_item(actor=room.joint, meeting=meeting, kind=kind, title=title, now=room.now)
    meetings.freeze_agenda(actor=room.joint, meeting=meeting, now=room.now)
    meetings.convene(actor=room.joint, meeting=meeting, now=room.now)
    seat = meeting.attendances.get(person=room.joint)
    attendance.sign_in_for(actor=room.deputy, attendance=seat, now=meeting.starts_at)
    sittings.open_meeting(actor=room.joint, meeting=meeting, now=meeting.starts_at)
    for item in meeting.items.order_by("position"):
        sittings.open_item(actor=room.joint, item=item, now=meeting.starts_at)
        sittings.finish_item(actor=room.joint, item=item, outcome="已通报", now=meeting.starts_at)
    sittings.end_meeting(actor=room.joint, meeting=meeting, now=meeting.starts_at)
    assert room.body in selectors.without_conference(Q4)


def test_bodies_with_and_without_make_up_the_whole(cast):
    held = meeting_of(cast.tianma.organization)
    meeting_of(cast.tianma.organization)
    bodies = selectors.bodies_in_quarter(Q4)
    assert {b.name for b in bodies} == {
        cast.area.name,
        *(j.organization.name for j in (cast.tianma, cast.longmen_base, cast.zengkou_joint)),
    }
    assert [b.conference for b in selectors.with_conference(Q4)] == [held.pk]
    assert selectors.without_conference(Q4).count() == 3


def test_a_body_is_asked_only_while_it_exists(cast):
    JointOrgFactory(
        organization=OrganizationFactory(kind="joint_org", parent=cast.sanjiang, number=9, name="新联村党委"),
        founded_on=date(2026, 11, 2),
        approval_number="三委〔2026〕9号",
    )
    gone = cast.zengkou_joint
    with transaction.atomic():
        stamp(MAKER)
        gone.state, gone.dissolved_on = "dissolved", date(2026, 10, 15)
        gone.save()
    in_q3 = {b.name for b in selectors.bodies_in_quarter(Quarter(2026, 3))}
    in_q4 = {b.name for b in selectors.bodies_in_quarter(Q4)}
    assert in_q4 - in_q3 == {"新联村党委"}
    assert in_q3 - in_q4 == {gone.organization.name}


def test_reach_is_the_callers(cast):
    def seen(name):
        return {b.name for b in selectors.bodies_in_quarter(Q4, person=cast[name])}

    led = {cast.tianma.organization.name, cast.longmen_base.organization.name}
    assert seen("cadre_chen") == {*led, cast.area.name}
    assert seen("secretary_sun") == {cast.zengkou_joint.organization.name}
    assert len(seen("district_zhao")) == 4
    assert seen("outsider") == seen("system_admin") == set()


def test_the_figure_by_township_area_and_body(cast):
    meeting_of(cast.tianma.organization)

    def figures(by):
        return {f.name: (f.held, f.due, f.missing) for f in selectors.quarter_figures(Q4, by=by)}

    assert figures("township") == {
        cast.sanjiang.name: (1, 2, 1),
        cast.zengkou.name: (0, 1, 1),
        cast.area.name: (0, 1, 1),
    }
    # 扬帆 stands under no area committee.
    assert figures("area") == {cast.area.name: (1, 3, 2), "": (0, 1, 1)}
    assert figures("body")[cast.tianma.organization.name] == (1, 1, 0)


@pytest.mark.parametrize("by", ["township", "area", "body"])
def test_every_figure_adds_up_to_its_rows(cast, by):
    meeting_of(cast.tianma.organization)
    person = cast.district_zhao
    whole = selectors.quarter_total(selectors.quarter_figures(Q4, by=by, person=person))
    assert (whole.held, whole.missing, whole.due) == (
        selectors.with_conference(Q4, person=person).count(),
        selectors.without_conference(Q4, person=person).count(),
        selectors.bodies_in_quarter(Q4, person=person).count(),
    )
    assert whole.share == Fraction(1, 4)


def test_nothing_due_is_no_figure_and_no_zero(cast):
    assert selectors.quarter_figures(Quarter(2019, 1), person=cast.secretary_sun) == []
    assert selectors.quarter_total([]).share is None


def test_the_figure_takes_two_statements_however_many_bodies(cast):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            selectors.quarter_figures(Q4)
        return len(queries)

    assert statements() == 2
    for number in range(20, 40):
        JointOrgFactory(
            organization=OrganizationFactory(kind="joint_org", parent=cast.sanjiang, number=number, name=f"第{number}"),
            approval_number=f"三委〔2026〕{number}号",
        )
    assert statements() == 2


@pytest.mark.parametrize(
    ("on", "colour"),
    [
        (date(2026, 11, 30), "grey"),
        (date(2026, 12, 1), "yellow"),
        (date(2026, 12, 31), "yellow"),
        (date(2027, 1, 1), "red"),
    ],
)
def test_the_light_turns_yellow_thirty_days_before_the_end_and_red_after_it(on, colour):
    assert rules.quarter_light(is_held=False, quarter=Q4, on=on, yellow_days=30).colour == colour
    assert rules.quarter_light(is_held=True, quarter=Q4, on=on, yellow_days=30).colour == "green"


def test_the_light_of_a_row(cast):
    meeting_of(cast.tianma.organization)
    lights = {
        body.name: selectors.quarter_light(body, Q4, on=date(2026, 12, 20)).colour
        for body in selectors.bodies_in_quarter(Q4)
    }
    assert lights.pop(cast.tianma.organization.name) == "green"
    assert set(lights.values()) == {"yellow"}
