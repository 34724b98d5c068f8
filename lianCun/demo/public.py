"""What the public sees in the demo beside the quarter's own notice, which has ended: two that run, of a joint
organization and of the area committee, each with an objection whose answer is in review, and a complaint. What it does
not see yet: a resolution that waits for the decision of a village.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation import selectors as deliberation
from deliberation.models import Minutes, PublicNotice, Resolution
from deliberation.services import (
    amendments,
    attendance,
    checklists,
    meetings,
    minutes,
    motions,
    notices,
    polls,
    resolutions,
    sittings,
)
from kit.actors import VISITOR
from lianCun.demo import sanjiang as story
from lianCun.demo.quarter import Quarter
from oversight.services import complaints


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One matter between two conferences, from its motion to an objection. Days are counted from today.

    ``villages``: those whose land it touches, with the secretary's login and how many steps of 四议两公开 are done.
    """

    name: str
    body: str
    secretary: str
    clerk: str
    publisher: str = ""
    proposer: str
    unit: str
    asks: str
    place: str
    urgent: str
    decided: str
    says: str = ""
    objection: str = ""
    answer: str = ""
    met: int
    published: int = 0
    objected: int = 0
    villages: tuple[tuple[str, str, int], ...] = ()


MATTERS = (
    Matter(
        name="明月村导览步道修缮",
        body=story.TIANMA,
        secretary="fengyuan",
        clerk="mafusheng",
        publisher="chenli",
        proposer="mafusheng",
        unit="明月村党支部",
        asks="步道石板松动，节假日游客多，希望三个村一起修。",
        place="明月村活动阵地",
        urgent="步道已有游客绊倒，须尽快定下来。",
        decided="由明月村牵头修缮导览步道约六百米，大兴村、天马山村配合出工，明年三月底前完工。",
        says=(
            "经专题协商表决通过，由明月村牵头修缮明月原乡民宿到太极山水营地的导览步道约六百米，"
            "大兴村、天马山村配合出工，明年三月底前完工，所需材料从联建投入中安排。"
        ),
        objection="步道经过三社两户的自留地，公示里没有说占不占地、怎么补。",
        answer="修缮只换原步道的石板，不加宽、不占自留地；施工便道临时占用的，由明月村和住户商量后补偿。",
        met=-8,
        published=-3,
        objected=-2,
    ),
    # Above the area committee stands the organization department: it publishes, and reviews the answer.
    Matter(
        name="片区冷链运输线共用",
        body=story.AREA,
        secretary="hejianguo",
        clerk="luomin",
        publisher="zhaoqiming",
        proposer="hejianguo",
        unit=story.AREA,
        asks="羊肚菌和柑橘先后上市，冷藏车各找各的，空跑多，希望片区排一条共用的线。",
        place="片区联合党委会议室",
        urgent="柑橘已经开始采收，须在集中上市前定下来。",
        decided="龙门、扬帆两个联村党组织共用一条冷链运输线，逢双日发车，运费按件分摊，每季度公布一次。",
        says=(
            "经专题协商表决通过，龙门、扬帆两个联村党组织共用一条冷链运输线，三江镇、曾口镇各设一个装车点，"
            "逢双日发车，运费按件分摊，每季度公布一次。"
        ),
        objection="装车点设在哪里没有写，离得远的村还要另外租车，运费怎么算。",
        answer="三江镇装车点在农业综合服务中心，曾口镇在扬帆村合作社；从村里到装车点由联村党组织统一接送，不另收费。",
        met=-10,
        published=-4,
        objected=-3,
    ),
)

# It touches the land of two villages: one has decided, for the other 李顺 enters the next step.
WAITING = Matter(
    name="龙门河滩地统一流转",
    body=story.LONGMEN,
    secretary="dengxiaochuan",
    clerk="wangshoutian",
    proposer="wangshoutian",
    unit="龙门村党支部",
    asks="两村河滩地连成一片，分户流转价格不一，希望统一流转、统一收益办法。",
    place="龙门村活动阵地",
    urgent="羊肚菌备种在即，用地须在入冬前定下来。",
    decided="龙门、双寨两村河滩地约一百二十亩统一流转给某农业公司，租金按亩分给农户，期限五年。",
    met=-14,
    villages=(("龙门村党支部", "wangshoutian", 5), ("双寨村党支部", "lishun", 2)),
)


