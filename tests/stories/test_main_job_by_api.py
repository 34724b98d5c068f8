"""The main job through the API alone: five persons and a client that knows only the schema, from demand to task.

Only this module knows the product, to bring people in, to move the clock and to let the ticker run.
"""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from deliberation.services import voting_rules
from kit import throttling
from kit.jobs import tick
from orgs.models import Person
from tests.deliberation.conftest import NOW, make_room
from tests.stories.api_client import Answer, ApiClient

# Who takes part: 村支书, 乡镇干部, 联村书记, 联村副书记, another 村支书.
LI, CHEN, JOINT, DEPUTY, DAXING = "li", "chen", "joint", "deputy", "daxing"


class House:
    """Brings the five in: by a browser's session, and by a token that each of them makes there."""

    def __init__(self, room) -> None:
        self.people = {
            LI: room.cast.secretary_li,
            CHEN: room.cast.cadre_chen,
            JOINT: room.joint,
            DEPUTY: room.deputy,
            DAXING: room.daxing,
        }
        self.visited: set[str] = set()
        self.secrets: dict[str, str] = {}

    def browser(self, who: str) -> ApiClient:
        """A device of this person on which they have just signed in."""
        device = Client()
        device.force_login(self.people[who])
        return self._client(device, {})

    def visitor(self) -> ApiClient:
        """Somebody without a login."""
        return self._client(Client(), {})

    def program(self, who: str) -> ApiClient:
        if who not in self.secrets:
            body = {
                "name": "村里的程序",
                "scopes": ["read", "write"],
                "expires_at": (NOW + timedelta(days=60)).isoformat(),
            }
            self.secrets[who] = self.browser(who).create("tokens", body)["token"]
        return self._client(Client(), {"Authorization": f"Token {self.secrets[who]}"})

    def _client(self, device: Client, with_each: dict[str, str]) -> ApiClient:
        def transport(method: str, address: str, headers: dict[str, str], body: bytes) -> Answer:
            found = device.generic(
                method, address, body, content_type="application/json", headers={**headers, **with_each}
            )
            return Answer(found.status_code, found.json(), dict(found.headers))

        made = ApiClient(transport)
        made.visited = self.visited
        return made


@pytest.fixture
def house(cast, settings):
    throttling.forget()
    settings.API_RATES = {"address": 10**6, "read": 10**6, "write": 10**6}
    voting_rules.seed(now=NOW)
    room = make_room(cast)
    Person.objects.filter(username__isnull=False).update(account_since=NOW)
    return House(room)


def test_the_main_job_from_demand_to_task(house):
    with time_machine.travel(NOW, tick=True) as clock:
        demand = _reported_and_checked(house)
        meeting, motion = _called(house, demand)
        starts_at = datetime.fromisoformat(meeting["starts_at"])
        clock.move_to(starts_at)
        _decided(house, meeting)
        resolution = _resolved(house, motion)
        clock.move_to(starts_at + timedelta(days=8))
        tick(now=starts_at + timedelta(days=8))
        task = _carried_out(house, resolution)
        tick(now=starts_at + timedelta(days=9))
        _confirmed(house, demand, task)
    assert len(house.visited) > 35


def _reported_and_checked(house: House) -> dict:
    """村支书 reports, sending twice on a bad line; 乡镇干部 accepts, adds a layer and answers."""
    li, chen = house.program(LI), house.program(CHEN)
    unit = li.view("me")["postings"][0]["organization"]["id"]
    body = li.rows("memberships", unit=unit, running="true")[0]["joint_org"]["id"]
    words = {
        "unit": unit,
        "body": body,
        "category": "equipment",
        "title": "烘干房漏雨需要修缮",
        "text": "两个村共用的烘干房漏雨，收粮前要修好。",
        "quantity": 2,
        "quantity_unit": "座",
    }
    first = li.create("demands", words, key="line-dropped")
    again = li.create("demands", words, key="line-dropped")
    assert again == first
    assert len(li.rows("demands")) == 1
    problem = li.send("POST", li.address("demands"), words | {"title": "另一件事"}, key="line-dropped")
    assert (problem.status, problem.body["code"]) == (409, "idempotency_key_reused")
    demand = li.do(first, "submit")

    (waiting,) = chen.rows("demands", state="submitted", light="yellow", quarter="2026Q4")
    demand = chen.do(waiting, "accept")
    checked = {"level": "check", "category": "housing", "text": "经核实，按房屋修缮办理。", "quantity": 2}
    demand = chen.do(demand, "add-layer", checked | {"quantity_unit": "座"})
    (layer,) = demand["layers"]
    assert layer["differs"] is True
    li.do(li.read(layer["href"]), "consent")
    demand = chen.do(demand, "verify", {"way_forward": "建议提请联席会议。"})
    # A wrong moment is told, and offers show the way instead.
    chen.refused(waiting["actions"][0]["href"], {}, 409, "illegal_move")
    return li.do(li.again(demand), "table", {"title": "关于修缮烘干房的议题"})


