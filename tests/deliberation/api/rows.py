"""The rows that the walls of 议事协调 stand around, built through the services."""

from datetime import timedelta
from typing import Any

from deliberation import selectors
from deliberation.models import Minutes
from deliberation.services import (
    amendments,
    attendance,
    meetings,
    minutes,
    notices,
    polls,
    sealed,
    sittings,
    tasks,
)
from kit.actors import System
from orgs.choices import Role
from tests.deliberation.area import area_of
from tests.deliberation.conftest import Room
from tests.deliberation.sealing import begun, grown, keyed, prepared
from tests.deliberation.test_checklists import against, conditional, decided
from tests.deliberation.test_resolutions import adopted, formed, published
from tests.factories import PersonFactory, PostingFactory


class Matter:
    """The rows that the walls stand around, each at the moment its steps ask for."""

    def __init__(self, room: Room) -> None:
        self.room, self.cast, self.body = room, room.cast, room.body
        self.draft = room.draft(title="关于添置烘干机的议题")
        self.submitted = room.motion()
        self.accepted = room.accepted(title="关于共建冷链库的议题")
        self.later = (room.now + timedelta(days=14)).isoformat()

        self.planned = room.plan()
        self.slot = self._add(self.planned, "discussion", title="通报资金使用")
        self.frozen = room.plan()
        self._add(self.frozen, "study", title="传达学习")
        self._freeze(self.frozen)
        self.convened = self._convened()
        self.coming = self._invitation(self.convened, room.daxing)
        self.standing = self._invitation(self.convened, self.cast.secretary_li)
        self.signed_in = self._signed_in()
        self.sitting, self.discussing = self._discussing("关于修水渠的议题")
        self.waiting = self._add(self.sitting, "briefing", title="通报防火")
        self.came = self._invitation(self.sitting, room.daxing)
        self.statement = sittings.note_statement(
            actor=room.deputy, item=self.discussing, attendance=self.came, text="同意修", now=room.now
        )

        self.untouched, self.briefed = self._briefing(), self._briefing()
        self.briefed = sittings.open_item(actor=room.joint, item=self.briefed, now=room.now)
        self.adjourned = sittings.adjourn(
            actor=room.joint, meeting=self._briefing().meeting, reason="等专家到场", now=room.now
        )
        self.guest = PersonFactory(name="周文书", organization=self.cast.mingyue, username="guest")
        PostingFactory(person=self.guest, role=Role.UNIT_REPRESENTATIVE)
        self._polls()
        self._decisions()
        self._sealed()
        self._minutes()

    def _minutes(self) -> None:
        """Minutes at each of their moments; 谢春梅 waits for an answer to what she asked to be changed."""
        room, now = self.room, self.room.now
        self.running = Minutes.objects.get(meeting=self.sitting)
        self.written, _ = self._ended()
        self.circulated, self.noted = self._sent()
        self.amendment = amendments.ask_amendment(
            actor=room.daxing, minutes=self.circulated, item=self.noted, text="渠长应为四百米。", now=now
        )
        self.out, _ = self._sent()
        self.agreed, _ = self._sent()
        self.confirmed, self.settled = self._sent()
        for row in (self.agreed, self.confirmed):
            for seat in selectors.asked(row.meeting):
                amendments.agree(actor=seat.person, minutes=row, edition=1, now=now)
        minutes.confirm_minutes(actor=room.joint, minutes=self.confirmed, edition=1, now=now)

    def _ended(self) -> tuple[Any, Any]:
        """(minutes, item) of a meeting that is over, with its note."""
        room, now = self.room, self.room.now
        item = sittings.open_item(actor=room.joint, item=self._briefing(), now=now)
        sittings.finish_item(actor=room.joint, item=item, outcome="已通报。", now=now)
        row = Minutes.objects.get(meeting=item.meeting_id)
        minutes.write_note(actor=room.deputy, minutes=row, item=item, text="渠长三百米。", revision=0, now=now)
        sittings.end_meeting(actor=room.joint, meeting=item.meeting, now=now)
        return Minutes.objects.select_related("meeting").get(pk=row.pk), item

    def _sent(self) -> tuple[Any, Any]:
        row, item = self._ended()
        return minutes.send_minutes(actor=self.room.deputy, minutes=row, now=self.room.now), item

    def _briefing(self) -> Any:
        """The only item, a briefing, of a meeting in session."""
        meeting = sittings.open_meeting(actor=self.room.joint, meeting=self._signed_in(), now=self.room.now)
        return meeting.items.get()

    def _polls(self) -> None:
        """Items ready for a vote, a recorded vote and one by show of hands, both open."""
        room = self.room
        self.discussed = room.discussed(room.accepted(title="关于修晒场的议题"))
        self.voting = self._open(room.discussed(room.accepted(title="关于修桥的议题")), "recorded")
        self.counting = self._open(
            room.discussed(room.accepted(title="关于修塘的议题")),
            "show_of_hands",
            teller_a=room.deputy,
            teller_b=room.daxing,
        )
        self.rule = self.voting.rule

    def _sealed(self) -> None:
        """Sealed votes at each of their moments, of the body with more members."""
        room = grown(self.room)
        self.preparing, (self.keyed, _), (self.sealing, _) = prepared(room), keyed(room), begun(room)
        self.stopped, self.key = begun(room)
        self.stopped = sealed.stop_poll(actor=room.joint, poll=self.stopped, now=room.now)

    def _open(self, item: Any, method: str, **tellers: Any) -> Any:
        return polls.open_poll(actor=self.room.joint, item=item, method=method, now=self.room.now, **tellers)

    def _decisions(self) -> None:
        """Resolutions before, in and without a notice; an objection; a task at each of its moments."""
        room = self.room
        self.far = (room.now + timedelta(days=60)).date()
        self.adopted = adopted(room, title="关于修渡口的议题")
        self.formed = formed(room, title="关于修堰的议题")
        self.unpublished = formed(room, scope="none", title="关于修库的议题")
        self.notice = published(room)
        self.objection = notices.file_objection(
            actor=System("visitor"), notice=self.notice, text="选址没有和三社的住户商量过。", now=room.now
        )
        self.in_review = notices.answer_objection(
            actor=room.joint,
            objection=notices.file_objection(
                actor=System("visitor"), notice=self.notice, text="造价和村里公布的不一样。", now=room.now
            ),
            upheld=False,
            answer="造价以评审结果为准。",
            now=room.now,
        )
        self._of_the_villages()
        self._of_the_area()
        self.assigned, self.halted, self.reported, self.done = (self._task(number) for number in range(4))
        li, now = self.cast.secretary_li, room.now
        self.halted = tasks.wait_task(actor=li, task=self.halted, reason="等县水利局答复", now=now)
        self.reported, self.done = (
            tasks.report_task(actor=li, task=each, progress="已修好。", now=now) for each in (self.reported, self.done)
        )
        self.done = tasks.accept_task(actor=room.deputy, task=self.done, now=now)

    def _of_the_villages(self) -> None:
        """明月村 before its first step, after it, before its vote, and after having decided against."""
        self.checklist, self.marked, self.voted, refused = (
            conditional(self.room, [self.cast.mingyue], title=f"关于第{number}块河滩地的议题").checklists.get()
            for number in range(1, 5)
        )
        decided(self.room, self.marked, until=1)
        decided(self.room, self.voted, until=3)
        self.refused = against(self.room, decided(self.room, refused, until=3))
        self.steps = self.checklist.template

    def new_steps(self) -> dict[str, Any]:
        return {
            "district": self.cast.district.pk,
            "steps": ["党支部会提议", "村民会议决议", "决议公开", "实施结果公开"],
            "decides_at": 2,
            "source": "区委组织部通知",
            "effective_on": self.far.isoformat(),
        }

    def step(self, position: int) -> dict[str, Any]:
        return {"position": position, "done_on": self.room.now.date().isoformat(), "evidence": "村决〔2026〕3号"}

    def _of_the_area(self) -> None:
        """What the area committee above them decided: before its notice, and in it with objections."""
        area = area_of(self.room)
        self.area_formed, self.area_objection = area.formed(), area.objected()
        self.area_notice = self.area_objection.notice
        other = notices.file_objection(
            actor=System("visitor"), notice=self.area_notice, text="造价和村里公布的不一样。", now=area.now
        )
        self.area_in_review = area.drafted(other)

    def _task(self, number: int) -> Any:
        return tasks.assign_task(
            actor=self.room.joint,
            resolution=self.formed,
            title=f"修缮第{number + 1}段",
            due_on=(self.room.now + timedelta(days=30)).date(),
            owner=self.cast.mingyue,
            now=self.room.now,
        )

    def new_task(self) -> dict[str, Any]:
        return {
            "resolution": self.formed.pk,
            "title": "清淤",
            "due_on": self.far.isoformat(),
            "owner": self.cast.mingyue.pk,
        }

    def new_rule(self) -> dict[str, Any]:
        return {
            "district": self.cast.district.pk,
            "code": "JOINT",
            "name": "联席会议规则",
            "base": "present",
            "quorum": [2, 3],
            "threshold": [1, 2],
            "is_strict": True,
            "voters": "persons",
            "source": "片区联合党委运行规则",
            "effective_on": self.far.isoformat(),
        }

    def plan(self) -> dict[str, Any]:
        room = self.room
        return {
            "body": room.body.pk,
            "title": "第四季度联席会议",
            "starts_at": self.later,
            "place_text": "明月村活动阵地",
            **dict.fromkeys(("chair", "clerk", "contact"), room.joint.pk),
        }

    def _add(self, meeting: Any, kind: str, **values: Any) -> Any:
        return meetings.add_item(actor=self.room.joint, meeting=meeting, kind=kind, now=self.room.now, **values)

    def _freeze(self, meeting: Any) -> None:
        meetings.freeze_agenda(actor=self.room.joint, meeting=meeting, now=self.room.now)

    def _convened(self, **item: Any) -> Any:
        """An ad hoc meeting that begins in ten minutes; its notice is out and one may sign in."""
        room = self.room
        meeting = room.plan(starts_at=room.now + timedelta(minutes=10), ad_hoc_reason="汛期临近")
        self._add(meeting, **(item or {"kind": "briefing", "title": "通报汛情"}))
        self._freeze(meeting)
        return meetings.convene(actor=room.joint, meeting=meeting, now=room.now)

    def _signed_in(self, **item: Any) -> Any:
        meeting = self._convened(**item)
        for each in meeting.attendances.order_by("pk"):
            attendance.sign_in_for(actor=self.room.deputy, attendance=each, now=self.room.now)
        return meeting

    def _discussing(self, title: str) -> tuple[Any, Any]:
        """(meeting, item): in session, everybody in the room, a motion to be voted on is on the table."""
        room = self.room
        meeting = self._signed_in(kind="vote", motion=room.accepted(title=title))
        meeting = sittings.open_meeting(actor=room.joint, meeting=meeting, now=room.now)
        return meeting, sittings.open_item(actor=room.joint, item=meeting.items.get(), now=room.now)

    @staticmethod
    def _invitation(meeting: Any, person: Any) -> Any:
        return meeting.attendances.get(person=person)

    def ids(self) -> dict[str, list[str]]:
        """The ids by resource, for generated requests."""
        return {resource: [str(row.pk) for row in rows] for resource, rows in self.rows().items()}

    def rows(self) -> dict[str, list[Any]]:
        """The rows of each resource, at as many moments as there are."""
        return {
            "motions": [self.draft, self.submitted, self.accepted, self.adopted],
            "meetings": [self.planned, self.frozen, self.convened, self.signed_in, self.sitting, self.adjourned],
            "agenda-items": [self.slot, self.discussing, self.waiting, self.untouched, self.briefed, self.discussed],
            "attendances": [self.coming, self.standing, self.came],
            "statements": [self.statement],
            "minutes": [self.running, self.written, self.circulated, self.out, self.agreed, self.confirmed],
            "polls": [self.voting, self.counting, self.preparing, self.keyed, self.sealing, self.stopped],
            "voting-rules": [self.rule],
            "checklists": [self.checklist, self.marked, self.voted, self.refused],
            "checklist-templates": [self.steps],
            "resolutions": [self.formed, self.refused.resolution, self.unpublished, self.notice.resolution],
            "public-notices": [self.notice],
            "objections": [self.objection, self.in_review],
            "resolution-tasks": [self.assigned, self.halted, self.reported, self.done],
        }

    def person(self, who: str) -> Any:
        return getattr(self.room, who) if who in ("joint", "deputy", "daxing", "adviser") else self.cast[who]
