"""待办 of the minutes: to write, to confirm as somebody who was there, to answer, to confirm as chair, to file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from deliberation.choices import AmendmentState, ItemState, MeetingState, MinutesState, PollState
from deliberation.models import (
    AgendaItem,
    Attendance,
    Minutes,
    MinutesAgreement,
    MinutesAmendment,
    Poll,
    Presence,
)
from deliberation.selectors.minutes import may_confirm
from kit.components import Todo
from kit.holidays import working_days
from kit.lights import light

_MOST = 50


def minutes_todos(person, on: date) -> Iterator[Todo]:
    """What minutes wait for this person. One query."""
    for row in _waiting(person):
        yield from _of(row, person, on)


def _waiting(person) -> list[Any]:
    """Minutes of ended meetings, not filed, that name this person: as clerk, as chair, or as somebody invited."""
    seats = Attendance.objects.filter(meeting=OuterRef("meeting"))
    here = Exists(Presence.objects.filter(attendance=OuterRef("pk")))
    wanted = MinutesAmendment.objects.filter(minutes=OuterRef("pk"), state=AmendmentState.OPEN)
    agreed_by = MinutesAgreement.objects.filter(
        minutes=OuterRef(OuterRef("pk")), edition=OuterRef(OuterRef("edition")), attendance=OuterRef("pk")
    )
    asked = seats.filter(here, ~Exists(agreed_by)).exclude(person=F("meeting__chair"))
    asked = asked.exclude(person=F("meeting__clerk"))
    about = Attendance.objects.filter(person=person.pk).order_by().values("meeting_id")
    named = Q(meeting__chair=person.pk) | Q(meeting__clerk=person.pk) | Q(meeting__in=about)
    unresolved = Poll.objects.filter(
        item__meeting=OuterRef("meeting"), state=PollState.CLOSED, is_adopted=True, resolution=None
    )
    bare = AgendaItem.objects.filter(meeting=OuterRef("meeting"), notes=None).exclude(state=ItemState.DEFERRED)
    rows = Minutes.objects.filter(named, meeting__state__in=[MeetingState.ENDED, MeetingState.MINUTES_CONFIRMED])
    rows = rows.annotate(
        asks_me=Exists(asked.filter(person=person.pk)),
        is_silent=Exists(asked),
        is_wanted=Exists(wanted),
        waits_for_answer=Exists(wanted.filter(attendance__person=person.pk)),
        is_unresolved=Exists(unresolved),
        is_bare=Exists(bare),
    )
    return list(rows.select_related("meeting__body").order_by("meeting__ended_at", "pk")[:_MOST])


def _of(row: Any, person, on: date) -> Iterator[Todo]:
    meeting = row.meeting
    is_clerk, is_chair = meeting.clerk_id == person.pk, meeting.chair_id == person.pk
    href, body = reverse("minutes", args=[meeting.pk]), meeting.body.name

    def todo(kind: str, note: str, until: date | None = None) -> Todo:
        found = Todo(kind, meeting.title, href, body, note, until)
        shown = light(due_on=until, on=on, calendar=working_days())
        return replace(found, light=shown.colour, light_word=shown.word) if shown else found

    if row.state == MinutesState.DRAFT:
        if is_clerk:
            note = "逐项写好，再送与会人员确认" if row.is_bare else "已逐项写好，请送与会人员确认"
            yield todo("整理会议记录", note)
    elif row.state == MinutesState.CIRCULATED:
        if is_clerk and row.is_wanted:
            yield todo("答复修改意见", "会议记录有修改意见", row.confirm_by_on)
        if row.asks_me and not row.waits_for_answer:
            yield todo("确认会议记录", "请看过后确认，或提修改意见", row.confirm_by_on)
        if is_chair and may_confirm(row, row.is_wanted, row.is_silent, on=on):
            yield todo("主持人确认会议记录", "与会人员已确认或期满")
    elif is_clerk and not row.is_unresolved:
        yield todo("会议归档", "会议记录已确认，可以归档")
