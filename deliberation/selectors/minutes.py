"""Minutes: who reads them, what stands in them item by item, who has confirmed, and which steps are whose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from deliberation.choices import AmendmentState, ItemState, MeetingState, MinutesState, PollState
from deliberation.models import (
    AgendaItem,
    Attendance,
    Meeting,
    Minutes,
    MinutesAgreement,
    MinutesAmendment,
    MinutesCorrection,
    MinutesNote,
    Poll,
    Presence,
    SignedCopy,
    Statement,
)
from kit import facts, policies
from kit.components import TrailEntry
from kit.errors import Hidden
from orgs import selectors as orgs

# Each save stands in the history of its note; the trail tells what was done with the minutes.
_IN_HISTORY = ("deliberation.minutes.noted",)


def minutes(person) -> QuerySet[Minutes]:
    """Minutes as what was said in them: for those who attended, the chair, the clerk, and whoever may note it."""
    me = getattr(person, "pk", None)
    attended = Presence.objects.filter(attendance__meeting=OuterRef("meeting"), attendance__person=me)
    named = Q(meeting__chair=me) | Q(meeting__clerk=me)
    desk = policies.where_held(person, "meeting.clerk", path="body__path", body="body_id")
    return Minutes.objects.filter(Exists(attended) | named | desk) if me else Minutes.objects.none()


def minutes_in_reach(person, meeting_pk) -> Minutes:
    """The minutes of a meeting. Raises Hidden (404) for whoever does not read them, or before the opening."""
    rows = minutes(person).select_related("body", "meeting__body", "meeting__chair", "meeting__clerk", "confirmed_by")
    row = rows.filter(meeting=meeting_pk).first()
    if row is None:
        raise Hidden
    return row


def item_of_minutes(person, pk) -> AgendaItem:
    """An item of minutes that this person reads. Raises Hidden (404)."""
    rows = AgendaItem.objects.filter(meeting__minutes__in=minutes(person))
    item = (
        rows.select_related("meeting__body", "meeting__chair", "meeting__clerk", "meeting__minutes")
        .filter(pk=pk)
        .first()
    )
    if item is None:
        raise Hidden
    return item


def amendments(person) -> QuerySet[MinutesAmendment]:
    """What was asked to be changed in minutes that this person reads."""
    return MinutesAmendment.objects.filter(minutes__in=minutes(person))


def amendment_in_reach(person, pk) -> MinutesAmendment:
    """Raises Hidden (404)."""
    rows = amendments(person).select_related("minutes__body", "minutes__meeting", "item", "attendance__person")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Hidden
    return row


def items_of(row: Minutes) -> list[AgendaItem]:
    """The items of the meeting in order."""
    return list(row.meeting.items.order_by("position", "pk"))


def statements_of(item: AgendaItem) -> list[Statement]:
    """What was said to an item, in order; for a reader of its minutes."""
    rows = item.statements.select_related("attendance__person", "attendance__unit")
    return list(rows.order_by("position", "pk"))


def newest_note(item: AgendaItem) -> MinutesNote | None:
    """The revision that counts."""
    return item.notes.select_related("written_by").order_by("-revision", "pk").first()


def history(item: AgendaItem) -> list[MinutesNote]:
    """Every revision of a note, the newest first."""
    return list(item.notes.select_related("written_by").order_by("-revision", "pk"))


def note_values(meeting: Meeting) -> list[tuple[int, str, int, str, str]]:
    """What the digest of confirmed minutes is taken of. One query."""
    newest = MinutesNote.objects.filter(item__meeting=meeting).order_by("item__position", "item_id", "-revision", "pk")
    columns = ("item__position", "item__title", "revision", "text", "decision")
    return list(newest.distinct("item__position", "item_id").values_list(*columns))


def asked(meeting: Meeting) -> QuerySet[Attendance]:
    """Who is asked to confirm: everybody who was in the room, but for clerk and chair, who have steps of their own."""
    came = Exists(Presence.objects.filter(attendance=OuterRef("pk")))
    rows = meeting.attendances.filter(came).exclude(person__in=[meeting.chair_id, meeting.clerk_id])
    return rows.select_related("person", "unit").order_by("-capacity", "unit__path", "pk")


def silent(row: Minutes, meeting: Meeting) -> list[Attendance]:
    """Those who have not confirmed the present edition. One query."""
    agreed = MinutesAgreement.objects.filter(minutes=row, attendance=OuterRef("pk"), edition=row.edition)
    return list(asked(meeting).exclude(Exists(agreed)))


def adopted_without_resolution(meeting: Meeting) -> list[AgendaItem]:
    """Items on which a motion was adopted and of which no resolution was formed. One query."""
    polls = Poll.objects.filter(item=OuterRef("pk"), state=PollState.CLOSED, is_adopted=True, resolution=None)
    return list(meeting.items.filter(Exists(polls)).order_by("position", "pk"))


# --- one meeting's minutes as their page shows them -------------------------------------------------------------------


@dataclass(frozen=True)
class ItemRecord:
    """An item with its newest note, what was said and counted, what was asked to be changed and put right later."""

    item: AgendaItem
    note: MinutesNote | None
    statements: tuple[Statement, ...]
    poll: Poll | None
    amendments: tuple[MinutesAmendment, ...]
    corrections: tuple[MinutesCorrection, ...]


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked to confirm; ``agreed``: the present edition."""

    attendance: Attendance
    agreed: bool