class Public(Quarter):
    """Tells it once; people, units and days as in the quarter."""

    def tell(self) -> None:
        for matter in MATTERS:
            self._answered(matter, self._running_notice(matter))
        self._waits_for_a_village(WAITING)
        self._complaint()

    def _answered(self, matter: Matter, notice: PublicNotice) -> None:
        """Somebody objected; the answer of the secretary waits for whoever published."""
        objection = notices.file_objection(
            actor=VISITOR, notice=notice, text=matter.objection, now=self.day(matter.objected)
        )
        notices.answer_objection(
            actor=self.people[matter.secretary],
            objection=objection,
            upheld=False,
            answer=matter.answer,
            now=self.day(matter.objected + 1),
        )

    def _running_notice(self, matter: Matter) -> PublicNotice:
        """The body met on one matter between its conferences; the notice of it runs since some days."""
        return notices.publish_notice(
            actor=self.people[matter.publisher],
            resolution=self._adopted(matter, self.day(matter.met, 14)),
            title=f"关于{matter.name}的公示",
            text=matter.says,
            from_on=self.day(matter.published).date(),
            now=self.day(matter.published),
        )

    def _waits_for_a_village(self, matter: Matter) -> None:
        """Each step on a day of its own, in the order of the procedure."""
        resolution = self._adopted(matter, self.day(matter.met, 14))
        for unit, login, steps in matter.villages:
            checklist = resolution.checklists.get(village=self.units[unit])
            for step in range(1, steps + 1):
                at = self.day(matter.met + 2 * step)
                checklist = checklists.mark_step(
                    actor=self.people[login],
                    checklist=checklist,
                    position=step,
                    done_on=at.date(),
                    evidence=f"{unit[:2]}村〔{at.year}〕{10 + step}号",
                    now=at,
                )

    def _adopted(self, matter: Matter, at: datetime) -> Resolution:
        chair, clerk, proposer = (self.people[who] for who in (matter.secretary, matter.clerk, matter.proposer))
        body = self.units[matter.body]
        motion = motions.propose_motion(
            actor=proposer,
            body=body,
            unit=self.units[matter.unit],
            title=f"关于{matter.name}的议题",
            text=matter.asks,
            now=at - timedelta(days=4),
        )
        motions.submit_motion(actor=proposer, motion=motion, now=at - timedelta(days=4))
        motions.accept_motion(actor=chair, motion=motion, now=at - timedelta(days=3))
        meeting = meetings.plan_meeting(
            actor=chair,
            body=body,
            form="thematic",
            title=f"{matter.name}专题协商",
            starts_at=at,
            chair=chair,
            clerk=clerk,
            contact=clerk,
            place_text=matter.place,
            ad_hoc_reason=matter.urgent,
            now=at - timedelta(days=2),
        )
        meetings.add_item(
            actor=chair, meeting=meeting, kind="vote", motion=motion, minutes_allotted=30, now=at - timedelta(days=2)
        )
        meetings.freeze_agenda(actor=chair, meeting=meeting, now=at - timedelta(days=2))
        meetings.convene(actor=chair, meeting=meeting, now=at - timedelta(days=2))
        for each in meeting.attendances.order_by("pk"):
            attendance.sign_in_for(actor=clerk, attendance=each, now=at)
        sittings.open_meeting(actor=chair, meeting=meeting, now=at)
        item = sittings.open_item(actor=chair, item=meeting.items.get(), now=at)
        sittings.confirm_discussed(actor=chair, item=item, now=at)
        poll = polls.open_poll(actor=chair, item=item, method="recorded", now=at)
        for entry in poll.roll.select_related("person").order_by("pk"):
            polls.cast_ballot(actor=entry.person, poll=poll, choice="yes", now=at)
        polls.close_poll(actor=chair, poll=poll, now=at)
        sittings.end_meeting(actor=chair, meeting=meeting, now=at + timedelta(hours=1))
        self._minutes(matter, item, at + timedelta(hours=2))
        return resolutions.form_resolution(
            actor=chair,
            motion=motion,
            title=f"关于{matter.name}的决议",
            text=matter.decided,
            scope="public",
            villages=[self.units[unit] for unit, _, _ in matter.villages],
            now=at + timedelta(days=1),
        )

    def _minutes(self, matter: Matter, item, at: datetime) -> None:
        """Sent out two days ago; nobody has confirmed them yet, and one amendment waits for the clerk."""
        clerk, row = self.people[matter.clerk], Minutes.objects.get(meeting=item.meeting_id)
        words = f"{matter.unit}汇报：{matter.asks}到会单位逐一发表意见，同意办理。"
        minutes.write_note(actor=clerk, minutes=row, item=item, text=words, decision=matter.decided, revision=0, now=at)
        row = minutes.send_minutes(actor=clerk, minutes=row, now=self.day(-2, 8))
        first, *_ = deliberation.asked(row.meeting)
        amendments.ask_amendment(
            actor=first.person, minutes=row, item=item, text="请写明各家出工出车的数目。", now=self.day(-1)
        )

    def _complaint(self) -> None:
        """Waits for 陈立; nobody knows from whom."""
        complaints.file_complaint(
            actor=VISITOR,
            organization=self.units["双寨村党支部"],
            category="undone",
            text="三社机耕道塌方快一个月了，说好要修，到现在没有说法，希望给个时间。",
            now=self.day(-6),
        )
