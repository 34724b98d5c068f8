"""A year of 天马联村党组织 as it stands in the register, each number of which is counted by hand in the tests.

三次会：三月（提前3个工作日，两件表决，有发言）、六月（提前1个，一件表决无发言，后加一件）、九月恳谈会（提前5个，只有通报）。
"""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from deliberation.models import (
    AgendaItem,
    Attendance,
    Meeting,
    Minutes,
    MinutesNote,
    Motion,
    Objection,
    Poll,
    Presence,
    PublicNotice,
    Resolution,
    ResolutionTask,
    Statement,
    VotingRule,
)
from kit.calendar import SHANGHAI, Quarter
from kit.services import stamp
from tests.factories import MAKER

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI)
ROOFS, ROOFS_AGAIN, STORE = "关于修缮烘干房的议题", "关于修缮烘干房顶的议题", "关于修缮冷库的议题"


def at(month: int, day: int, year: int = 2026) -> datetime:
    return datetime.combine(date(year, month, day), time(9), tzinfo=SHANGHAI)


class Register:
    """Rows of one body, written straight down, within a stamped transaction of the caller."""

    def __init__(self, cast: Any, body: Any = None) -> None:
        self.cast, self.body = cast, body or cast.tianma.organization
        self.rule = VotingRule.objects.filter(code="JOINT").order_by("-version", "pk").first()
        self.serial = 0

    def meeting(self, starts_at: datetime, noticed_at: datetime | None, form: str = "joint_conference") -> Meeting:
        person = self.cast.cadre_chen
        self.serial += 1
        return Meeting.objects.create(
            body=self.body,
            form=form,
            title=f"第{self.serial}次会议",
            quarter=str(Quarter.of(starts_at.date())),
            starts_at=starts_at,
            **dict.fromkeys(("chair", "clerk", "contact"), person),
            sign_in_code="12345678",
            state="ended",
            created_at=starts_at,
            convened_at=noticed_at,
        )

    def motion(self, title: str, unit: Any, submitted_at: datetime, decided_at: datetime | None, **more: Any) -> Motion:
        return Motion.objects.create(
            body=self.body,
            unit=unit,
            proposer=self.cast.secretary_li,
            title=title,
            text="漏雨。",
            state="adopted" if decided_at else "submitted",
            created_at=submitted_at,
            submitted_at=submitted_at,
            decided_at=decided_at,
            **more,
        )

    def item(self, meeting: Meeting, kind: str, motion: Motion | None = None, **more: Any) -> AgendaItem:
        return AgendaItem.objects.create(
            meeting=meeting,
            motion=motion,
            kind=kind,
            title=motion.title if motion else "通报",
            position=meeting.items.count() + 1,
            state="done",
            rule=self.rule if kind == "vote" else None,
            **more,
        )

    def vote(self, meeting: Meeting, motion: Motion, yes: int, no: int = 0, abstain: int = 0) -> AgendaItem:
        item = self.item(meeting, "vote", motion)
        Poll.objects.create(
            item=item,
            rule=self.rule,
            method="show_of_hands",
            channel="paper",
            should_attend=3,
            present=3,
            roll_hash="0" * 64,
            opened_at=meeting.starts_at,
            closed_at=meeting.starts_at,
            state="closed",
            yes=yes,
            no=no,
            abstain=abstain,
            is_adopted=True,
        )
        return item

    def there(self, meeting: Meeting, person: Any, unit: Any, *, said: AgendaItem | None = None) -> Attendance:
        came = Attendance.objects.create(meeting=meeting, person=person, unit=unit, capacity="voting")
        Presence.objects.create(attendance=came, arrived_at=meeting.starts_at, signed_by=person)
        if said is not None:
            Statement.objects.create(
                item=said, attendance=came, text="同意。", position=said.statements.count() + 1, noted_at=NOW
            )
        return came

    def note(self, meeting: Meeting, revision: int, text: str) -> None:
        minutes, _ = Minutes.objects.get_or_create(meeting=meeting, body=self.body)
        MinutesNote.objects.create(
            minutes=minutes,
            item=meeting.items.get(kind="vote"),
            revision=revision,
            text=text,
            written_by=self.cast.cadre_chen,
            written_at=NOW,
        )

    def resolution(self, item: AgendaItem, serial: int = 1) -> Resolution:
        return Resolution.objects.create(
            body=self.body,
            motion=item.motion,
            poll=item.polls.get(),
            year=2026,
            serial=serial,
            number=f"联村〔2026〕{serial}号",
            title="关于修缮烘干房的决议",
            text="由明月村负责。",
            scope="public",
            state="effective",
            formed_at=item.meeting.starts_at,
        )

    def task(
        self, resolution: Resolution, due_on: date, finished_on: date | None = None, state: str = "assigned"
    ) -> None:
        ResolutionTask.objects.create(
            resolution=resolution,
            title="修缮",
            owner=self.cast.mingyue,
            due_on=due_on,
            finished_on=finished_on,
            state="accepted" if finished_on else state,
            assigned_at=resolution.formed_at,
        )

    def objection(self, resolution: Resolution, ticket: str, due_on: date, answered_at: datetime | None) -> None:
        notice = resolution.notices.first() or PublicNotice.objects.create(
            resolution=resolution,
            title="公示",
            text="由明月村负责。",
            scope="public",
            from_on=date(2026, 3, 12),
            to_on=date(2026, 3, 18),
            publisher=self.cast.cadre_chen,
            published_at=at(3, 12),
        )
        Objection.objects.create(
            notice=notice,
            text="没有商量。",
            ticket=ticket,
            received_at=at(3, 13),
            answer_due_on=due_on,
            state="dismissed" if answered_at else "received",
            answer="商量过。" if answered_at else "",
            answered_at=answered_at,
        )


