"""待办 of the minutes: to write, to confirm as somebody who was there, to answer, to confirm as chair, to file."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse

from deliberation.choices import AmendmentState, ItemState, MeetingState, MinutesState, PollState
from deliberation.models import (
    AgendaItem,
    Attendance,
    Meeting,
    MinutesAgreement,
    MinutesAmendment,
    Poll,
    Presence,
)
from deliberation.selectors.minutes import may_confirm
from kit.components import Todo
from kit.holidays import working_days
from kit.lights import light

# From the end of the meeting until it is filed.
WITH_MINUTES = (MeetingState.ENDED, MeetingState.MINUTES_CONFIRMED)


def with_minutes(rows: QuerySet[Meeting], person) -> QuerySet[Meeting]:
    """Meetings with what their minutes wait for; part of the one query for the meetings of a person."""
    seats = Attendance.objects.filter(meeting=OuterRef("pk"))
    here = Exists(Presence.objects.filter(attendance=OuterRef("pk")))
    agreed = MinutesAgreement.objects.filter(attendance=OuterRef("pk"), edition=F("minutes__edition"))
    wanted = MinutesAmendment.objects.filter(minutes__meeting=OuterRef("pk"), state=AmendmentState.OPEN)
    asked = seats.filter(here, ~Exists(agreed)).exclude(person=F("meeting__chair")).exclude(person=F("meeting__clerk"))
    unresolved = Poll.objects.filter(
        item__meeting=OuterRef("pk"), state=PollState.CLOSED, is_adopted=True, resolution=None
    )
    bare = AgendaItem.objects.filter(meeting=OuterRef("pk"), notes=None).exclude(state=ItemState.DEFERRED)
    return rows.select_related("minutes").annotate(
        asks_me=Exists(asked.filter(person=person.pk)),
        is_silent=Exists(asked),
        is_wanted=Exists(wanted),
        waits_for_answer=Exists(wanted.filter(attendance__person=person.pk)),
        is_unresolved=Exists(unresolved),
        is_bare=Exists(bare),
    )


def minutes_todos(person, meetings: Iterable[Any], on: date) -> Iterator[Todo]:
    """What the minutes of these meetings wait for from this person: as clerk, as chair, or as one who was there."""
    for meeting in meetings:
        if meeting.state in WITH_MINUTES and hasattr(meeting, "minutes"):
            yield from _of(meeting, person, on)


def _of(meeting: Any, person, on: date) -> Iterator[Todo]:
    row = meeting.minutes
    is_clerk, is_chair = meeting.clerk_id == person.pk, meeting.chair_id == person.pk
    href, body = reverse("minutes", args=[meeting.pk]), meeting.body.name

    def todo(kind: str, note: str, until: date | None = None) -> Todo:
        found = Todo(kind, meeting.title, href, body, note, until)
        shown = light(due_on=until, on=on, calendar=working_days())
        return replace(found, light=shown.colour, light_word=shown.word) if shown else found

    if row.state == MinutesState.DRAFT:
        if is_clerk:
            note = "逐项写好，再送与会人员确认" if meeting.is_bare else "已逐项写好，请送与会人员确认"
            yield todo("整理会议记录", note)
    elif row.state == MinutesState.CIRCULATED:
        if is_clerk and meeting.is_wanted:
            yield todo("答复修改意见", "会议记录有修改意见", row.confirm_by_on)
        if meeting.asks_me and not meeting.waits_for_answer:
            yield todo("确认会议记录", "请看过后确认，或提修改意见", row.confirm_by_on)
        if is_chair and may_confirm(row, meeting.is_wanted, meeting.is_silent, on=on):
            yield todo("主持人确认会议记录", "与会人员已确认或期满")
    elif is_clerk and not meeting.is_unresolved:
        yield todo("会议归档", "会议记录已确认，可以归档")
