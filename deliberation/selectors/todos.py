"""待办 of 议事协调: what waits for a person. One query for each kind of thing, and only where a post asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, F, FilteredRelation, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from deliberation import rules
from deliberation.choices import (
    RUNNING_POLL,
    ChecklistState,
    MeetingState,
    MotionState,
    ObjectionState,
    PollState,
    Reply,
    ResolutionState,
    TaskState,
    VoteChannel,
)
from deliberation.models import (
    Attendance,
    Checklist,
    Meeting,
    Motion,
    Objection,
    Poll,
    Resolution,
    ResolutionTask,
    RollEntry,
)
from deliberation.selectors.checklists import STEPS_DONE, result_due
from deliberation.selectors.line import checklist_light, task_light
from deliberation.selectors.minutes_todos import WITH_MINUTES, minutes_todos, with_minutes
from deliberation.selectors.room_home import sign_in_window
from kit import policies
from kit.calendar import day_of
from kit.components import Todo
from kit.holidays import working_days
from kit.lights import Light, light
from kit.scoping import standing_of
from orgs.choices import Role

_MOST = 50
_LIVE = (MeetingState.CONVENED, MeetingState.IN_SESSION, MeetingState.ADJOURNED)


@dataclass(frozen=True)
class _Posts:
    """Ids of organizations by what the person does there; ``reviews``: publishes and reviews somewhere."""

    led: tuple[UUID, ...]
    secretary: tuple[UUID, ...]
    units: tuple[UUID, ...]
    reviews: bool

    @classmethod
    def of(cls, person) -> "_Posts":
        def held(*roles: str) -> tuple[UUID, ...]:
            return tuple(post.org_id for post in posts if post.role in roles)

        posts = standing_of(person).posts
        return cls(
            led=held(Role.JOINT_SECRETARY, Role.JOINT_DEPUTY, Role.AREA_SECRETARY, Role.AREA_OFFICER),
            secretary=held(Role.JOINT_SECRETARY, Role.AREA_SECRETARY),
            units=held(Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE),
            reviews=any(policies.holds(person, verb) for verb in ("notice.publish", "objection.review")),
        )


def todos(*, person, on: date) -> list[Todo]:
    """Everything of 议事协调 that waits for this person, in no order."""
    posts = _Posts.of(person)
    meetings = _meetings(person)
    live = [each for each in meetings if each.state in _LIVE]
    found = [*_invitations(person, live, on), *minutes_todos(person, meetings, on)]
    # Voters and tellers are in the room of a sitting meeting; for everybody else nothing more is asked.
    if any(each.seat and each.state == MeetingState.IN_SESSION for each in meetings):
        found += _votes(person)
    if posts.led or posts.units:
        found += [*_motions(posts), *_tasks(posts, on)]
    if posts.units or posts.secretary:
        found += _checklists(posts, on)
    if posts.secretary or posts.reviews:
        found += _of_resolutions(person, posts, on)
    return found


def _motions(posts: _Posts) -> Iterator[Todo]:
    live = Resolution.objects.filter(motion=OuterRef("pk")).exclude(state=ResolutionState.SENT_BACK)
    mine = (
        Q(body__in=posts.led, state=MotionState.SUBMITTED)
        | Q(body__in=posts.secretary, state=MotionState.ADOPTED) & ~Exists(live)
        | Q(unit__in=posts.units, state=MotionState.RETURNED)
    )
    words = {
        MotionState.SUBMITTED: ("受理议题", "等待受理"),
        MotionState.ADOPTED: ("形成决议", "已表决通过，等待形成决议"),
        MotionState.RETURNED: ("补充议题", "退回补充"),
    }
    for row in Motion.objects.filter(mine).select_related("unit").order_by("submitted_at", "pk")[:_MOST]:
        kind, note = words[MotionState(row.state)]
        yield Todo(kind, row.title, reverse("motion", args=[row.pk]), row.unit.name, note)


def _meetings(person) -> list[Any]:
    """Meetings that invite the person (``seat``, ``reply``), or that they chair or note: live, or not filed yet.

    The latest ones; one query.
    """
    invited = Attendance.objects.filter(person=person.pk).order_by().values("meeting_id")
    led = Meeting.objects.filter(Q(chair=person.pk) | Q(clerk=person.pk))
    about = invited.union(led.order_by().values("pk"))
    rows = Meeting.objects.annotate(
        mine=FilteredRelation("attendances", condition=Q(attendances__person=person.pk)),
        seat=F("mine__pk"),
        reply=F("mine__reply"),
    )
    rows = rows.filter(pk__in=about, state__in=[*_LIVE, *WITH_MINUTES]).select_related("body")
    return list(with_minutes(rows, person).order_by("-starts_at", "-pk")[: 2 * _MOST])


def _invitations(person, meetings: list[Any], on: date) -> Iterator[Todo]:
    """Reply slips, signing in while the window is open, and the chair's own meeting of the day."""
    invited = [each for each in meetings if each.seat]
    mine = Attendance.objects.filter(pk__in=[each.seat for each in invited])
    here = set(mine.here().values_list("pk", flat=True)) if invited else set()
    now = timezone.now()
    for meeting in invited:
        day = day_of(meeting.starts_at)
        opens, closes = sign_in_window(meeting)
        name = meeting.body.name
        if meeting.seat not in here and opens <= now <= closes:
            yield Todo("签到", meeting.title, reverse("meeting-sign-in", args=[meeting.pk]), name, "签到时间到", day)
        elif meeting.reply == Reply.NONE and meeting.state == MeetingState.CONVENED and now < meeting.starts_at:
            shown = light(due_on=day, on=on, calendar=working_days())
            href = reverse("meeting-step", args=[meeting.pk, "reply"])
            yield _lit(Todo("会议回执", meeting.title, href, name, "请回复能否出席", day), shown)
    for row in (each for each in meetings if each.chair_id == person.pk):
        if day_of(row.starts_at) <= on or row.state != MeetingState.CONVENED:
            yield Todo(
                "主持会议", row.title, reverse("meeting-live", args=[row.pk]), row.body.name, row.get_state_display()
            )