def _called(house: House, demand: dict) -> tuple[dict, dict]:
    """联村书记 accepts the motion, plans the meeting, freezes, sends the notice; a 村支书 replies."""
    joint, daxing = house.program(JOINT), house.program(DAXING)
    motion = joint.do(joint.read(demand["links"]["motion"]), "accept")
    me = joint.view("me")
    body = me["postings"][0]["organization"]["id"]
    posted = {row["role"]: row["person"]["id"] for row in joint.rows("postings", organization=body, running="true")}
    meeting = joint.create(
        "meetings",
        {
            "body": body,
            "title": "第四季度联席会议",
            "starts_at": (NOW + timedelta(days=7)).isoformat(),
            "chair": me["person"]["id"],
            "clerk": posted["joint_deputy"],
            "contact": posted["joint_deputy"],
            "place_text": "明月村活动阵地",
        },
    )
    item = joint.do(meeting, "add-item", {"meeting": meeting["id"], "kind": "vote", "motion": motion["id"]})
    assert item["motion"]["id"] == motion["id"]
    meeting = joint.do(joint.again(meeting), "freeze")
    meeting = joint.do(meeting, "convene")
    (invited,) = daxing.rows("meetings", state="convened")
    assert invited["own_reply"] == "none"
    assert daxing.do(invited, "reply", {"reply": "attend"})["own_reply"] == "attend"
    return meeting, motion


def _decided(house: House, meeting: dict) -> None:
    """Signed in by code and by the clerk; discussed; voted each on their own device; closed by the chair."""
    joint, deputy, daxing = house.program(JOINT), house.program(DEPUTY), house.program(DAXING)
    code = joint.again(meeting)["sign_in_code"]
    assert daxing.again(meeting)["sign_in_code"] == ""
    daxing.do(daxing.again(meeting), "sign-in", {"code": code})
    for row in deputy.read(deputy.again(meeting)["links"]["attendances"])["results"]:
        if not row["is_here"]:
            deputy.do(row, "sign-in")
    meeting = joint.do(joint.again(meeting), "open")
    (item,) = joint.read(meeting["links"]["agenda_items"])["results"]
    item = joint.do(joint.do(item, "open"), "confirm-discussed")
    poll = joint.do(item, "open-poll", {"agenda_item": item["id"], "method": "recorded"})
    _voted(house, poll)
    poll = joint.do(joint.again(poll), "close")
    assert (poll["is_adopted"], poll["yes"], poll["no"]) == (True, 3, 0)
    assert "表决通过" in poll["sentence"]
    # After the end nobody's vote counts any more.
    late = house.browser(LI)
    assert "cast" not in late.offered(late.again(poll))
    late.refused(late.step(poll, "cast"), {"choice": "no"}, 409, "poll_closed")
    assert joint.do(joint.again(meeting), "end")["state"] == "ended"


def _voted(house: House, poll: dict) -> None:
    """Each by themselves in a browser; a second device of the same person and a program are refused."""
    for who in (DAXING, DEPUTY, JOINT):
        device = house.browser(who)
        shown = device.do(device.again(poll), "cast", {"choice": "yes"})
        assert shown["has_voted"] is True
        assert shown["yes"] is None, "an open poll shows nothing of its course"
    second = house.browser(DAXING)
    assert "cast" not in second.offered(second.again(poll))
    second.refused(second.step(poll, "cast"), {"choice": "no"}, 409, "already_voted")
    program = house.program(LI)
    program.refused(program.step(poll, "cast"), {"choice": "yes"}, 403, "session_needed")


