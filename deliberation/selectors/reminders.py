"""What 议事协调 reminds people of, as open rows with their last day; and who is told of which fact."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast, TruncDate

from deliberation import rules
from deliberation.choices import (
    AmendmentState,
    MeetingState,
    MinutesState,
    MotionState,
    ObjectionState,
    Reply,
    ResolutionState,
    TaskState,
)
from deliberation.models import (
    Attendance,
    Minutes,
    MinutesAgreement,
    MinutesAmendment,
    Motion,
    Objection,
    Presence,
    PublicNotice,
    Resolution,
    ResolutionTask,
)
from deliberation.selectors.minutes import asked
from deliberation.selectors.quarters import without_conference
from kit.calendar import SHANGHAI, Quarter, day_of, moment_of
from kit.reminders import HeardFact, Told
from kit.scoping import standing_of
from orgs import selectors as orgs
from orgs.choices import Role

# What an invitation is called and where it stands: as its meeting.
_OF_SEAT: dict[str, Any] = {
    "remind_title": F("meeting__title"),
    "remind_path": F("meeting__body__path"),
    "remind_body": F("meeting__body_id"),
    "remind_key": F("meeting_id"),
}
# How long a notice that has ended is looked at for its result.
ENDED_DAYS = 7


def _no_conference(quarter: Quarter) -> QuerySet:
    begun = Value(moment_of(quarter.start), output_field=DateTimeField())
    return without_conference(quarter).annotate(
        remind_by=Value(quarter.end),
        remind_since=begun,
        remind_title=F("name"),
        remind_path=F("path"),
        remind_body=F("pk"),
        remind_key=Cast(Value(None), UUIDField()),
    )


def quarter_open(on: date) -> QuerySet:
    """Bodies that have not yet held the conference of the running quarter (F-20)."""
    return _no_conference(Quarter.of(on))


def quarter_missed(on: date) -> QuerySet:
    """Bodies that let the last quarter end without a conference (F-20)."""
    return _no_conference(Quarter.of(on).previous())


def notices_running(on: date) -> QuerySet:
    """Live notices whose period still runs."""
    states = [ResolutionState.IN_NOTICE, ResolutionState.OBJECTED]
    return _notices().filter(resolution__state__in=states, to_on__gte=on)


def notices_ended(on: date) -> QuerySet:
    """Live notices whose period ended in the last days: the result is to be looked at."""
    states = [ResolutionState.IN_NOTICE, ResolutionState.OBJECTED, ResolutionState.EFFECTIVE]
    ended = Q(to_on__lt=on, to_on__gte=on - timedelta(days=ENDED_DAYS))
    return _notices().filter(ended, resolution__state__in=states)


def _notices() -> QuerySet:
    return PublicNotice.objects.live().annotate(
        remind_by=F("to_on"),
        remind_since=F("published_at"),
        remind_title=F("resolution__title"),
        remind_path=F("resolution__body__path"),
        remind_body=F("resolution__body_id"),
        remind_key=F("resolution_id"),
    )


def objections_to_answer(on: date) -> QuerySet:
    """Objections that wait for the draft of an answer (F-28)."""
    return _objections(ObjectionState.RECEIVED, since="received_at")


def answers_to_review(on: date) -> QuerySet:
    """Answers to objections that wait for their review: the same last day, for somebody else (F-28)."""
    return _objections(ObjectionState.IN_REVIEW, since="drafted_at")


def _objections(state: ObjectionState, *, since: str) -> QuerySet:
    return Objection.objects.filter(state=state).annotate(
        remind_by=F("answer_due_on"),
        remind_since=F(since),
        remind_title=F("notice__resolution__title"),
        remind_path=F("notice__resolution__body__path"),
        remind_body=F("notice__resolution__body_id"),
        remind_key=F("pk"),
    )


def _tasks(**which) -> QuerySet:
    live = [ResolutionState.TERMINATED, ResolutionState.SENT_BACK]
    rows = ResolutionTask.objects.filter(state=TaskState.ASSIGNED, **which).exclude(resolution__state__in=live)
    return rows.annotate(
        remind_by=F("due_on"),
        remind_since=F("assigned_at"),
        remind_title=F("title"),
        remind_body=F("resolution__body_id"),
        remind_key=F("pk"),
    )


def tasks_of_units(on: date) -> QuerySet:
    """Tasks that a unit has to carry out. One that waits for an outside answer is not among them."""
    return _tasks(owner__isnull=False).annotate(remind_path=F("owner__path"))


def tasks_of_outside_bodies(on: date) -> QuerySet:
    """Tasks of a body outside; the joint organization follows them up."""
    return _tasks(owner__isnull=True).annotate(remind_path=F("resolution__body__path"))


def invitations_without_reply(on: date) -> QuerySet:
    """Invitations to meetings yet to come that nobody replied to."""
    rows = Attendance.objects.filter(reply=Reply.NONE, meeting__state=MeetingState.CONVENED)
    return rows.filter(meeting__starts_at__gte=moment_of(on)).annotate(
        remind_by=TruncDate("meeting__starts_at", tzinfo=SHANGHAI),
        remind_since=F("meeting__convened_at"),
        **_OF_SEAT,
    )


def motions_to_handle(on: date) -> QuerySet:
    """Motions that wait to be taken up; without a deadline, so nobody is reminded, but who waits may nudge."""
    return Motion.objects.filter(state=MotionState.SUBMITTED).annotate(
        remind_by=Cast(Value(None), DateField()),
        remind_since=F("submitted_at"),
        remind_title=F("title"),
        remind_path=F("unit__path"),
        remind_body=F("body_id"),
        remind_key=F("pk"),
    )


def minutes_to_agree(on: date) -> QuerySet:
    """Seats of those who were there and have not confirmed the minutes that are out, nor wait for an answer."""
    agreed = MinutesAgreement.objects.filter(attendance=OuterRef("pk"), edition=OuterRef("meeting__minutes__edition"))
    waits = MinutesAmendment.objects.filter(attendance=OuterRef("pk"), state=AmendmentState.OPEN)
    came = Presence.objects.filter(attendance=OuterRef("pk"))
    rows = Attendance.objects.filter(meeting__minutes__state=MinutesState.CIRCULATED)
    rows = rows.exclude(person=F("meeting__chair")).exclude(person=F("meeting__clerk"))
    return rows.filter(Exists(came), ~Exists(agreed), ~Exists(waits)).annotate(
        remind_by=F("meeting__minutes__confirm_by_on"),
        remind_since=F("meeting__minutes__circulated_at"),
        **_OF_SEAT,
    )


def amendments_to_answer(on: date) -> QuerySet:
    """What was asked to be changed in minutes that are out; to be answered before the last day to confirm them."""
    rows = MinutesAmendment.objects.filter(state=AmendmentState.OPEN, minutes__state=MinutesState.CIRCULATED)
    return rows.annotate(
        remind_by=F("minutes__confirm_by_on"),
        remind_since=F("asked_at"),
        remind_title=F("minutes__meeting__title"),
        remind_path=F("minutes__body__path"),
        remind_body=F("minutes__body_id"),
        remind_key=F("minutes__meeting_id"),
    )


def minutes_to_confirm(on: date) -> QuerySet:
    """Minutes whose time to be read is over, with every amendment answered: the chair confirms them."""
    waits = MinutesAmendment.objects.filter(minutes=OuterRef("pk"), state=AmendmentState.OPEN)
    return (
        Minutes.objects.due(on)
        .filter(~Exists(waits))
        .annotate(
            remind_by=F("confirm_by_on"),
            remind_since=F("circulated_at"),
            remind_title=F("meeting__title"),
            remind_path=F("body__path"),
            remind_body=F("body_id"),
            remind_key=F("meeting_id"),
        )
    )


# --- who is told of which fact ---------------------------------------------------------------------------------------


def told_to_proposers(fact: HeardFact) -> Told | None:
    """The proposer and the seconders hear of each step: of the motion, its resolution and the tasks of it (F-28)."""
    motion = _motion_of(fact)
    if motion is None:
        return None
    people = {motion.proposer_id, *motion.secondings.values_list("person_id", flat=True)}
    name, _, key = fact.subject.partition(":")
    pages = {
        "deliberation.resolution": "resolution",
        "deliberation.resolutiontask": "task",
        "deliberation.checklist": "checklist",
    }
    page = pages.get(name, "motion")
    return Told(
        people=people,
        title=motion.title,
        page=page,
        key=motion.pk if page == "motion" else UUID(key),
        path=motion.unit.path,
        body_id=motion.body_id,
    )


def _motion_of(fact: HeardFact) -> Motion | None:
    name, _, key = fact.subject.partition(":")
    rows = Motion.objects.select_related("unit")
    if name == "deliberation.motion":
        return rows.filter(pk=key).first()
    if name == "deliberation.resolution":
        return rows.filter(resolutions__pk=key).first()
    if name == "deliberation.resolutiontask":
        return rows.filter(resolutions__tasks__pk=key).first()
    if name == "deliberation.checklist":
        return rows.filter(resolutions__checklists__pk=key).first()
    if "item" in fact.details:
        return rows.filter(items=fact.details["item"]).first()
    return None


def told_to_owner(fact: HeardFact) -> Told | None:
    """The unit that has to carry a task out hears what is asked of it."""
    task = ResolutionTask.objects.select_related("owner").filter(pk=fact.subject.partition(":")[2]).first()
    if task is None or task.owner is None:
        return None
    return Told(
        people=clerks_of(task.owner, on=day_of(fact.at)),
        title=task.title,
        page="task",
        key=task.pk,
        path=task.owner.path,
        body_id=None,
    )


def clerks_of(unit, *, on: date) -> list[UUID]:
    """Who does the work of a unit: its secretary and its representative."""
    roles = (Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE)
    return [pk for role in roles for pk in orgs.holders(unit, role, on=on).values_list("pk", flat=True)]


def told_to_reviewers(fact: HeardFact) -> Told | None:
    """The office above the body hears that an answer waits for its review."""
    row = _resolution_of(fact)
    if row is None or row.body.parent is None:
        return None
    reviewers = orgs.holders(row.body.parent, rules.reviewing_role(row.body.kind), on=day_of(fact.at))
    return _of_resolution(row, reviewers.values_list("pk", flat=True))


def told_to_answerers(fact: HeardFact) -> Told | None:
    """The secretary of the body hears that an answer came back to be changed, and what the villages decided."""
    row = _resolution_of(fact)
    if row is None:
        return None
    roles = (Role.JOINT_SECRETARY, Role.AREA_SECRETARY)
    people = [
        pk for role in roles for pk in orgs.holders(row.body, role, on=day_of(fact.at)).values_list("pk", flat=True)
    ]
    return _of_resolution(row, people)


def _resolution_of(fact: HeardFact) -> Resolution | None:
    name, _, key = fact.subject.partition(":")
    by = {"checklists": key} if name == "deliberation.checklist" else {"pk": key}
    return Resolution.objects.select_related("body__parent").filter(**by).first()


def _of_resolution(row: Resolution, people: Iterable[UUID]) -> Told:
    return Told(
        people={*people}, title=row.title, page="resolution", key=row.pk, path=row.body.path, body_id=row.body_id
    )


def told_to_invited(fact: HeardFact) -> Told | None:
    """Everybody invited hears that a meeting was called, put off or called off."""
    rows = Attendance.objects.filter(meeting_id=fact.subject.partition(":")[2]).select_related("meeting")
    invited = list(rows.order_by("pk"))
    if not invited:
        return None
    meeting = invited[0].meeting
    return Told(
        people={each.person_id for each in invited},
        title=meeting.title,
        page="meeting",
        key=meeting.pk,
        path="",
        body_id=meeting.body_id,
    )


def told_to_attended(fact: HeardFact) -> Told | None:
    """Who is asked to confirm the minutes hears that they are out, changed, taken back, confirmed or put right."""
    row = _minutes_of(fact)
    return _of_minutes(row, {each.person_id for each in asked(row.meeting)}) if row else None


def told_to_clerk(fact: HeardFact) -> Told | None:
    """The clerk hears of an amendment that waits for an answer."""
    row = _minutes_of(fact)
    return _of_minutes(row, {row.meeting.clerk_id}) if row else None


def told_to_asker(fact: HeardFact) -> Told | None:
    """Who asked for an amendment hears what became of it."""
    row = _minutes_of(fact)
    asker = MinutesAmendment.objects.filter(pk=fact.details["amendment"]).values_list("attendance__person", flat=True)
    return _of_minutes(row, {*asker}) if row else None


def _minutes_of(fact: HeardFact) -> Minutes | None:
    name, _, key = fact.subject.partition(":")
    where = {"meeting": key} if name == "deliberation.meeting" else {"pk": key}
    return Minutes.objects.select_related("meeting", "body").filter(**where).first()


def _of_minutes(row: Minutes, people: Iterable[UUID]) -> Told:
    """Under no path, as an invitation: who was there reads them whatever their reach."""
    return Told(
        people={*people},
        title=row.meeting.title,
        page="minutes",
        key=row.meeting_id,
        path="",
        body_id=row.body_id,
    )


# --- who waits --------------------------------------------------------------------------------------------------------


def waits_for_motion(person, motion: Motion) -> bool:
    """The person's unit waits for its motion to be taken up, and may nudge. No query."""
    return motion.state == MotionState.SUBMITTED and sits_at(person, motion.unit_id)


def waits_for_task(person, task: ResolutionTask) -> bool:
    """The body that gave the task, and the unit that proposed its motion, wait for it; not its owner. No query."""
    resolution = task.resolution
    waiting = sits_at(person, resolution.body_id) or sits_at(person, resolution.motion.unit_id)
    has_owner = task.owner_id is not None
    return task.state == TaskState.ASSIGNED and has_owner and waiting and not sits_at(person, task.owner_id)


_SITTING = (
    *(Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE, Role.JOINT_SECRETARY, Role.JOINT_DEPUTY),
    *(Role.AREA_SECRETARY, Role.AREA_OFFICER),
)


def sits_at(person, organization_id: UUID | None) -> bool:
    """The person leads a unit or a body there. No query."""
    return any(post.org_id == organization_id and post.role in _SITTING for post in standing_of(person).posts)
