"""复制到微信群: what each text says, and what is told to no chat group at all."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from deliberation import selectors
from deliberation.choices import MotionClass
from deliberation.models import Meeting, Resolution
from deliberation.services import attendance, meetings, notices, sittings, tasks
from kit.calendar import day_of
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import formed, published

ON = day_of(NOW)
ADDRESS = "https://liancun.example/public/notices/1/"


def of_meeting(meeting, may_remind=False):
    return {each.name: each.text for each in selectors.meeting_copies(meeting, may_remind=may_remind, on=ON)}


def of_resolution(resolution, notice=None):
    copies = selectors.resolution_copies(resolution, notice, address=ADDRESS, on=ON)
    return {each.name: each.text for each in copies}


def test_a_notice_gives_time_place_and_agenda(room):
    meeting = room.convened(room.accepted())
    assert of_meeting(meeting) == {
        "notice": "【会议通知】第四季度联席会议\n"
        f"{room.body.name}\n"
        "时间：2026年12月1日 星期二 09:00\n"
        "地点：明月村活动阵地\n"
        "议题：\n"
        "1. 关于修缮烘干房的议题（明月村党支部）\n"
        "请参会人员登录联村系统回执，不能参加的先请假。"
    }


def test_before_the_notice_nothing_is_told(room):
    assert of_meeting(room.plan(), may_remind=True) == {}


def test_who_prepares_the_meeting_reminds_units_and_not_persons(room):
    meeting = room.convened(room.accepted())
    silent = of_meeting(meeting, may_remind=True)["silent"]
    assert "明月村党支部" in silent
    assert "大兴村党支部" in silent
    attendance.reply(actor=room.daxing, meeting=meeting, reply="attend", now=room.now)
    assert "大兴村党支部" not in of_meeting(meeting, may_remind=True)["silent"]
    assert "silent" not in of_meeting(meeting)


def test_a_meeting_put_off_or_called_off_says_so(room):
    meeting = room.convened(room.accepted())
    later = meeting.starts_at + timedelta(days=7)
    meetings.postpone(actor=room.joint, meeting=meeting, reason="马福生生病", starts_at=later, now=room.now)
    put_off = of_meeting(Meeting.objects.get(pk=meeting.pk))["called-off"]
    assert "2026年12月8日" in put_off
    assert "生病" not in put_off
    meetings.cancel(actor=room.joint, meeting=meeting, reason="马福生生病", now=room.now)
    assert "【会议取消】" in of_meeting(Meeting.objects.get(pk=meeting.pk))["called-off"]


def test_after_the_meeting_only_what_may_be_told_is_told(room):
    resolution = formed(room, scope="members")
    meeting = resolution.poll.item.meeting
    sittings.end_meeting(actor=room.joint, meeting=meeting, now=meeting.starts_at + timedelta(hours=1))
    ended = Meeting.objects.get(pk=meeting.pk)
    assert "1. 关于修缮烘干房的议题：表决通过，形成决议（联村〔2026〕1号）" in of_meeting(ended)["result"]
    Resolution.objects.filter(pk=resolution.pk).update(scope="party")
    assert "1. 关于修缮烘干房的议题：已审议" in of_meeting(ended)["result"]


@pytest.mark.parametrize("scope", ["public", "members", "party", "none"])
def test_a_resolution_is_told_within_its_scope_alone(room, scope):
    resolution = formed(room, scope=scope)
    tasks.assign_task(
        actor=room.joint,
        resolution=resolution,
        title="修缮烘干房",
        due_on=(NOW + timedelta(days=30)).date(),
        owner=room.cast.mingyue,
        now=room.now,
    )
    told = of_resolution(resolution)
    task = selectors.task_copies(resolution.tasks.select_related("owner").get(), on=ON)
    assert (set(told), len(task)) == (({"resolution"}, 1) if scope in ("public", "members") else (set(), 0))
    if told:
        assert "赞成3票，反对0票，弃权0票，表决通过。" in told["resolution"]
        assert "1. 修缮烘干房——明月村党支部，2026年12月24日前" in told["resolution"]
        assert "牵头：明月村党支部" in task[0].text


def test_a_cadre_proposal_is_in_no_text(room):
    closed = {"classification": MotionClass.MAJOR_APPOINTMENT, "consultation_note": "已逐一酝酿", "title": "建议谁任职"}
    resolution = formed(room, scope="members", **closed)
    meeting = resolution.poll.item.meeting
    assert of_resolution(resolution) == {}
    assert "建议谁任职" not in of_meeting(meeting)["notice"]
    assert "1. 不公开议题" in of_meeting(meeting)["notice"]


def test_a_public_notice_carries_the_reviewed_words_and_the_way_to_object(room):
    notice = published(room)
    told = of_resolution(notice.resolution, notice)["public"]
    assert told.startswith("【公示】公示\n烘干房由明月村修缮。\n公示期：2026年11月24日至2026年11月30日")
    assert told.endswith(ADDRESS)
    assert "public" not in {
        each.name
        for each in selectors.resolution_copies(
            notice.resolution, notice, address=ADDRESS, on=notice.from_on - timedelta(days=1)
        )
    }


def test_a_members_notice_is_not_told_to_a_chat_group(room):
    notice = notices.publish_notice(
        actor=room.cast.cadre_chen,
        resolution=formed(room, scope="members"),
        title="公示",
        text="烘干房由明月村修缮。",
        now=room.now,
    )
    assert "public" not in of_resolution(notice.resolution, notice)


# --- the pages -------------------------------------------------------------------------------------------------------


def test_the_pages_offer_the_texts(room, client):
    with time_machine.travel(NOW, tick=False):
        notice = published(room)
        client.force_login(room.daxing)
        page = client.get(reverse("resolution", args=[notice.resolution_id])).text
        assert '复制文字<span class="vh">：公示</span>' in page
        assert f"http://testserver{reverse('public-notice', args=[notice.pk])}</textarea>" in page
        meeting = client.get(reverse("meeting", args=[notice.resolution.poll.item.meeting_id])).text
        assert '复制文字<span class="vh">：会议通知</span>' in meeting
        assert "催回执" not in meeting


def brief(client, **asked):
    return client.get(reverse("briefs"), asked)


def test_a_brief_of_an_organization_in_reach(room, client):
    with time_machine.travel(NOW, tick=False):
        published(room)
        client.force_login(room.cast.cadre_chen)
        page = brief(client, of=room.body.pk, quarter="2026Q4").text
        assert f"【联村简报】{room.body.name} 2026年第四季度" in page
        assert "议题：1个单位提出1件。" in page
        assert "决议：形成1项，生效0项，向社会公示1项。" in page
        assert f"【联村简报】{room.cast.sanjiang.name}" in brief(client, of=room.cast.sanjiang.pk).text


@pytest.mark.parametrize("quarter", ["2026Q5", "1999Q1", "9999Q4", "x", "2027Q1"])
def test_a_quarter_that_is_not_offered_is_refused(room, client, quarter):
    with time_machine.travel(NOW, tick=False):
        client.force_login(room.cast.cadre_chen)
        assert brief(client, quarter=quarter).status_code == 400
        assert brief(client, of="not-an-id").status_code == 400


def test_no_brief_of_a_neighbour(room, client):
    with time_machine.travel(NOW, tick=False):
        client.force_login(room.cast.secretary_sun)
        assert brief(client, of=room.body.pk).status_code == 404
        assert room.body.name not in brief(client).text