def _resolved(house: House, motion: dict) -> dict:
    """联村书记 forms the resolution and assigns the task; 乡镇干部 reviews the text and publishes it."""
    joint, chen = house.program(JOINT), house.program(CHEN)
    motion = joint.again(motion)
    assert motion["state"] == "adopted"
    resolution = joint.do(
        motion,
        "form-resolution",
        {
            "motion": motion["id"],
            "title": "关于修缮烘干房的决议",
            "text": "由明月村牵头，收粮前修好。",
            "scope": "public",
        },
    )
    assert resolution["number"]
    task = joint.do(
        resolution,
        "assign-task",
        {
            "resolution": resolution["id"],
            "title": "修缮烘干房",
            "owner": motion["unit"]["id"],
            "due_on": (NOW + timedelta(days=37)).date().isoformat(),
        },
    )
    assert task["state"] == "assigned"
    resolution = chen.again(resolution)
    notice = chen.do(
        resolution,
        "publish",
        {"resolution": resolution["id"], "title": "关于修缮烘干房的公示", "text": "拟由明月村牵头修缮烘干房。"},
    )
    assert joint.again(resolution)["state"] == "in_notice"
    _objected(house, notice)
    return joint.again(resolution)


def _objected(house: House, notice: dict) -> None:
    """A villager objects without a login; 联村书记 drafts the answer, 乡镇干部 returns it once and then gives it."""
    visitor, joint, chen = house.visitor(), house.program(JOINT), house.program(CHEN)
    words = {"public_notice": notice["id"], "text": "选址没有和三社的住户商量过，请再商量。"}
    assert "file-objection" in joint.offered(joint.again(notice))
    filed = visitor.create("objections", words)
    assert len(filed["ticket"]) == 14
    (objection,) = joint.rows("objections", state="received")
    draft = joint.do(objection, "answer", {"upheld": False, "answer": "选址经户代表会讨论过。"})
    assert (draft["state"], draft["answered_at"], draft["actions"]) == ("in_review", None, [])
    own = joint.step(draft, "confirm")
    joint.refused(own, {"drafted_at": draft["drafted_at"]}, 403, "forbidden")
    (waiting,) = chen.rows("objections", state="in_review")
    chen.do(waiting, "return", {"reason": "写明讨论的日期。"})
    again = joint.do(joint.again(draft), "answer", {"upheld": False, "answer": "选址经十月的户代表会讨论过。"})
    # What was read before the draft changed is not confirmed by mistake.
    chen.refused(chen.step(again, "confirm"), {"drafted_at": waiting["drafted_at"]}, 409, "draft_changed")
    assert chen.again(notice)["links"]["resolution"] == notice["links"]["resolution"]
    assert joint.read(notice["links"]["resolution"])["state"] == "objected"
    waiting = chen.again(waiting)
    given = chen.do(waiting, "confirm", {"drafted_at": waiting["drafted_at"]})
    assert (given["state"], given["reviewed_by"]["name"]) == ("dismissed", "陈立")
    assert joint.read(notice["links"]["resolution"])["state"] == "in_notice"


def _carried_out(house: House, resolution: dict) -> dict:
    """After the notice 村支书 reports, 副书记 accepts, 村支书 confirms as the one who proposed."""
    li, deputy = house.program(LI), house.program(DEPUTY)
    assert li.again(resolution)["state"] == "effective"
    (task,) = li.read(li.again(resolution)["links"]["tasks"])["results"]
    assert task["light"] == "green"
    task = li.do(task, "report", {"progress": "已修好，验收单在村委会。"})
    task = deputy.do(deputy.again(task), "accept")
    return li.do(li.again(task), "confirm")


def _confirmed(house: House, demand: dict, task: dict) -> None:
    """The demand has followed its resolution; its author confirms, and the chain stands whole from its last link."""
    li = house.program(LI)
    demand = li.do(li.again(demand), "confirm")
    assert (demand["state"], demand["actions"]) == ("confirmed", [])
    chain = li.view("trace", subject=f"deliberation.resolutiontask:{task['id']}")["results"]
    assert [row["kind_label"] for row in chain] == ["需求", "议题", "会议审议", "表决", "决议", "公示", "任务"]
    for row in chain:
        assert li.read(row["links"]["self"])["id"] == row["id"]
    steps = li.read(demand["links"]["timeline"])["results"]
    assert steps[0]["event_label"] == "提交需求"
    assert steps[-1]["event_label"] == "确认办结"
