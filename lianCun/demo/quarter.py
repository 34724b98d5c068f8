"""The quarter of 龙门农副产品基地联村党组织: one meeting held, one convened, something waiting for every role.

Told by the people themselves through the services, on days counted from today, so the demo is always in mid-quarter.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from deliberation import selectors as deliberation
from deliberation.models import Minutes
from deliberation.services import (
    amendments,
    attendance,
    meetings,
    minutes,
    motions,
    notices,
    polls,
    resolutions,
    sittings,
    tasks,
)
from kit import facts
from kit.actors import VISITOR, System
from lianCun.demo import sanjiang as story
from orgs.models import Organization, Person
from oversight.services import notifications
from resources.services import demands, following

SWEEP = System("deliberation.notices", verbs=frozenset({"resolution.form"}))


class Quarter:
    """Tells the story once; ``day(-66)`` is the morning sixty-six days ago."""

    def __init__(self, now: datetime):
        self.now = timezone.localtime(now)
        self.people = {person.username: person for person in Person.objects.exclude(username=None)}
        self.units = {row.name: row for row in Organization.objects.filter(state="active")}
        self.body = self.units[story.LONGMEN]

    def day(self, days: int, hour: int = 9) -> datetime:
        return (self.now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)

    def tell(self) -> None:
        self._last_quarter()
        self._waiting_demands()
        self._this_quarter()

    # --- demands ------------------------------------------------------------------------------------------------------

    def _demand(self, login: str, unit: str, at: datetime, **values):
        return demands.hand_in_demand(
            actor=self.people[login], unit=self.units[unit], body=values.pop("body", self.body), now=at, **values
        )

    def _verified(self, demand, at: datetime, way_forward: str):
        chen = self.people["chenli"]
        demands.accept_demand(actor=chen, demand=demand, now=at)
        return demands.verify_demand(actor=chen, demand=demand, way_forward=way_forward, now=at + timedelta(days=1))

    def _waiting_demands(self) -> None:
        """One demand in each of the states that wait for somebody."""
        self._demand(
            "wangshoutian",
            "龙门村党支部",
            self.day(-2),
            category="equipment",
            title="羊肚菌冷藏车",
            text="羊肚菌上市集中，缺一台冷藏车，希望与公司合用。",
            quantity=1,
            quantity_unit="台",
        )
        road = self._demand(
            "lishun",
            "双寨村党支部",
            self.day(-6),
            kind="villager_request",
            category="land",
            title="三社机耕道塌方约二十米",
            text="三社通往羊肚菌基地的机耕道塌方约二十米，农机过不去。",
            quantity=20,
            quantity_unit="米",
        )
        demands.accept_demand(actor=self.people["chenli"], demand=road, now=self.day(-5))
        incomplete = self._demand(
            "zhouwenshu",
            "双寨村党支部",
            self.day(-4),
            category="technology",
            title="大豆玉米带状复合种植技术指导",
            text="想请农技员来一次。",
        )
        demands.return_demand(
            actor=self.people["chenli"], demand=incomplete, reason="请写明面积和希望的时间。", now=self.day(-3)
        )
        shed = self._verified(
            self._demand(
                "lishun",
                "双寨村党支部",
                self.day(-12),
                category="housing",
                title="借用彩钢棚存放菌种",
                text="菌种到货早，棚还没搭好，想借用彩钢棚三个月。",
                quantity=1,
                quantity_unit="座",
            ),
            self.day(-11),
            "可与某农业公司商量借用。",
        )
        following.offer_settlement(
            actor=self.people["lishun"],
            demand=shed,
            partner=self.units["某农业公司"],
            terms="借用彩钢棚一座，三个月，电费由双寨村承担，归公司所有不变。",
            now=self.day(-9),
        )
        self._demand(
            "mafusheng",
            "明月村党支部",
            self.day(-7),
            body=self.units[story.TIANMA],
            category="culture",
            title="原乡民宿导览牌",
            text="明月原乡民宿到太极山水营地沿线缺导览牌。",
            quantity=12,
            quantity_unit="块",
        )

    # --- the meeting of last quarter, from demand to task -------------------------------------------------------------

    def _tabled(self, login: str, unit: str, at: datetime, **values):
        demand = self._verified(self._demand(login, unit, at, **values), at + timedelta(days=1), "建议提请联席会议。")
        demand = demands.table_demand(actor=self.people[login], demand=demand, now=at + timedelta(days=3))
        motion = deliberation.motion_about(facts.subject_label(demand))
        deng = self.people["dengxiaochuan"]
        return motions.accept_motion(actor=deng, motion=motion, now=at + timedelta(days=4))

    def _planned(self, title: str, at: datetime, starts_at: datetime, motion):
        deng = self.people["dengxiaochuan"]
        meeting = meetings.plan_meeting(
            actor=deng,
            body=self.body,
            form="joint_conference",
            title=title,
            starts_at=starts_at,
            chair=deng,
            clerk=self.people["wangshoutian"],
            contact=self.people["wangshoutian"],
            place_text="龙门村活动阵地",
            requirements="请提前十分钟到会，不能参加的请先请假。",
            now=at,
        )
        meetings.add_item(
            actor=deng,
            meeting=meeting,
            kind="study",
            title="学习农村集体经济组织法有关规定",
            reporter="邓小川",
            now=at,
        )
        meetings.add_item(actor=deng, meeting=meeting, kind="vote", motion=motion, minutes_allotted=30, now=at)
        meetings.freeze_agenda(actor=deng, meeting=meeting, now=at)
        return meetings.convene(actor=deng, meeting=meeting, now=at + timedelta(hours=1))

    def _last_quarter(self) -> None:
        deng, wang, chen = (self.people[login] for login in ("dengxiaochuan", "wangshoutian", "chenli"))
        motion = self._tabled(
            "wangshoutian",
            "龙门村党支部",
            self.day(-96),
            category="water",
            title="龙门河提灌站维修",
            text="提灌站水泵老化，龙门、双寨两村一千六百亩复合种植用水受影响。",
            quantity=1,
            quantity_unit="处",
        )
        starts_at = self.day(-66, 14)
        meeting = self._planned("第三季度联席会议", self.day(-76), starts_at, motion)
        for each in meeting.attendances.order_by("pk"):
            attendance.sign_in_for(actor=wang, attendance=each, now=starts_at)
        sittings.open_meeting(actor=deng, meeting=meeting, now=starts_at)
        study, vote = meeting.items.order_by("position", "pk")
        sittings.open_item(actor=deng, item=study, now=starts_at)
        sittings.finish_item(actor=deng, item=study, outcome="已传达学习。", now=starts_at)
        sittings.open_item(actor=deng, item=vote, now=starts_at)
        for login, text in (
            ("lishun", "双寨村同意，愿意出工。"),
            ("hexingnong", "公司愿垫付水泵款，从用水费里抵。"),
            ("dengxiaochuan", "同意，材料先报镇农业综合服务中心。"),
        ):
            seat = meeting.attendances.get(person=self.people[login])
            sittings.note_statement(actor=wang, item=vote, attendance=seat, text=text, now=starts_at)
        sittings.confirm_discussed(actor=deng, item=vote, now=starts_at)
        poll = polls.open_poll(actor=deng, item=vote, method="recorded", now=starts_at)
        for login in ("dengxiaochuan", "wangshoutian", "lishun", "hexingnong"):
            polls.cast_ballot(actor=self.people[login], poll=poll, choice="yes", now=starts_at)
        polls.close_poll(actor=deng, poll=poll, now=starts_at)
        sittings.end_meeting(actor=deng, meeting=meeting, now=starts_at + timedelta(hours=1))
        resolution = resolutions.form_resolution(
            actor=deng,
            motion=motion,
            title="关于维修龙门河提灌站的决议",
            text="由龙门村牵头维修提灌站，双寨村配合，某农业公司垫付水泵款，从用水费中抵扣。",
            scope="public",
            now=self.day(-65),
        )
        notice = notices.publish_notice(
            actor=chen,
            resolution=resolution,
            title="关于维修龙门河提灌站的公示",
            text="经第三季度联席会议表决通过，由龙门村牵头维修龙门河提灌站，双寨村配合。",
            from_on=self.day(-64).date(),
            now=self.day(-64),
        )
        self._objection(notice)
        resolutions.effect_ended_notices(actor=SWEEP, now=self.day(-56))
        self._minutes(study, vote, starts_at)
        self._task(resolution, "维修材料报镇农业综合服务中心", "双寨村党支部", self.day(-4))
        self._task(resolution, "提灌站水泵更换", "龙门村党支部", self.day(-20), done_by="wangshoutian")
        facts.deliver_pending(now=self.day(-55))

    def _minutes(self, study, vote, at: datetime) -> None:
        """Of the last conference: 李顺 had a sentence changed, all agreed, 邓小川 confirmed; not filed yet."""
        wang, li, row = self.people["wangshoutian"], self.people["lishun"], Minutes.objects.get(meeting=vote.meeting_id)
        over = at + timedelta(hours=2)
        for item, text, decision in (
            (study, "邓小川领学农村集体经济组织法有关规定，各单位对照检查。", ""),
            (
                vote,
                "龙门村汇报：提灌站水泵老化，两村一千六百亩复合种植缺水。双寨村愿出工，公司愿垫付。",
                "龙门村牵头维修，双寨村配合，某农业公司垫付水泵款，从用水费中抵扣。",
            ),
        ):
            minutes.write_note(actor=wang, minutes=row, item=item, text=text, decision=decision, revision=0, now=over)
        minutes.send_minutes(actor=wang, minutes=row, now=over)
        asked = amendments.ask_amendment(
            actor=li, minutes=row, item=vote, text="请写明双寨村出工二十人次。", now=self.day(-65)
        )
        amendments.take_in(
            actor=wang,
            minutes=row,
            amendment=asked,
            text="龙门村汇报：提灌站水泵老化，两村一千六百亩复合种植缺水。双寨村愿出工二十人次，公司愿垫付。",
            decision="龙门村牵头维修，双寨村出工二十人次，某农业公司垫付水泵款，从用水费中抵扣。",
            revision=1,
            now=self.day(-64),
        )
        for seat in deliberation.asked(row.meeting):
            amendments.agree(actor=seat.person, minutes=row, edition=2, now=self.day(-63))
        minutes.confirm_minutes(actor=self.people["dengxiaochuan"], minutes=row, edition=2, now=self.day(-62))

    def _objection(self, notice) -> None:
        """Somebody objected without a name; the ticket alone shows the answer."""
        objection = notices.file_objection(
            actor=VISITOR, notice=notice, text="换水泵期间三社的秧田怎么灌水，公示里没有说。", now=self.day(-62)
        )
        draft = notices.answer_objection(
            actor=self.people["dengxiaochuan"],
            objection=objection,
            upheld=False,
            answer="更换安排在收割以后，不影响灌溉；更换期间由移动泵应急，已写入任务要求。",
            now=self.day(-61),
        )
        notices.confirm_answer(
            actor=self.people["chenli"], objection=draft, drafted_at=self.day(-61), now=self.day(-60)
        )

    def _task(self, resolution, title: str, unit: str, due: datetime, done_by: str = "") -> None:
        deng = self.people["dengxiaochuan"]
        task = tasks.assign_task(
            actor=deng,
            resolution=resolution,
            title=title,
            due_on=due.date(),
            owner=self.units[unit],
            now=self.day(-55),
        )
        if done_by:
            progress = "水泵已更换并试水，验收单存村档案。"
            tasks.report_task(actor=self.people[done_by], task=task, progress=progress, now=self.day(-30))
            tasks.accept_task(actor=deng, task=task, now=self.day(-29))

    # --- the meeting to come ------------------------------------------------------------------------------------------

    def _this_quarter(self) -> None:
        drip = self._tabled(
            "lishun",
            "双寨村党支部",
            self.day(-20),
            category="technology",
            title="羊肚菌大棚滴灌改造",
            text="五百亩羊肚菌大棚想改滴灌，省水省工，请联席会议商量分摊。",
            quantity=500,
            quantity_unit="亩",
        )
        self._planned("第四季度联席会议", self.day(-3), self.day(10, 14), drip)
        wang = self.people["wangshoutian"]
        package = motions.propose_motion(
            actor=wang,
            body=self.body,
            unit=self.units["龙门村党支部"],
            title="关于统一农产品品牌包装的议题",
            text="三个成员单位的羊肚菌、大豆统一用“三江明月”包装，费用按发货量分摊。",
            now=self.day(-2),
        )
        motions.submit_motion(actor=wang, motion=package, now=self.day(-2))
        notifications.nudge(actor=wang, subject=facts.subject_label(package), now=self.day(-1))
