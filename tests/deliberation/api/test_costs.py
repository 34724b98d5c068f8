"""What one row and a step of 议事协调 cost in statements (P2, P3); its lists stand in tests/costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deliberation.models import Meeting, PublicNotice, Resolution
from deliberation.services import meetings, notices, tasks
from kit import tokens
from kit.actors import VISITOR
from tests.api.client import Caller
from tests.deliberation.conftest import NOW
from tests.deliberation.test_resolutions import formed, published


def program(person) -> Caller:
    _, secret = tokens.issue_token(
        actor=person, name="t", scopes=["read", "write", "export"], expires_at=NOW + timedelta(days=1), now=NOW
    )
    found = Caller(token=secret)
    found.get("/me/")  # notes the token's use, reads parameters and holidays
    return found


def asked(found) -> list[str]:
    return [q["sql"] for q in found if "SAVEPOINT" not in q["sql"]]


def one_more_motion(room, number):
    room.motion(title=f"关于第{number}件事的议题")


def one_more_meeting(room, number):
    room.plan(title=f"第{number}次联席会议")


def one_more_item(room, number):
    meeting = Meeting.objects.first() or room.plan()
    meetings.add_item(actor=room.joint, meeting=meeting, kind="briefing", title=f"通报第{number}件事", now=room.now)


def one_more_task(room, number):
    resolution = Resolution.objects.first() or formed(room)
    tasks.assign_task(
        actor=room.joint,
        resolution=resolution,
        title=f"修第{number}段",
        due_on=(room.now + timedelta(days=30)).date(),
        owner=room.cast.daxing,
        now=room.now,
    )


def one_more_objection(room, number):
    notice = PublicNotice.objects.first() or published(room)
    notices.file_objection(actor=VISITOR, notice=notice, text=f"第{number}处造价和公布的不一样。", now=room.now)


MORE = {
    "motions": one_more_motion,
    "meetings": one_more_meeting,
    "agenda-items": one_more_item,
    "resolution-tasks": one_more_task,
    "objections": one_more_objection,
}


@pytest.mark.parametrize("resource", MORE)
def test_p2_one_row_costs_at_most_7(room, resource):
    caller = program(room.joint)
    MORE[resource](room, 1)
    address = caller.get(f"/{resource}/").json()["results"][0]["links"]["self"]
    with CaptureQueriesContext(connection) as found:
        assert caller.get(address).status_code == 200
    assert len(found) <= 7, "\n".join(q["sql"][:150] for q in found)


def measured(caller, address, body) -> int:
    with CaptureQueriesContext(connection) as found:
        answer = caller.post(address, body)
    assert answer.status_code in (200, 201), answer.text
    assert len(asked(found)) <= 16, "\n".join(f"{n} {sql[:130]}" for n, sql in enumerate(asked(found), 1))
    return len(asked(found))


def test_p3_a_write_costs_at_most_16_statements(room):
    li, joint, he = program(room.cast.secretary_li), program(room.joint), program(room.cast.entrepreneur_he)
    body = {"body": room.body.pk, "unit": room.cast.mingyue.pk, "title": "关于修路的议题", "text": "路面坏了。"}
    measured(li, "/motions/", body)
    motion = f"/motions/{room.draft().pk}/"
    measured(li, f"{motion}submit/", {})
    measured(he, f"{motion}second/", {"unit": room.cast.company.pk})
    measured(joint, f"{motion}accept/", {})
    measured(joint, f"{motion}defer/", {"reason": "年底再议"})
    measured(li, f"{motion}withdraw/", {"reason": "已解决"})


def test_p3_a_step_of_the_meeting_and_after_it_costs_at_most_16_statements(room):
    item = room.discussed(room.accepted())
    joint, deputy, daxing = program(room.joint), program(room.deputy), program(room.daxing)
    tellers = {"teller_a": room.deputy.pk, "teller_b": room.daxing.pk}
    joint.post("/polls/", {"agenda_item": item.pk, "method": "show_of_hands", **tellers})
    poll = f"/polls/{item.polls.get().pk}/"
    for teller in (deputy, daxing):
        measured(teller, f"{poll}tally/", {"yes": 4, "no": 1, "abstain": 0})
    resolution = published(room).resolution
    made = joint.post(
        "/resolution-tasks/",
        {"resolution": resolution.pk, "title": "修缮", "due_on": "2026-12-24", "owner": room.cast.daxing.pk},
    ).json()
    measured(daxing, f"{made['links']['self']}wait/", {"reason": "等区水利局答复"})
    measured(daxing, f"{made['links']['self']}report/", {"progress": "已修好。"})
    measured(joint, f"{made['links']['self']}return/", {"reason": "缺验收单"})
    meeting = f"/meetings/{room.plan().pk}/"
    measured(joint, "/agenda-items/", {"meeting": meeting.split("/")[2], "kind": "briefing", "title": "通报"})
    measured(joint, f"{meeting}freeze/", {})
    measured(joint, f"{meeting}cancel/", {"reason": "合并召开"})


@pytest.mark.parametrize("step, position", [("move", 1), ("remove", None)])
def test_p3_the_order_of_a_long_agenda_is_changed_in_as_few_statements_as_of_a_short_one(room, step, position):
    """Every item after the first gets another place."""
    joint, counts = program(room.joint), []
    for length in (3, 20):
        meeting = room.plan()
        for number in range(length):
            meetings.add_item(
                actor=room.joint, meeting=meeting, kind="briefing", title=f"通报第{number}件事", now=room.now
            )
        last_or_first = meeting.items.latest("position") if position else meeting.items.earliest("position")
        counts.append(measured(joint, f"/agenda-items/{last_or_first.pk}/{step}/", {"position": 1} if position else {}))
        positions = list(meeting.items.order_by("position").values_list("position", flat=True))
        assert positions == list(range(1, len(positions) + 1))
    assert counts[0] == counts[1]
