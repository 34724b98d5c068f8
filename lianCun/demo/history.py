"""The five quarters before this one, so that the dashboard has a trend: conferences held and missed, tasks done in time
and late, objections answered. Told through the services at the moments they happened, on days counted from today.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from deliberation.models import Minutes
from deliberation.services import attendance, meetings, minutes, motions, notices, polls, resolutions, sittings, tasks
from kit import facts
from kit.actors import System
from kit.calendar import Quarter as Season
from kit.calendar import day_of, moment_of
from lianCun.demo import sanjiang as story
from orgs.choices import Role
from orgs.models import Organization, Person

SWEEP = System("deliberation.notices", verbs=frozenset({"resolution.form"}))
VISITOR = System("visitor")
QUARTERS = 5


@dataclass(frozen=True)
class Led:
    """Who leads a body, keeps its minutes and publishes for its township; ``brings`` is the unit that proposes."""

    secretary: str
    clerk: str
    publisher: str
    brings: str


BODIES = {
    story.TIANMA: Led("fengyuan", "mafusheng", "chenli", "明月村党支部"),
    story.LONGMEN: Led("dengxiaochuan", "wangshoutian", "chenli", "龙门村党支部"),
    story.SANJIANG_WATER: Led("pengli", "yuanming", "chenli", "民主村党支部"),
    story.YANGFAN: Led("liangshutian", "sunchanghe", "zenghai", "扬帆村党支部"),
    story.AREA: Led("hejianguo", "luomin", "", ""),
}
# Who met, the oldest quarter first, the running one last; the meeting of 龙门 a quarter ago stands in the quarter's own
# story.
MET = (
    (story.TIANMA, story.LONGMEN),
    (story.TIANMA, story.LONGMEN, story.YANGFAN),
    (story.TIANMA, story.LONGMEN, story.SANJIANG_WATER, story.AREA),
    (story.TIANMA, story.LONGMEN, story.SANJIANG_WATER, story.YANGFAN),
    (story.TIANMA, story.YANGFAN, story.AREA),
    (story.TIANMA, story.YANGFAN),
)


@dataclass(frozen=True)
class Told:
    """A resolution of a quarter (counted back from this one) and its tasks: (title, unit, due and done in days after it
    was formed, done None for not yet)."""

    back: int
    body: str
    title: str
    text: str
    tasks: tuple[tuple[str, str, int, int | None], ...]
    objection: int | None = None


RESOLUTIONS = (
    Told(
        4,
        story.LONGMEN,
        "龙门至双寨机耕道硬化",
        "龙门、双寨两村出工，镇里配套水泥，硬化机耕道一千二百米。",
        (("路基平整", "双寨村党支部", 25, 22), ("路面浇筑验收", "龙门村党支部", 45, 61)),
        objection=6,
    ),
    Told(
        3,
        story.TIANMA,
        "天马粮油烘干房修缮",
        "明月村牵头修缮烘干房两座，大兴村、天马山村按用量分摊电费。",
        (("屋顶防水", "明月村党支部", 20, 18), ("分摊办法公布", "大兴村党支部", 30, 30)),
        objection=9,
    ),
    Told(
        2,
        story.YANGFAN,
        "扬帆柑橘统防统治",
        "扬帆、椿树两村柑橘统一防治，合作社代购农药，按亩结算。",
        (("防治队伍组建", "扬帆村党支部", 20, 16), ("首轮防治", "椿树村党支部", 40, 52)),
        objection=4,
    ),
    Told(
        1,
        story.TIANMA,
        "明月至大兴观光步道",
        "两村各出一段地界上的路，步道三公里，年底前开通。",
        (
            ("步道放线", "明月村党支部", 60, 41),
            ("沿线导览牌安装", "大兴村党支部", 118, None),
            ("过路涵管铺设", "天马山村党支部", 100, 96),
        ),
        objection=19,
    ),
    Told(
        1,
        story.YANGFAN,
        "果蔬分拣线共用",
        "合作社分拣线对两村开放，淡季免费，旺季按斤计。",
        (("分拣线调试", "扬帆村党支部", 82, 75), ("共用台班表", "椿树村党支部", 96, 90)),
    ),
)


class History:
    """Tells what happened; ``at(3, 40)`` is the fortieth day of the third quarter before this one."""

    def __init__(self, now: datetime):
        self.now = timezone.localtime(now)
        self.people = {person.username: person for person in Person.objects.exclude(username=None)}
        self.units = {row.name: row for row in Organization.objects.filter(state="active")}
        self.seasons = [Season.of(day_of(now))]
        while len(self.seasons) <= QUARTERS:
            self.seasons.append(self.seasons[-1].previous())

    def at(self, back: int, day: int, hour: int = 9) -> datetime:
        return moment_of(self.seasons[back].start) + timedelta(days=day, hours=hour)

    def tell(self) -> None:
        for back, names in zip(range(QUARTERS, -1, -1), MET, strict=True):
            told = {each.body: each for each in RESOLUTIONS if each.back == back}
            for order, name in enumerate(names):
                day = 12 + 5 * order
                # The running quarter may not be old enough for its meetings.
                if self.at(back, day + 1) < self.now:
                    self._quarter(back, name, self.at(back, day, 14), told.get(name))
        facts.deliver_pending(now=self.now)

    def _quarter(self, back: int, name: str, starts_at: datetime, told: Told | None) -> None:
        led, body = BODIES[name], self.units[name]
        secretary, clerk = self.people[led.secretary], self.people[led.clerk]
        before = starts_at - timedelta(days=9)
        meeting = meetings.plan_meeting(
            actor=secretary,
            body=body,
            form="joint_conference",
            title=f"{self.seasons[back].label.split('年')[1]}联席会议",
            starts_at=starts_at,
            chair=secretary,
            clerk=clerk,
            contact=clerk,
            place_text="联村活动阵地",
            now=before,
        )
        motion = self._motion(led, body, told, before) if told else None
        kind, title = ("vote", "") if motion else ("discussion", "本季度重点事项协商")
        meetings.add_item(actor=secretary, meeting=meeting, kind=kind, title=title, motion=motion, now=before)
        meetings.freeze_agenda(actor=secretary, meeting=meeting, now=before)
        meetings.convene(actor=secretary, meeting=meeting, now=before + timedelta(hours=1))
        for each in meeting.attendances.order_by("pk"):
            attendance.sign_in_for(actor=clerk, attendance=each, now=starts_at)
        sittings.open_meeting(actor=secretary, meeting=meeting, now=starts_at)
        item = sittings.open_item(actor=secretary, item=meeting.items.get(), now=starts_at)
        if motion:
            self._vote(secretary, item, starts_at)
        else:
            sittings.finish_item(actor=secretary, item=item, outcome="已协商一致。", now=starts_at)
        sittings.end_meeting(actor=secretary, meeting=meeting, now=starts_at + timedelta(hours=1))
        if told and motion:
            self._resolution(led, motion, told, starts_at + timedelta(days=1))
        self._minutes(led, item, told, starts_at + timedelta(hours=2))

    def _minutes(self, led: Led, item, told: Told | None, at: datetime) -> None:
        """Written the same day; nobody asked for a change, so the chair confirmed them and the clerk filed them."""
        clerk, chair = self.people[led.clerk], self.people[led.secretary]
        confirmed = at + timedelta(days=14)
        if confirmed > self.now:
            return
        text = f"{told.text}到会单位逐一发表意见，没有不同意见。" if told else "各单位通报本季度重点事项，商定分工。"
        row = Minutes.objects.get(meeting=item.meeting_id)
        minutes.write_note(actor=clerk, minutes=row, item=item, text=text, revision=0, now=at)
        minutes.send_minutes(actor=clerk, minutes=row, now=at)
        minutes.confirm_minutes(actor=chair, minutes=row, edition=1, now=confirmed)
        minutes.archive_meeting(actor=clerk, minutes=row, now=confirmed)

    def _motion(self, led: Led, body, told: Told, at: datetime):
        proposer, secretary = self.people[led.clerk], self.people[led.secretary]
        motion = motions.propose_motion(
            actor=proposer,
            body=body,
            unit=self.units[led.brings],
            title=f"关于{told.title}的议题",
            text=told.text,
            now=at - timedelta(days=3),
        )
        motions.submit_motion(actor=proposer, motion=motion, now=at - timedelta(days=3))
        return motions.accept_motion(actor=secretary, motion=motion, now=at - timedelta(days=2))

    def _vote(self, chair, item, at: datetime) -> None:
        sittings.confirm_discussed(actor=chair, item=item, now=at)
        poll = polls.open_poll(actor=chair, item=item, method="recorded", now=at)
        for entry in poll.roll.select_related("person").order_by("pk"):
            polls.cast_ballot(actor=entry.person, poll=poll, choice="yes", now=at)
        polls.close_poll(actor=chair, poll=poll, now=at)

    def _resolution(self, led: Led, motion, told: Told, at: datetime) -> None:
        secretary, publisher = self.people[led.secretary], self.people[led.publisher]
        resolution = resolutions.form_resolution(
            actor=secretary, motion=motion, title=f"关于{told.title}的决议", text=told.text, scope="public", now=at
        )
        notice = notices.publish_notice(
            actor=publisher,
            resolution=resolution,
            title=f"关于{told.title}的公示",
            text=told.text,
            now=at + timedelta(hours=2),
        )
        if told.objection:
            self._objection(led, notice, at + timedelta(days=2), told.objection)
        effective = at + timedelta(days=8 + (told.objection or 0))
        resolutions.effect_ended_notices(actor=SWEEP, now=effective)
        # A resolution is over with its last task, so all of them are assigned first.
        assigned = [
            tasks.assign_task(
                actor=secretary,
                resolution=resolution,
                title=title,
                due_on=(at + timedelta(days=due)).date(),
                owner=self.units[unit],
                now=effective,
            )
            for title, unit, due, _ in told.tasks
        ]
        for task, (_, unit, _, done) in zip(assigned, told.tasks, strict=True):
            if done is not None:
                self._finish(secretary, task, unit, max(at + timedelta(days=done), effective))

    def _objection(self, led: Led, notice, at: datetime, days: int) -> None:
        text = "请写明费用怎么分摊、各村各出多少。"
        objection = notices.file_objection(actor=VISITOR, notice=notice, text=text, now=at)
        given = at + timedelta(days=days)
        drafted = given - timedelta(hours=3)
        draft = notices.answer_objection(
            actor=self.people[led.secretary],
            objection=objection,
            upheld=False,
            answer="分摊办法附在决议后面，按用量结算，每季度公布一次。",
            now=drafted,
        )
        notices.confirm_answer(actor=self.people[led.publisher], objection=draft, drafted_at=drafted, now=given)

    def _finish(self, secretary, task, unit: str, at: datetime) -> None:
        if at > self.now:
            return
        owner = next(
            self.people[somebody.login]
            for somebody in story.PEOPLE
            if any(role == Role.UNIT_SECRETARY and where == unit for role, where, _, _ in somebody.posts)
        )
        tasks.report_task(actor=owner, task=task, progress="已完成，照片和验收单存村档案。", now=at)
        tasks.accept_task(actor=secretary, task=task, now=at)