@dataclass(frozen=True)
class MinutesHome:
    """may_write: clerk or desk. own: the person's seat if they were there. missing: items that need a note yet."""

    minutes: Minutes
    meeting: Meeting
    records: tuple[ItemRecord, ...]
    asked: tuple[Asked, ...]
    copies: tuple[SignedCopy, ...]
    own: Attendance | None
    may_write: bool
    is_chair: bool
    is_clerk: bool
    trail: tuple[TrailEntry, ...]

    @property
    def open_amendments(self) -> list[MinutesAmendment]:
        return [each for record in self.records for each in record.amendments if each.state == AmendmentState.OPEN]

    @property
    def missing(self) -> list[AgendaItem]:
        return [each.item for each in self.records if each.note is None and each.item.state != ItemState.DEFERRED]

    @property
    def silent(self) -> list[Asked]:
        return [each for each in self.asked if not each.agreed]


def minutes_home(person, meeting_pk) -> MinutesHome:
    """Raises Hidden (404) as ``minutes_in_reach``."""
    row = minutes_in_reach(person, meeting_pk)
    meeting = row.meeting
    agreed = set(row.agreements.filter(edition=row.edition).values_list("attendance_id", flat=True))
    own = meeting.attendances.filter(person=person.pk, presences__isnull=False).first()
    trail = facts.trail(row).exclude(event__in=_IN_HISTORY)
    later = facts.trail(meeting).filter(event__in=["deliberation.minutes.confirmed", "deliberation.meeting.archived"])
    return MinutesHome(
        minutes=row,
        meeting=meeting,
        records=tuple(item_records(row)),
        asked=tuple(Asked(each, each.pk in agreed) for each in asked(meeting)),
        copies=tuple(row.copies.select_related("registered_by").order_by("registered_at", "pk")),
        own=own,
        may_write=may_write(person, meeting),
        is_chair=meeting.chair_id == person.pk,
        is_clerk=meeting.clerk_id == person.pk,
        trail=orgs.trail_entries((trail | later).order_by("at", "pk")),
    )


def item_records(row: Minutes) -> Iterator[ItemRecord]:
    """Every item of the meeting in order. Six queries, however many there are."""
    meeting = row.meeting
    items = list(meeting.items.select_related("motion__unit", "reporting_unit").order_by("position", "pk"))
    notes = row.notes.order_by("item_id", "-revision", "pk").distinct("item_id").select_related("written_by")
    by_item = {note.item_id: note for note in notes}
    polls = Poll.objects.filter(item__meeting=meeting, state=PollState.CLOSED).select_related("rule")
    counted = {poll.item_id: poll for poll in polls}
    said = _grouped(
        Statement.objects.filter(item__meeting=meeting)
        .select_related("attendance__person", "attendance__unit")
        .order_by("position", "pk")
    )
    wanted = _grouped(row.amendments.select_related("attendance__person", "answered_by").order_by("asked_at", "pk"))
    corrected = _grouped(row.corrections.select_related("corrected_by").order_by("corrected_at", "pk"))
    for item in items:
        item.meeting = meeting
        key = item.pk
        yield ItemRecord(
            item,
            by_item.get(key),
            tuple(said.get(key, ())),
            counted.get(key),
            tuple(wanted.get(key, ())),
            tuple(corrected.get(key, ())),
        )


def _grouped(rows) -> dict:
    found: dict = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


# --- steps ------------------------------------------------------------------------------------------------------------


def may_write(person, meeting: Meeting) -> bool:
    """The named clerk, or whoever does the desk work of the body. No query."""
    return meeting.clerk_id == person.pk or policies.allows(person, "minutes.write", meeting)


def was_there(person, meeting: Meeting) -> bool:
    """The person was in the room of a meeting."""
    return meeting.attendances.filter(person=person.pk, presences__isnull=False).exists()


def may_file(person, meeting: Meeting) -> bool:
    return meeting.clerk_id == person.pk or policies.allows(person, "minutes.archive", meeting)


