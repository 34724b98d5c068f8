"""Who hears of which fact, once each; and 催办."""

from datetime import timedelta

import pytest

from deliberation.services import meetings, motions, resolutions, tasks
from kit import facts
from kit.errors import DomainError, Forbidden, Hidden
from kit.models import Fact
from orgs.choices import Role
from oversight import selectors
from oversight.models import Notification, Nudge
from oversight.services import notifications
from oversight.subscribers import TELLER
from resources.services import demands
from tests.deliberation.conftest import room  # noqa: F401 - a fixture
from tests.deliberation.test_resolutions import published
from tests.factories import PersonFactory, PostingFactory
from tests.oversight.conftest import at

NOW = at(11, 24, 9)


def refused(code):
    return pytest.raises(DomainError, check=lambda e: e.code == code)


def heard(person) -> list[str]:
    facts.deliver_pending(now=NOW)
    rows = Notification.objects.filter(recipient=person, kind="fact").order_by("pk")
    return sorted(rows.values_list("heading", flat=True))


def test_proposer_and_seconder_hear_of_each_step(room):  # noqa: F811
    """F-28: from acceptance to the notice; whoever did a step is not told of it."""
    motion = room.motion()
    motions.second_motion(actor=room.daxing, motion=motion, unit=room.cast.daxing, now=room.now)
    motions.accept_motion(actor=room.joint, motion=motion, now=room.now)
    meeting = room.plan()
    meetings.add_item(actor=room.joint, meeting=meeting, kind="vote", motion=motion, now=room.now)
    assert heard(room.cast.secretary_li) == ["列入会议", "受理议题", "联名"]
    assert heard(room.daxing) == ["列入会议", "受理议题"]


def test_the_chain_is_heard_to_its_end(room):  # noqa: F811
    notice = published(room)
    resolution = notice.resolution
    resolutions.make_effective(actor=room.joint, resolution=resolution, now=room.now + timedelta(days=8))
    task = tasks.assign_task(
        actor=room.joint,
        resolution=resolution,
        title="修缮烘干房",
        due_on=(room.now + timedelta(days=30)).date(),
        owner=room.cast.daxing,
        now=room.now,
    )
    tasks.report_task(actor=room.daxing, task=task, progress="已修好。", now=room.now)
    tasks.accept_task(actor=room.joint, task=task, now=room.now)
    found = heard(room.cast.secretary_li)
    for step in (
        "受理议题",
        "列入会议",
        "表决通过",
        "形成决议",
        "公示",
        "决议生效",
        "布置任务",
        "报任务完成",
        "决议办结",
    ):
        assert step in found, step
    # The unit that has to do it hears what is asked of it, and opens the very task.
    mine = Notification.objects.get(recipient=room.daxing, heading="布置任务")
    assert (mine.page, mine.key, mine.title) == ("task", task.pk, "修缮烘干房")


def test_everybody_invited_hears_that_a_meeting_is_called_put_off_and_called_off(room):  # noqa: F811
    meeting = room.convened(room.accepted())
    meetings.postpone(
        actor=room.joint, meeting=meeting, reason="防汛", starts_at=meeting.starts_at + timedelta(days=3), now=room.now
    )
    meetings.cancel(actor=room.joint, meeting=meeting, reason="防汛", now=room.now)
    assert heard(room.adviser) == ["会议取消", "会议延期", "发出会议通知"]
    assert "会议取消" not in heard(room.joint)


def test_the_author_hears_what_became_of_a_demand(cast, demand):
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=NOW)
    assert heard(cast.secretary_li) == ["受理需求"]
    assert heard(cast.entrepreneur_he) == []


def test_a_fact_is_told_once_however_often_it_is_delivered(cast, demand):
    """R3: the receipt and the unique cause; and the control, without either a second delivery tells again."""
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=NOW)
    fact = Fact.objects.get(event="resources.demand.accepted")
    for _ in range(3):
        notifications.tell(actor=TELLER, fact=fact, now=NOW)
    assert heard(cast.secretary_li) == ["受理需求"]
    fact.pk = fact.id = demand.pk  # another cause is another notification
    notifications.tell(actor=TELLER, fact=fact, now=NOW)
    assert heard(cast.secretary_li) == ["受理需求", "受理需求"]


