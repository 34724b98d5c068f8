"""What the public sees in the demo beside the quarter's own notice, which has ended: one that runs, with an objection
whose answer is in review, and a complaint.
"""

from datetime import datetime, timedelta

from deliberation.models import PublicNotice, Resolution
from deliberation.services import attendance, meetings, motions, notices, polls, resolutions, sittings
from kit.actors import VISITOR
from lianCun.demo import sanjiang as story
from lianCun.demo.quarter import Quarter
from oversight.services import complaints

ROAD = "明月村导览步道修缮"


class Public(Quarter):
    """Tells it once; people, units and days as in the quarter."""

    def tell(self) -> None:
        self._answered(self._running_notice())
        self._complaint()

    def _answered(self, notice: PublicNotice) -> None:
        """Somebody objected two days ago; the answer of the secretary waits for 陈立."""
        objection = notices.file_objection(
            actor=VISITOR,
            notice=notice,
            text="步道经过三社两户的自留地，公示里没有说占不占地、怎么补。",
            now=self.day(-2),
        )
        notices.answer_objection(
            actor=self.people["fengyuan"],
            objection=objection,
            upheld=False,
            answer="修缮只换原步道的石板，不加宽、不占自留地；施工便道临时占用的，由明月村和住户商量后补偿。",
            now=self.day(-1),
        )

    def _running_notice(self) -> PublicNotice:
        """天马联村党组织 met on one matter between its conferences; the cadre published three days ago."""
        return notices.publish_notice(
            actor=self.people["chenli"],
            resolution=self._adopted(self.day(-8, 14)),
            title=f"关于{ROAD}的公示",
            text=(
                "经专题协商表决通过，由明月村牵头修缮明月原乡民宿到太极山水营地的导览步道约六百米，"
                "大兴村、天马山村配合出工，明年三月底前完工，所需材料从联建投入中安排。"
            ),
            from_on=self.day(-3).date(),
            now=self.day(-3),
        )

    def _adopted(self, at: datetime) -> Resolution:
        feng, ma = self.people["fengyuan"], self.people["mafusheng"]
        body = self.units[story.TIANMA]
        motion = motions.propose_motion(
            actor=ma,
            body=body,
            unit=self.units["明月村党支部"],
            title=f"关于{ROAD}的议题",
            text="步道石板松动，节假日游客多，希望三个村一起修。",
            now=at - timedelta(days=4),
        )
        motions.submit_motion(actor=ma, motion=motion, now=at - timedelta(days=4))
        motions.accept_motion(actor=feng, motion=motion, now=at - timedelta(days=3))
        meeting = meetings.plan_meeting(
            actor=feng,
            body=body,
            form="thematic",
            title="导览步道修缮专题协商",
            starts_at=at,
            chair=feng,
            clerk=ma,
            contact=ma,
            place_text="明月村活动阵地",
            ad_hoc_reason="步道已有游客绊倒，须尽快定下来。",
            now=at - timedelta(days=2),
        )
        meetings.add_item(
            actor=feng, meeting=meeting, kind="vote", motion=motion, minutes_allotted=30, now=at - timedelta(days=2)
        )
        meetings.freeze_agenda(actor=feng, meeting=meeting, now=at - timedelta(days=2))
        meetings.convene(actor=feng, meeting=meeting, now=at - timedelta(days=2))
        for each in meeting.attendances.order_by("pk"):
            attendance.sign_in_for(actor=ma, attendance=each, now=at)
        sittings.open_meeting(actor=feng, meeting=meeting, now=at)
        item = sittings.open_item(actor=feng, item=meeting.items.get(), now=at)
        sittings.confirm_discussed(actor=feng, item=item, now=at)
        poll = polls.open_poll(actor=feng, item=item, method="recorded", now=at)
        for entry in poll.roll.select_related("person").order_by("pk"):
            polls.cast_ballot(actor=entry.person, poll=poll, choice="yes", now=at)
        polls.close_poll(actor=feng, poll=poll, now=at)
        sittings.end_meeting(actor=feng, meeting=meeting, now=at + timedelta(hours=1))
        return resolutions.form_resolution(
            actor=feng,
            motion=motion,
            title=f"关于{ROAD}的决议",
            text="由明月村牵头修缮导览步道约六百米，大兴村、天马山村配合出工，明年三月底前完工。",
            scope="public",
            now=at + timedelta(days=1),
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