def may_note(home: MinutesHome) -> bool:
    """The notes may be written now by this person."""
    return home.may_write and home.minutes.state == MinutesState.DRAFT


def minutes_steps(person, home: MinutesHome, *, on: date) -> list[str]:
    """Names of the steps this person may take on the minutes now, the main one first. No query."""
    row, found = home.minutes, []
    if row.state == MinutesState.DRAFT and home.may_write and home.meeting.state == MeetingState.ENDED:
        found = ["send"] if not home.missing else []
    elif row.state == MinutesState.CIRCULATED:
        found = [*_of_attendees(home), *(["recall"] if home.may_write else [])]
        if home.is_chair and may_confirm(row, len(home.open_amendments), len(home.silent), on=on):
            found.insert(0, "confirm")
    elif row.state == MinutesState.CONFIRMED:
        if home.meeting.state == MeetingState.MINUTES_CONFIRMED and may_file(person, home.meeting):
            found.append("archive")
        if home.may_write:
            found.append("copy")
        if home.may_write or home.is_chair:
            found.append("correct")
    return found


def _of_attendees(home: MinutesHome) -> list[str]:
    if home.own is None or home.is_clerk:
        return []
    agreed = any(each.attendance.pk == home.own.pk and each.agreed for each in home.asked)
    waits = any(each.attendance_id == home.own.pk for each in home.open_amendments)
    return [*(["agree"] if not (home.is_chair or agreed or waits) else []), "amend"]


def may_confirm(row: Minutes, open_amendments: int, silent_ones: int, *, on: date) -> bool:
    """Every amendment is answered, and the period is over or everybody agreed: the twin of the service."""
    is_over = row.confirm_by_on is not None and on > row.confirm_by_on
    return not open_amendments and (is_over or not silent_ones)


# --- the API ----------------------------------------------------------------------------------------------------------


def shown_minutes(person) -> QuerySet[Minutes]:
    """Minutes with notes, amendments, corrections and scans, and what the offers ask for, in one statement.

    ``was_there``, ``has_agreed``, ``waits_for_answer``: of the person who asks, about the present edition.
    """
    me = getattr(person, "pk", None)
    newer = MinutesNote.objects.filter(item=OuterRef("item"), revision__gt=OuterRef("revision"))
    notes = MinutesNote.objects.filter(~Exists(newer), minutes=OuterRef("pk")).order_by("item__position", "pk")
    note = JSONObject(agenda_item="item_id", title="item__title", revision="revision", text="text", decision="decision")
    wanted = MinutesAmendment.objects.filter(minutes=OuterRef("pk")).order_by("asked_at", "pk")
    amendment = JSONObject(
        id="pk", agenda_item="item_id", person="attendance__person__name", text="text", state="state", reason="reason"
    )
    corrected = MinutesCorrection.objects.filter(minutes=OuterRef("pk")).order_by("corrected_at", "pk")
    correction = JSONObject(agenda_item="item_id", text="text", reason="reason", corrected_by="corrected_by__name")
    scans = SignedCopy.objects.filter(minutes=OuterRef("pk")).order_by("registered_at", "pk")
    scan = JSONObject(file="file_id", sha256="sha256", signed_on="signed_on")
    here = Presence.objects.filter(attendance=OuterRef("pk"))
    agreed = MinutesAgreement.objects.filter(minutes=OuterRef("pk"), edition=OuterRef("edition"))
    there = Attendance.objects.filter(Exists(here), meeting=OuterRef("meeting"))
    asked_ones = there.exclude(person=F("meeting__chair")).exclude(person=F("meeting__clerk"))
    bare = AgendaItem.objects.filter(meeting=OuterRef("meeting"), notes=None).exclude(state=ItemState.DEFERRED)
    open_ones = wanted.filter(state=AmendmentState.OPEN)
    return minutes(person).annotate(
        noted=ArraySubquery(notes.values(note=note)),
        wanted=ArraySubquery(wanted.values(amendment=amendment)),
        corrected=ArraySubquery(corrected.values(correction=correction)),
        scans=ArraySubquery(scans.values(scan=scan)),
        asked_count=_number(asked_ones, "meeting"),
        agreed_count=_number(agreed, "minutes"),
        open_amendments=_number(open_ones, "minutes"),
        was_there=Exists(Presence.objects.filter(attendance__meeting=OuterRef("meeting"), attendance__person=me)),
        has_agreed=Exists(agreed.filter(attendance__person=me)),
        waits_for_answer=Exists(open_ones.filter(attendance__person=me)),
        is_bare=Exists(bare),
    )


def _number(rows: QuerySet, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
