"""The main job through the API, from the demand to the confirmed task, counting the statements of every step."""

from datetime import timedelta
from typing import Any

import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from deliberation import selectors
from deliberation.models import Attendance, Ballot, Meeting, MinutesAgreement, Motion, Presence, RollEntry
from kit import holidays, parameters, throttling, tokens
from kit.services import stamp
from tests.api.client import Caller
from tests.cast import make_cast
from tests.deliberation.conftest import NOW, Room, make_room
from tests.factories import MAKER, MembershipFactory, OrganizationFactory, PersonFactory, PostingFactory


class Walk:
    """One walk in a joint organization of so many units; ``asked``: the statements of each step, without savepoints."""

    def __init__(self, units: int) -> None:
        self.asked: dict[str, list[str]] = {}
        with time_machine.travel(NOW, tick=False) as clock:
            self.clock = clock
            self.room = make_room(make_cast())
            for number in range(units - self.room.cast.tianma.memberships.count()):
                _one_more_member(self.room, number)
            self._walk()

    def _program(self, person: Any) -> Caller:
        _, secret = tokens.issue_token(
            actor=person, name="t", scopes=["read", "write"], expires_at=NOW + timedelta(days=60), now=NOW
        )
        return Caller(token=secret)

    def _step(self, name: str, caller: Caller, address: str, body: Any = None) -> Any:
        throttling.forget()
        caller.get("/me/")  # notes the token's use
        # What a process remembers for a while.
        holidays.working_days()
        parameters.get("deliberation.notice_days", on=NOW.date(), path=self.room.body.path)
        with CaptureQueriesContext(connection) as captured:
            answer = caller.post(address, body)
        assert answer.status_code in (200, 201), (name, answer.content.decode())
        self.asked[name] = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
        return answer.json()

    def _walk(self) -> None:
        cast = self.room.cast
        self.li, self.chen = self._program(cast.secretary_li), self._program(cast.cadre_chen)
        self.joint, self.he = self._program(self.room.joint), self._program(cast.entrepreneur_he)
        self._demand()
        motion = self._motion()
        self._sit(self._meeting(motion))
        self._carry_out(motion)

    def _demand(self) -> None:
        cast, step = self.room.cast, self._step
        words = {"category": "water", "title": "提灌站维修", "text": "水泵坏了，两百亩田等水。"}
        where = {"unit": cast.mingyue.pk, "body": self.room.body.pk}
        demand = step("demand create", self.li, "/demands/", words | where)["links"]["self"]
        step("demand submit", self.li, f"{demand}submit/")
        step("demand accept", self.chen, f"{demand}accept/")
        step("demand verify", self.chen, f"{demand}verify/", {"way_forward": "建议提请联席会议。"})
        step("demand table", self.li, f"{demand}table/")

    def _motion(self) -> Any:
        cast, step = self.room.cast, self._step
        words = {"title": "关于修路的议题", "text": "路面坏了。"}
        motion = step(
            "motion propose", self.li, "/motions/", words | {"unit": cast.mingyue.pk, "body": self.room.body.pk}
        )
        address = motion["links"]["self"]
        step("motion submit", self.li, f"{address}submit/")
        step("motion second", self.he, f"{address}second/", {"unit": cast.company.pk})
        step("motion accept", self.joint, f"{address}accept/")
        return Motion.objects.get(pk=motion["id"])

    def _meeting(self, motion: Motion) -> Meeting:
        room, step = self.room, self._step
        plan = {
            "body": room.body.pk,
            "title": "临时联席会议",
            "starts_at": (NOW + timedelta(minutes=10)).isoformat(),
            "ad_hoc_reason": "汛期临近",
            "place_text": "明月村活动阵地",
            "chair": room.joint.pk,
            "clerk": room.deputy.pk,
            "contact": room.deputy.pk,
        }
        meeting = step("meeting plan", self.joint, "/meetings/", plan)
        slot = {"meeting": meeting["id"], "kind": "vote", "motion": motion.pk}
        step("meeting add item", self.joint, "/agenda-items/", slot)
        address = meeting["links"]["self"]
        step("meeting freeze", self.joint, f"{address}freeze/")
        step("meeting convene", self.joint, f"{address}convene/")
        row = Meeting.objects.get(pk=meeting["id"])
        step("meeting reply", self.li, f"{address}reply/", {"reply": "attend"})
        step("meeting sign in", self.li, f"{address}sign-in/", {"code": row.sign_in_code})
        return row

    def _sit(self, meeting: Meeting) -> None:
        """Everybody came; all but 李顺 wrote their names on paper and voted before."""
        room, step = self.room, self._step
        address, item = f"/meetings/{meeting.pk}/", f"/agenda-items/{meeting.items.get().pk}/"
        with transaction.atomic():
            stamp(MAKER)
            Presence.objects.bulk_create(
                Presence(attendance=each, arrived_at=NOW, signed_by=room.deputy)
                for each in Attendance.objects.filter(meeting=meeting, presences=None)
            )
        step("meeting open", self.joint, f"{address}open/")
        step("item open", self.joint, f"{item}open/")
        came = meeting.attendances.get(person=room.cast.secretary_li)
        said = {"agenda_item": meeting.items.get().pk, "attendance": came.pk, "text": "同意修。"}
        step("item note statement", self._program(room.deputy), "/statements/", said)
        step("item confirm discussed", self.joint, f"{item}confirm-discussed/")
        opened = {"agenda_item": meeting.items.get().pk, "method": "recorded"}
        poll = step("poll open", self.joint, "/polls/", opened)
        voter = Caller(room.cast.secretary_li)
        voter.prove()
        step("poll cast", voter, f"{poll['links']['self']}cast/", {"choice": "yes"})
        with transaction.atomic():
            stamp(MAKER)
            Ballot.objects.bulk_create(
                Ballot(entry=entry, choice="yes", cast_at=NOW)
                for entry in RollEntry.objects.filter(poll=poll["id"], ballot=None)
            )
        step("poll close", self.joint, f"{poll['links']['self']}close/")
        step("meeting end", self.joint, f"{address}end/")
        self._minutes(meeting)

    def _minutes(self, meeting: Meeting) -> None:
        """Noted and sent out by the clerk; one of those who were there asks for a change, then all agree."""
        room, step = self.room, self._step
        item, clerk = meeting.items.get().pk, self._program(room.deputy)
        address = f"/minutes/{meeting.minutes.pk}/"
        step("minutes note", clerk, f"{address}note/", {"agenda_item": item, "text": "都同意修。", "revision": 0})
        step("minutes send", clerk, f"{address}send/")
        words = {"agenda_item": item, "text": "写明由明月村牵头。"}
        wanted = step("minutes amend", self.li, f"{address}amend/", words)["amendments"][0]["id"]
        words = {"amendment": wanted, "text": "都同意修，由明月村牵头。", "revision": 1}
        step("minutes take in", clerk, f"{address}take-in/", words)
        step("minutes agree", self.li, f"{address}agree/", {"edition": 2})
        with transaction.atomic():
            stamp(MAKER)
            MinutesAgreement.objects.bulk_create(
                MinutesAgreement(minutes=meeting.minutes, attendance=seat, edition=2, agreed_at=NOW)
                for seat in selectors.asked(meeting).exclude(person=room.cast.secretary_li)
            )
        step("minutes confirm", self.joint, f"{address}confirm/", {"edition": 2})
        words = {"agenda_item": item, "text": "应为大兴村。", "reason": "笔误"}
        step("minutes correct", clerk, f"{address}correct/", words)
        step("meeting archive", clerk, f"{address}archive/", {"reason": "决议随后形成。"})

    def _carry_out(self, motion: Motion) -> None:
        room, step = self.room, self._step
        words = {"title": "关于修路的决议", "text": "由明月村修路。"}
        resolution = step(
            "resolution form", self.joint, "/resolutions/", words | {"motion": motion.pk, "scope": "public"}
        )
        words = {"title": "关于修路的公示", "text": "由明月村修路。"}
        notice = step("notice publish", self.chen, "/public-notices/", words | {"resolution": resolution["id"]})
        words = {"text": "造价和上次公布的对不上，请重新核对。"}
        step("objection file", Caller(), "/objections/", words | {"public_notice": notice["id"]})
        objection = self.joint.get("/objections/").json()["results"][0]["links"]["self"]
        step("objection answer", self.joint, f"{objection}answer/", {"upheld": False, "answer": "造价已重核，无误。"})
        read = {"drafted_at": self.chen.get(objection).json()["drafted_at"]}
        step("objection confirm answer", self.chen, f"{objection}confirm/", read)
        duty = {"resolution": resolution["id"], "title": "修路", "owner": room.cast.mingyue.pk}
        due_on = (NOW + timedelta(days=30)).date().isoformat()
        task = step("task assign", self.joint, "/resolution-tasks/", duty | {"due_on": due_on})["links"]["self"]
        self.clock.move_to(NOW + timedelta(days=8))
        step("resolution take effect", self.joint, f"{resolution['links']['self']}take-effect/")
        step("task report", self.li, f"{task}report/", {"progress": "已修好，附验收单。"})
        step("task accept, completing the resolution", self.joint, f"{task}accept/")
        step("task confirm", self.li, f"{task}confirm/")


def _one_more_member(room: Room, number: int) -> None:
    unit = OrganizationFactory(parent=room.cast.sanjiang, number=100 + number)
    PostingFactory(person=PersonFactory(organization=unit), organization=unit)
    MembershipFactory(joint_org=room.cast.tianma, unit=unit)