def a_year(cast: Any) -> Register:
    """The year of the module's first lines."""
    with transaction.atomic():
        stamp(MAKER)
        book = Register(cast)
        # Thursday to Tuesday: Friday, Monday, Tuesday.
        spring = book.meeting(at(3, 10), at(3, 5))
        roofs = book.motion(ROOFS, cast.mingyue, at(3, 1), at(3, 10))
        store = book.motion(STORE, cast.daxing, at(3, 4), at(3, 10))
        split, _ = book.vote(spring, roofs, 2, 1), book.vote(spring, store, 3)
        book.there(spring, cast.secretary_li, cast.mingyue, said=split)
        book.there(spring, cast.entrepreneur_he, cast.company)
        book.there(spring, cast.cadre_chen, book.body, said=split)
        summer = book.meeting(at(6, 16), at(6, 15))
        book.vote(summer, book.motion(ROOFS_AGAIN, cast.mingyue, at(6, 1), at(6, 16)), 3)
        late = book.motion("关于值班的议题", cast.mingyue, at(6, 15), None, classification="regulation")
        book.item(summer, "discussion", late, is_late=True)
        book.there(summer, cast.secretary_li, cast.mingyue)
        autumn = book.meeting(at(9, 15), at(9, 8), "heart_to_heart")
        book.item(autumn, "briefing")
        resolution = book.resolution(split)
        for due, finished in (((5, 1), (4, 30)), ((5, 1), (5, 2)), ((6, 1), None), ((12, 30), None)):
            book.task(resolution, date(2026, *due), date(2026, *finished) if finished else None)
        book.task(resolution, date(2026, 6, 1), state="waiting")
        book.objection(resolution, "AAAAAAAA", date(2026, 3, 27), at(3, 27))
        book.objection(resolution, "BBBBBBBB", date(2026, 3, 27), None)
        # What is not of this year, not of this body, or never was a meeting.
        book.meeting(at(12, 30, 2025), None)
        Meeting.objects.filter(pk=book.meeting(at(7, 1), at(6, 1)).pk).update(state="cancelled")
        book.motion("撤回的", cast.daxing, at(2, 1), None)
        Motion.objects.filter(title="撤回的").update(state="withdrawn")
        other = Register(cast, cast.longmen_base.organization)
        other.item(other.meeting(at(3, 10), at(3, 10)), "briefing")
    return book