def test_R5_what_is_told_days_late_is_marked_and_rings_nobody(cast, demand):
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=NOW)
    fact = Fact.objects.get(event="resources.demand.accepted")
    notifications.tell(actor=TELLER, fact=fact, now=NOW + timedelta(days=8))
    row = Notification.objects.get(recipient=cast.secretary_li)
    assert (row.is_late, row.told_at) == (True, NOW)
    assert selectors.unread(person=cast.secretary_li) == 0


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def notification(cast, demand):
    demands.accept_demand(actor=cast.cadre_chen, demand=demand, now=NOW)
    fact = Fact.objects.get(event="resources.demand.accepted")
    notifications.tell(actor=TELLER, fact=fact, now=NOW)
    return Notification.objects.get(recipient=cast.secretary_li)


def test_reading_counts_once(cast, notification):
    assert selectors.unread(person=cast.secretary_li) == 1
    notifications.read_notification(actor=cast.secretary_li, notification=notification, now=NOW)
    again = notifications.read_notification(
        actor=cast.secretary_li, notification=notification, now=NOW + timedelta(hours=1)
    )
    assert again.read_at == NOW
    assert selectors.unread(person=cast.secretary_li) == 0


def test_nobody_reads_what_another_was_told(cast, notification):
    assert not selectors.notifications(cast.cadre_chen).exists()
    with pytest.raises(Hidden):
        notifications.read_notification(actor=cast.cadre_chen, notification=notification, now=NOW)
    assert notifications.read_all(actor=cast.cadre_chen, now=NOW) == 0
    assert notifications.read_all(actor=cast.secretary_li, now=NOW) == 1


# --- nudging ---------------------------------------------------------------------------------------------------------


def nudge(person, demand, now=NOW):
    return notifications.nudge(actor=person, subject=facts.subject_label(demand), now=now)


def test_who_waits_for_an_item_nudges_whoever_has_it(cast, demand):
    made = nudge(cast.secretary_li, demand)
    row = Notification.objects.get(cause=made.pk)
    assert (row.recipient, row.heading, row.note) == (cast.cadre_chen, "受理需求", "李顺催办，请尽快办理")
    assert Fact.objects.filter(event="oversight.nudge.sent", subject=facts.subject_label(demand)).count() == 1


def test_one_nudge_an_item_in_two_working_days_whoever_asks(cast, demand):
    clerk = PersonFactory(name="周经办", organization=cast.mingyue, username="clerk")
    PostingFactory(person=clerk, role=Role.UNIT_REPRESENTATIVE)
    friday = at(11, 27, 9)
    nudge(cast.secretary_li, demand, friday)
    for moment in (friday, at(11, 29, 9), at(11, 30, 9)):
        with refused("nudged_lately"):
            nudge(clerk, demand, moment)
    with pytest.raises(DomainError, match="最早12月1日"):
        nudge(clerk, demand, at(11, 30, 9))
    nudge(clerk, demand, at(12, 1, 9))
    assert Nudge.objects.count() == 2


def test_who_does_not_wait_for_it_may_not_nudge(cast, demand):
    with pytest.raises(Forbidden, match="等着这件事的人"):
        nudge(cast.entrepreneur_he, demand)
    with pytest.raises(Hidden):
        nudge(cast.secretary_wang, demand)
    with pytest.raises(Forbidden):
        nudge(cast.district_zhao, demand)


@pytest.mark.parametrize("subject", ["resources.demand:nonsense", "nothing.here:0", "", "orgs.person:1"])
def test_what_is_nothing_open_is_hidden(cast, demand, subject):
    with pytest.raises(Hidden):
        notifications.nudge(actor=cast.secretary_li, subject=subject, now=NOW)


def test_what_is_done_cannot_be_nudged(cast, demand):
    demands.return_demand(actor=cast.cadre_chen, demand=demand, reason="请补充。", now=NOW)
    with pytest.raises(Hidden):
        nudge(cast.secretary_li, demand)


def test_a_motion_waiting_to_be_taken_up_is_nudged_without_a_deadline(room):  # noqa: F811
    motion = room.motion()
    made = notifications.nudge(actor=room.cast.secretary_li, subject=facts.subject_label(motion), now=room.now)
    names = set(Notification.objects.filter(cause=made.pk).values_list("recipient__name", flat=True))
    assert names == {room.joint.name, room.deputy.name}