def _votes(person) -> Iterator[Todo]:
    entries = RollEntry.objects.filter(person=person.pk, poll__state=PollState.OPEN, poll__stopped_at=None)
    online = entries.filter(on_paper=False, ballot=None, mark=None).exclude(poll__channel=VoteChannel.PAPER)
    for entry in online.select_related("poll__item__meeting__body").order_by("pk")[:_MOST]:
        item = entry.poll.item
        yield Todo("表决", item.title, reverse("poll", args=[entry.poll_id]), item.meeting.body.name, "等您表决")
    told = Q(teller_a=person.pk) | Q(teller_b=person.pk)
    polls = Poll.objects.filter(told, state__in=RUNNING_POLL).select_related("item__meeting__body")
    for poll in polls.prefetch_related("tallies").order_by("pk")[:_MOST]:
        if poll.is_sealed:
            if poll.teller_a_id == person.pk and (not poll.public_key or poll.stopped_at):
                step, note = ("unseal", "已停止收票，请开票") if poll.stopped_at else ("key", "请为无记名投票生成密钥")
                address = reverse("poll-step", args=[poll.pk, step])
                yield Todo("计票", poll.item.title, address, poll.item.meeting.body.name, note)
            continue
        counting = rules.counting(each.entered for each in poll.tallies.all())
        if counting.agreed is None and person.pk not in counting.counted:
            note = "两人票数不一致，请重新清点" if counting.differs else "请录入您清点的票数"
            address = reverse("poll-step", args=[poll.pk, "slips" if poll.has_slips else "tally"])
            yield Todo("计票", poll.item.title, address, poll.item.meeting.body.name, note)


