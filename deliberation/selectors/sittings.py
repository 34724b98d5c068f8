"""What is true in the room at this moment: who is here, who may vote on an item, who has spoken."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef

from deliberation.choices import Capacity, PollState, Voters
from deliberation.models import AgendaItem, Attendance, Meeting, Poll, Presence, Statement, VotingRule
from deliberation.selectors.bodies import entitled
from kit import parameters
from kit.calendar import day_of
from kit.errors import Forbidden
from orgs import selectors as orgs

if TYPE_CHECKING:
    from orgs.models import Person


def in_sign_in_window(starts_at: datetime, path: str, *, now: datetime) -> bool:
    """Whether one may sign in oneself now; ``path``: of the body."""
    before = parameters.get("deliberation.sign_in_before_minutes", on=day_of(now), path=path)
    after = parameters.get("deliberation.sign_in_after_minutes", on=day_of(now), path=path)
    return starts_at - timedelta(minutes=before) <= now <= starts_at + timedelta(minutes=after)


def own_invitation(person, meeting: Meeting) -> Attendance:
    """The person's own invitation to a meeting they see. Raises Forbidden when there is none."""
    own = meeting.attendances.filter(person=person.pk).first()
    if own is None:
        raise Forbidden("您不在本次会议的参会名单中。", code="not_invited")
    return own


def here(meeting: Meeting) -> list[Attendance]:
    """Those in the room now with their units, in order of their seats. One query."""
    return list(meeting.attendances.here().select_related("person", "unit").order_by("pk").distinct())


def roll_of(item: AgendaItem, rule: VotingRule) -> tuple[int, list[Attendance]]:
    """(should attend, those who may vote now): voters less the units that recused themselves (V9). One query.

    By unit, each unit counts once, for its representative who signed in first. By person, a substitute has no vote and
    whom they stand for should attend all the same.
    """
    in_the_room = Exists(Presence.objects.filter(attendance=OuterRef("pk"), left_at=None))
    recused = Exists(item.recusals.filter(unit=OuterRef("unit")))
    seated = item.meeting.attendances.exclude(recused).annotate(is_here=in_the_room)
    rows = seated.exclude(capacity=Capacity.OBSERVING).select_related("person", "unit").order_by("pk")
    if rule.voters == Voters.PERSONS:
        own = [a for a in rows if a.replaces_id is None]
        return len(own), [a for a in own if a.is_here]
    voters = [a for a in rows if a.capacity == Capacity.VOTING]
    present: list[Attendance] = [a for a in voters if a.is_here]
    body = item.meeting.body_id
    units = {a.unit_id for a in voters if a.unit_id != body}
    first: dict = {}
    for a in present:
        if a.unit_id in units:
            first.setdefault(a.unit_id, a)
    return len(units), list(first.values())


def all_members(item: AgendaItem, rule: VotingRule, *, on: date) -> int:
    """How many vote in the body in all, invited or not, less the units that recused themselves. Two queries."""
    recused = set(item.recusals.values_list("unit_id", flat=True))
    voting = [seat for seat in entitled(item.meeting.body, on=on) if seat.capacity == Capacity.VOTING]
    seats = [seat for seat in voting if seat.unit_id not in recused]
    if rule.voters == Voters.PERSONS:
        return len(seats)
    return len({seat.unit_id for seat in seats} - {item.meeting.body_id})


def on_paper(present: list[Attendance]) -> set:
    """Ids of the attendances that the clerk signed in: in a mixed vote they take a slip, the others their phone."""
    stays = Presence.objects.filter(attendance__in=[each.pk for each in present], left_at=None)
    return set(stays.exclude(signed_by=F("attendance__person")).values_list("attendance_id", flat=True))


def units_heard(item: AgendaItem) -> set:
    """Ids of the units that have spoken to an item (F-24): shown, never scored."""
    return set(Statement.objects.filter(item=item).values_list("attendance__unit_id", flat=True))


def invitable(person, meeting: Meeting) -> "list[Person]":
    """Whom this person may invite to observe: active people in reach who are not invited yet, at most 500."""
    invited = meeting.attendances.values("person_id")
    rows = orgs.people(person).filter(is_active=True).exclude(pk__in=invited).select_related("organization")
    return list(rows.order_by("organization__path", "name", "pk")[:500])


def is_replaceable(attendance: Attendance) -> bool:
    """A unit's own representative who has not been in the room. One query."""
    own = attendance.capacity == Capacity.VOTING and attendance.replaces_id is None
    return own and attendance.unit_id != attendance.meeting.body_id and not attendance.presences.exists()


def substitutes(attendance: Attendance, *, on: date) -> "list[Person]":
    """Who may take the seat of a unit's representative: its people who are not invited yet, at most 500."""
    invited = attendance.meeting.attendances.values("person_id")
    rows = orgs.working_for(attendance.unit, on=on).exclude(pk__in=invited)
    return list(rows.order_by("name", "pk")[:500])


def meeting_mark(meeting: Meeting) -> str:
    """What a participant waits for: where the meeting stands, how many votes were begun and how many are over."""
    found = list(Poll.objects.filter(item__meeting=meeting).values_list("state", "stopped_at"))
    collecting = sum(state == PollState.OPEN and stopped is None for state, stopped in found)
    return f"{meeting.state}.{len(found)}.{collecting}"
