"""From the motion to the closed task through the pages, the neighbour who gets 404, and errors at the field."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deliberation.models import Attendance, Meeting, Motion, Poll, Resolution, ResolutionTask
from deliberation.services import meetings, notices, polls, tasks
from kit.actors import System
from kit.ids import new_id
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import formed, published

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def as_(client):
    def log_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def send(client, name, *args, **values):
    return client.post(reverse(name, args=args), {"form_key": str(new_id()), **values})


def went(answer, status=302):
    assert answer.status_code == status, re.sub(r"\s+", " ", answer.text)[-1500:]
    return answer


def written(room, as_, **changes):
    client = as_(room.cast.secretary_li)
    place = re.search(r'<option value="([^"]+)" selected', client.get(reverse("motion-new")).text)[1]
    values = {"title": "关于修缮烘干房的议题", "classification": "routine", "text": "烘干房漏雨。", **changes}
    return send(client, "motion-new", membership=place, **values)


def test_from_the_motion_to_the_closed_task(room, as_, clock):
    went(written(room, as_))
    motion = Motion.objects.get()
    assert motion.state == "submitted"

    client = as_(room.joint)
    assert motion.title in client.get(reverse("workbench")).text
    went(send(client, "motion-step", motion.pk, "accept"))
    starts = NOW + timedelta(days=7)
    went(
        send(
            client,
            "meeting-new",
            body=room.body.pk,
            form="joint_conference",
            title="第四季度联席会议",
            starts_at=starts.strftime("%Y-%m-%dT%H:%M"),
            place_text="明月村活动阵地",
            chair=room.joint.pk,
            clerk=room.deputy.pk,
        )
    )
    meeting = Meeting.objects.get()
    assert meeting.starts_at == starts
    went(send(client, "meeting-step", meeting.pk, "item", kind="vote", motion=motion.pk, minutes_allotted=20))
    went(send(client, "meeting-step", meeting.pk, "freeze"))
    went(send(client, "meeting-step", meeting.pk, "convene"))

    client = as_(room.daxing)
    assert "请回复能否出席" in client.get(reverse("workbench")).text
    assert send(client, "meeting-step", meeting.pk, "reply", reply="leave").status_code == 422
    went(send(client, "meeting-step", meeting.pk, "reply", reply="attend"))
    assert "请回复能否出席" not in client.get(reverse("workbench")).text

    clock.move_to(starts)
    client = as_(room.daxing)
    assert "签到时间到" in client.get(reverse("workbench")).text
    wrong = send(client, "meeting-sign-in", meeting.pk, code="00000000x")
    assert (wrong.status_code, "签到码不对" in wrong.text) == (422, True)
    went(send(client, "meeting-sign-in", meeting.pk, code=meeting.sign_in_code))
    client = as_(room.deputy)
    for each in Attendance.objects.filter(meeting=meeting).exclude(person=room.daxing.pk):
        went(send(client, "attendance-step", each.pk, "arrive"))

    client = as_(room.joint)
    went(send(client, "sitting-step", meeting.pk, "open"))
    item = meeting.items.get()
    for step in ("open", "discussed"):
        went(send(client, "item-step", item.pk, step))
    live = client.get(reverse("meeting-live", args=[meeting.pk])).text
    assert "开始表决" in live
    assert "到会人数符合规定" in live
    went(send(client, "item-step", item.pk, "poll", method="recorded"))
    poll = Poll.objects.get()
    for person in (room.joint, room.deputy, room.daxing, room.cast.secretary_li):
        client = as_(person)
        page = client.get(reverse("poll", args=[poll.pk])).text
        assert [page.count(f'value="{choice}"') for choice in ("yes", "no", "abstain")] == [1, 1, 1]
        went(send(client, "poll-step", poll.pk, "vote", choice="yes"))
    assert "您已表决" in client.get(reverse("poll", args=[poll.pk])).text
    client = as_(room.joint)
    went(send(client, "poll-step", poll.pk, "close"))
    result = client.get(reverse("poll", args=[poll.pk])).text
    assert "表决通过" in result
    assert "通过线" in result
    went(send(client, "sitting-step", meeting.pk, "end"))

    went(
        send(
            client,
            "motion-step",
            motion.pk,
            "form",
            title="关于修缮烘干房的决议",
            text="由明月村修缮。",
            scope="public",
        )
    )
    resolution = Resolution.objects.get()
    due = (starts + timedelta(days=30)).date()
    went(
        send(
            client,
            "resolution-step",
            resolution.pk,
            "assign",
            title="修缮烘干房",
            due_on=due.isoformat(),
            owner=room.cast.mingyue.pk,
        )
    )
    went(
        send(as_(room.cast.cadre_chen), "resolution-step", resolution.pk, "publish", title="公示", text="修缮烘干房。")
    )
    clock.move_to(starts + timedelta(days=8))
    went(send(as_(room.joint), "resolution-step", resolution.pk, "take_effect"))

    task = ResolutionTask.objects.get()
    client = as_(room.cast.secretary_li)
    assert "落实任务" in client.get(reverse("workbench")).text
    assert send(client, "task-step", task.pk, "report", progress=" ").status_code == 422
    went(send(client, "task-step", task.pk, "report", progress="已修好，附验收单。"))
    went(send(as_(room.deputy), "task-step", task.pk, "accept"))
    client = as_(room.cast.secretary_li)
    went(send(client, "task-step", task.pk, "confirm"))
    task.refresh_from_db()
    resolution.refresh_from_db()
    assert (task.state, resolution.state) == ("confirmed", "completed")
    for name, row in (("motion", motion), ("meeting", meeting), ("resolution", resolution), ("task", task)):
        assert client.get(reverse(name, args=[row.pk])).status_code == 200


def test_the_same_form_twice_is_one_motion(room, as_):
    client = as_(room.cast.secretary_li)
    place = f"{room.cast.mingyue.pk}:{room.body.pk}"
    key = str(new_id())
    values = {"title": "提灌站", "classification": "routine", "text": "水泵坏了。", "membership": place}
    for _ in range(2):
        client.post(reverse("motion-new"), {"form_key": key, **values})
    assert Motion.objects.count() == 1


def test_a_major_motion_without_consultation_is_told_at_the_field(room, as_):
    answer = written(room, as_, classification="major_funds")
    assert answer.status_code == 422
    assert "个别酝酿" in answer.text
    assert 'id="id_consultation_note_error"' in answer.text
    assert not Motion.objects.exists()


def test_who_only_attends_does_not_drive_the_meeting(room, as_):
    meeting = room.sitting(room.accepted())
    client = as_(room.daxing)
    assert client.get(reverse("meeting-live", args=[meeting.pk])).status_code == 404
    assert send(client, "sitting-step", meeting.pk, "end").status_code == 403
    assert send(client, "item-step", meeting.items.get().pk, "open").status_code == 403


def test_the_room_is_drawn_again_only_when_something_was_decided(room, as_):
    meeting = room.sitting(room.accepted())
    client = as_(room.joint)
    page = client.get(reverse("meeting-live", args=[meeting.pk])).text
    address = re.search(r'hx-get="([^"]+)"', page)[1]
    fragment = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert "实到" in fragment.text
    send(client, "item-step", meeting.items.get().pk, "open")
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_a_vote_asks_for_the_password_again(room, as_, clock):
    item = room.discussed(room.accepted())
    poll = polls.open_poll(actor=room.joint, item=item, method="recorded", now=NOW)
    client = as_(room.daxing)
    clock.move_to(NOW + timedelta(minutes=11))
    answer = send(client, "poll-step", poll.pk, "vote", choice="yes")
    assert answer.status_code == 302
    assert answer["Location"] != reverse("poll", args=[poll.pk])
    assert not poll.roll.filter(ballot__isnull=False).exists()


def test_two_tellers_count_apart_and_a_difference_is_told(room, as_):
    item = room.discussed(room.accepted())
    poll = polls.open_poll(
        actor=room.joint, item=item, method="show_of_hands", teller_a=room.deputy, teller_b=room.daxing, now=NOW
    )
    assert "计票" in as_(room.deputy).get(reverse("workbench")).text
    too_many = send(as_(room.deputy), "poll-step", poll.pk, "tally", yes=99, no=0, abstain=0)
    assert (too_many.status_code, "多于到会" in too_many.text) == (422, True)
    went(send(as_(room.deputy), "poll-step", poll.pk, "tally", yes=3, no=0, abstain=0))
    went(send(as_(room.daxing), "poll-step", poll.pk, "tally", yes=2, no=1, abstain=0))
    page = as_(room.daxing).get(reverse("poll", args=[poll.pk])).text
    assert "票数不一致" in page
    assert send(as_(room.joint), "poll-step", poll.pk, "close").status_code == 409


def test_a_secret_vote_on_paper_from_the_chair_to_the_board(room, as_):
    """T4: the chair asks for it, the voters are told how, two tellers count slips, the board says what was counted."""
    item = room.discussed(room.accepted())
    chair = as_(room.joint)
    one = send(chair, "item-step", item.pk, "poll", method="secret", teller_a=room.deputy.pk)
    assert (one.status_code, "两名不同的计票人" in one.text) == (422, True)
    tellers = {"teller_a": room.deputy.pk, "teller_b": room.daxing.pk}
    went(send(chair, "item-step", item.pk, "poll", method="secret", **tellers))
    poll = item.polls.get()
    shown = as_(room.cast.secretary_li).get(reverse("poll", args=[poll.pk])).text
    assert "您在本次表决中投纸质票" in shown
    assert "可能让人猜出" in shown
    assert 'name="choice"' not in shown
    assert reverse("poll-step", args=[poll.pk, "slips"]) in as_(room.deputy).get(reverse("workbench")).text
    slips = {"issued": 5, "returned": 5, "yes": 5, "no": 0, "abstain": 0, "blank": 0, "invalid": 0}
    wrong = send(as_(room.deputy), "poll-step", poll.pk, "slips", **slips | {"blank": 1})
    assert (wrong.status_code, "与收回的5张不符" in wrong.text) == (422, True)
    for teller in (room.deputy, room.daxing):
        went(send(as_(teller), "poll-step", poll.pk, "slips", **slips))
    chair = as_(room.joint)
    went(send(chair, "poll-step", poll.pk, "close"))
    page = chair.get(reverse("poll", args=[poll.pk])).text
    for words in ("发出选票 5 张", "票全部相同", "表决板", poll.board.last().hash):
        assert words in page
    assert "记名情况" not in page


def test_an_objection_is_answered_from_the_workbench(room, as_):
    notice = published(room)
    objection = notices.file_objection(
        actor=System("visitor"), notice=notice, text="选址没有和三社的住户商量过。", now=NOW
    )
    client = as_(room.joint)
    assert reverse("objection-answer", args=[objection.pk]) in client.get(reverse("workbench")).text
    went(send(client, "objection-answer", objection.pk, upheld="no", answer="选址经户代表会讨论。"))
    review = reverse("objection-review", args=[objection.pk])
    assert review not in client.get(reverse("workbench")).text
    cadre = as_(room.cast.cadre_chen)
    assert review in cadre.get(reverse("workbench")).text
    shown = cadre.get(review).text
    assert "选址没有和三社的住户商量过。" in shown
    assert "选址经户代表会讨论。" in shown
    drafted_at = re.search(r'name="drafted_at" value="([^"]+)"', shown)[1]
    went(send(cadre, "objection-review", objection.pk, drafted_at=drafted_at))
    objection.refresh_from_db()
    assert objection.state == "dismissed"
    assert "选址没有和三社" not in as_(room.daxing).get(reverse("resolution", args=[notice.resolution_id])).text


def test_a_task_for_nobody_is_told_at_the_field(room, as_):
    answer = send(
        as_(room.joint), "resolution-step", formed(room).pk, "assign", title="修缮", due_on="2026-12-30", owner=""
    )
    assert answer.status_code == 422
    assert 'id="id_owner_error"' in answer.text


def test_a_foreign_id_is_no_choice(room, as_):
    """A unit of another joint organization cannot be smuggled into a form."""
    answer = send(
        as_(room.joint),
        "resolution-step",
        formed(room).pk,
        "assign",
        title="修缮",
        due_on="2026-12-30",
        owner=room.cast.longmen.pk,
    )
    assert answer.status_code == 422
    assert not ResolutionTask.objects.exists()


def test_an_empty_register_teaches(room, as_):
    client = as_(room.cast.secretary_li)
    for show, words in [
        ("mine", "还没有议题"),
        ("meetings", "还没有会议"),
        ("resolutions", "还没有决议"),
        ("tasks", "还没有任务"),
    ]:
        assert words in client.get(f"{reverse('deliberation')}?show={show}").text
    assert "筹备会议" in as_(room.joint).get(reverse("meetings")).text


def test_the_agenda_is_ordered_before_the_notice(room, as_):
    meeting = room.plan()
    for title in ("通报一", "通报二"):
        meetings.add_item(actor=room.joint, meeting=meeting, kind="briefing", title=title, now=NOW)
    motion = room.accepted()
    third = meetings.add_item(actor=room.joint, meeting=meeting, kind="vote", motion=motion, now=NOW)
    client = as_(room.joint)
    assert "调整次序" in client.get(reverse("meeting", args=[meeting.pk])).text
    assert send(client, "item-step", third.pk, "move", position=9).status_code == 422
    went(send(client, "item-step", third.pk, "move", position=1))
    assert [item.title for item in meeting.items.order_by("position")] == [motion.title, "通报一", "通报二"]
    went(send(client, "item-step", third.pk, "remove"))
    motion.refresh_from_db()
    assert (motion.state, meeting.items.count()) == ("accepted", 2)
    assert "调整次序" not in as_(room.daxing).get(reverse("meeting", args=[meeting.pk])).text


def cost(client, address):
    """How many queries a page takes once everything that is read once is known."""
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("show", ["mine", "meetings"])
def test_registers_cost_the_same_for_two_and_twenty_rows(room, as_, show):
    def fill(many):
        for number in range(many):
            room.motion(title=f"第{number}号议题")
            room.plan(days=7 + number)

    client, address = as_(room.joint), f"{reverse('deliberation')}?show={show}"
    fill(2)
    few = cost(client, address)
    fill(18)
    assert cost(client, address) == few


def test_meeting_and_resolution_cost_the_same_for_two_and_twenty_lines(room, as_):
    resolution, meeting = formed(room), room.plan()

    def fill(many):
        for number in range(many):
            meetings.add_item(actor=room.joint, meeting=meeting, kind="briefing", title=f"通报{number}", now=NOW)
            tasks.assign_task(
                actor=room.joint,
                resolution=resolution,
                title=f"任务{number}",
                due_on=(NOW + timedelta(days=30)).date(),
                owner=room.cast.mingyue,
                now=NOW,
            )

    client = as_(room.joint)
    addresses = [reverse("meeting", args=[meeting.pk]), reverse("resolution", args=[resolution.pk])]
    fill(2)
    few = [cost(client, address) for address in addresses]
    secretary = [cost(as_(room.cast.secretary_li), reverse("workbench"))]
    fill(18)
    assert [cost(as_(room.joint), address) for address in addresses] == few
    assert [cost(as_(room.cast.secretary_li), reverse("workbench"))] == secretary