def _of_resolutions(person, posts: _Posts, on: date) -> Iterator[Todo]:
    """What waits to be published, objections that wait for an answer, answers that wait for review. One query."""
    mine = policies.where_held(person, "notice.publish", path="body__path", body="body_id")
    publish = Resolution.objects.filter(mine, state=ResolutionState.FORMED).exclude(scope="none")
    answer = Q(notice__resolution__body__in=posts.secretary, state=ObjectionState.RECEIVED)
    at = {"path": "notice__resolution__body__path", "body": "notice__resolution__body_id"}
    # Not one's own draft, where somebody is secretary and cadre.
    review = (
        policies.where_held(person, "objection.review", **at)
        & Q(state=ObjectionState.IN_REVIEW)
        & ~Q(answered_by=person.pk)
    )
    objections = Objection.objects.filter(answer | review)
    nothing = {"due": Cast(Value(None), DateField()), "stands": Value(""), "returned": Value("")}
    parts = (
        publish.annotate(**nothing).order_by("formed_at", "pk")[:_MOST],
        objections.annotate(due=F("answer_due_on"), stands=F("state"), returned=F("reason")).order_by("due", "pk")[
            :_MOST
        ],
    )
    names = (("title", "body__name"), ("notice__resolution__title", "notice__resolution__body__name"))
    found = [
        rows.values_list("pk", *name, "due", "stands", "returned") for rows, name in zip(parts, names, strict=True)
    ]
    for pk, title, body, due, stands, returned in found[0].union(found[1], all=True):
        if due is None:
            yield Todo("公示", title, reverse("resolution", args=[pk]), body, "审核后公示")
            continue
        if stands == ObjectionState.IN_REVIEW:
            kind, page, whose, note = "审核异议答复", "objection-review", body, "审核后才送给提出人"
        else:
            note = "审核退回，请修改答复" if returned else "公示期内收到异议"
            kind, page, whose = "答复异议", "objection-answer", "群众或成员单位"
        shown = light(due_on=due, on=on, calendar=working_days())
        yield _lit(Todo(kind, title, reverse(page, args=[pk]), whose, note, due), shown)


def _checklists(posts: _Posts, on: date) -> Iterator[Todo]:
    """四议两公开 of one's own village; for the secretary of the body what a village decided against."""
    mine = Q(village__in=posts.units) & (Q(state=ChecklistState.RUNNING) | result_due())
    against = Q(
        resolution__body__in=posts.secretary,
        state=ChecklistState.REFUSED,
        resolution__state=ResolutionState.CONDITIONAL,
    )
    rows = Checklist.objects.filter(mine | against).select_related("village", "template", "resolution__body")
    for row in rows.annotate(steps_done=STEPS_DONE).order_by("due_on", "pk")[:_MOST]:
        title, body = row.resolution.title, row.resolution.body.name
        if row.state == ChecklistState.REFUSED:
            href = reverse("resolution", args=[row.resolution_id])
            yield Todo("村级未通过", title, href, row.village.name, "请退回审议或者终止")
            continue
        running = row.state == ChecklistState.RUNNING
        shown, due = (checklist_light(row, on=on), row.due_on) if running else (None, None)
        note, href = f"下一步：{row.template.steps[row.steps_done]}", reverse("checklist", args=[row.pk])
        yield _lit(Todo("四议两公开", title, href, body, note, due), shown)


def _tasks(posts: _Posts, on: date) -> Iterator[Todo]:
    mine = (
        Q(owner__in=posts.units, state=TaskState.ASSIGNED)
        | Q(resolution__body__in=posts.led, owner=None, state=TaskState.ASSIGNED)
        | Q(resolution__body__in=posts.led, state=TaskState.REPORTED)
        | Q(resolution__motion__unit__in=posts.units, state=TaskState.ACCEPTED)
    )
    words = {
        TaskState.ASSIGNED: ("落实任务", "完成后报落实"),
        TaskState.REPORTED: ("确认任务", "已报完成，请核对"),
        TaskState.ACCEPTED: ("确认结果", "任务已办结，请提出单位确认"),
    }
    rows = ResolutionTask.objects.filter(mine).select_related("owner", "resolution__body")
    for row in rows.order_by("due_on", "pk")[:_MOST]:
        kind, note = words[TaskState(row.state)]
        open_ = row.state != TaskState.ACCEPTED
        shown = task_light(row, on=on) if open_ else None
        href, due = reverse("task", args=[row.pk]), row.due_on if open_ else None
        yield _lit(Todo(kind, row.title, href, row.resolution.body.name, note, due), shown)


def _lit(todo: Todo, shown: Light | None) -> Todo:
    return replace(todo, light=shown.colour, light_word=shown.word) if shown else todo
