"""One meeting with everything its page shows, and the room as the chair sees it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from deliberation import events
from deliberation.choices import HELD, RUNNING_POLL, Capacity, ItemKind, ItemState, MeetingState, PollState, Reply
from deliberation.models import AgendaItem, Attendance, Ballot, Meeting, Motion, Poll
from deliberation.selectors import line
from deliberation.selectors.poll_home import ending_steps
from deliberation.selectors.sittings import roll_of, units_heard
from kit import facts, parameters, policies
from kit.calendar import day_of
from kit.components import Step, TrailEntry
from kit.errors import Hidden
from orgs import selectors as orgs
from orgs.choices import OrganizationKind

if TYPE_CHECKING:
    from orgs.models import Organization, Person

_PREPARING = (MeetingState.PLANNED, MeetingState.AGENDA_FROZEN)
# Who replied, came and left stands in the list of the invited; the trail tells what the meeting did.
_BY_PERSON = (events.REPLIED, events.SIGNED_IN, events.LEFT_MEETING)
SITTING = (MeetingState.IN_SESSION, MeetingState.ADJOURNED)


@dataclass(frozen=True)
class Invited:
    """An invitation, and whether the person is in the room now."""

    attendance: Attendance
    is_here: bool


@dataclass(frozen=True)
class Slot:
    """An item of the agenda with its latest poll that was not voided."""

    item: AgendaItem
    poll: Poll | None


@dataclass(frozen=True)
class MeetingHome:
    """A meeting, its agenda, who is invited, the person's own invitation.

    present: 出席 in the room; should_attend: 出席 invited. can_prepare: the agenda may still be ordered by this person.
    reads_minutes: there are minutes, and this person reads them.
    """

    meeting: Meeting
    slots: tuple[Slot, ...]
    invited: tuple[Invited, ...]
    own: Invited | None
    should_attend: int
    present: int
    on_leave: int
    observers: int
    is_chair: bool
    is_clerk: bool
    can_prepare: bool
    reads_minutes: bool
    line: tuple[Step, ...]
    trail: tuple[TrailEntry, ...]


def meeting_in_reach(person, pk) -> Meeting:
    """A meeting in reach or one is invited to. Raises Hidden (404)."""
    rows = Meeting.objects.visible_to(person).select_related("body", "chair", "clerk", "contact", "minutes")
    meeting = rows.filter(pk=pk).first()
    if meeting is None:
        raise Hidden
    return meeting


def meeting_home(person, pk, *, with_trail: bool = True) -> MeetingHome:
    """One meeting in reach. Raises Hidden (404) when absent or out of reach."""
    meeting = meeting_in_reach(person, pk)
    rows = meeting.items.select_related("motion", "reporting_unit", "rule").order_by("position", "pk")
    polls = {poll.item_id: poll for poll in Poll.objects.filter(item__meeting=meeting).exclude(state=PollState.VOID)}
    slots = tuple(Slot(item, polls.get(item.pk)) for item in rows)
    # While it sits: who is in the room. Afterwards: whoever was there, for 实到 of the record.
    came = meeting.attendances.filter(presences__isnull=False)
    there = came if meeting.state in HELD else meeting.attendances.here()
    here = set(there.values_list("pk", flat=True))
    attendances = meeting.attendances.select_related("person", "unit").order_by("-capacity", "unit__path", "pk")
    invited = tuple(Invited(each, each.pk in here) for each in attendances)
    voting = [each for each in invited if each.attendance.capacity == Capacity.VOTING]
    own = next((each for each in invited if each.attendance.person_id == person.pk), None)
    named = person.pk in (meeting.chair_id, meeting.clerk_id)
    reads = named or (own is not None and own.is_here) or policies.allows(person, "meeting.clerk", meeting)
    return MeetingHome(
        meeting=meeting,
        slots=slots,
        invited=invited,
        own=own,
        should_attend=len(voting),
        present=sum(each.is_here for each in voting),
        on_leave=sum(each.attendance.reply == Reply.LEAVE and not each.is_here for each in voting),
        observers=sum(each.attendance.capacity == Capacity.OBSERVING for each in invited),
        is_chair=meeting.chair_id == person.pk,
        is_clerk=meeting.clerk_id == person.pk or policies.allows(person, "meeting.plan", meeting),
        can_prepare=meeting.state in _PREPARING and policies.allows(person, "meeting.plan", meeting),
        reads_minutes=reads and hasattr(meeting, "minutes"),
        line=line.line(_at(meeting, slots)),
        trail=orgs.trail_entries(facts.trail(meeting).exclude(event__in=_BY_PERSON)) if with_trail else (),
    )


def _at(meeting: Meeting, slots: tuple[Slot, ...]) -> int:
    if meeting.state in SITTING and any(slot.poll and slot.poll.state == PollState.OPEN for slot in slots):
        return line.VOTE
    return line.of_meeting(meeting.state)


def sign_in_window(meeting: Meeting) -> tuple[datetime, datetime]:
    """From when until when one signs in oneself."""
    day = day_of(meeting.starts_at)
    before = parameters.get("deliberation.sign_in_before_minutes", on=day, path=meeting.body.path)
    after = parameters.get("deliberation.sign_in_after_minutes", on=day, path=meeting.body.path)
    return meeting.starts_at - timedelta(minutes=before), meeting.starts_at + timedelta(minutes=after)


_OFFERED: dict[str, tuple[str, ...]] = {
    MeetingState.PLANNED: ("item", "freeze", "change", "cancel"),
    MeetingState.AGENDA_FROZEN: ("convene", "item", "change", "postpone", "cancel"),
    MeetingState.CONVENED: ("item", "invite", "postpone", "cancel"),
    MeetingState.POSTPONED: ("convene", "cancel"),
    MeetingState.IN_SESSION: ("item", "invite"),
}


def meeting_steps(person, home: MeetingHome, *, now: datetime) -> list[str]:
    """Names of the steps this person may take on a meeting now, the main one first. No query."""
    meeting, found = home.meeting, []
    state = MeetingState(meeting.state)
    if home.own and not home.own.is_here and state in (MeetingState.CONVENED, *SITTING):
        opens, closes = sign_in_window(meeting)
        if opens <= now <= closes:
            found.append("sign_in")
    if home.own and state == MeetingState.CONVENED and not home.own.is_here:
        found.append("reply")
    if (home.is_chair or home.is_clerk) and state in (MeetingState.CONVENED, *SITTING):
        found.append("live")
    if policies.allows(person, "meeting.plan", meeting):
        offered = list(_OFFERED.get(state, ()))
        if state == MeetingState.PLANNED and home.slots:
            offered = ["freeze", "item", "change", "cancel"]
        found += offered
    return found


@dataclass(frozen=True)
class LiveRoom:
    """The room now: the item on the table, who may vote on it, who has spoken, and the open poll.

    needed: how many must be present for a vote on the item, 0 without one. cast: votes received so far.
    """

    home: MeetingHome
    current: Slot | None
    following: Slot | None
    roll: int
    should_attend: int
    needed: int
    heard: tuple[str, ...]
    recused: tuple[str, ...]
    cast: int

    @property
    def mark(self) -> str:
        """What the chair's buttons depend on; when it changes, the whole page is drawn again."""
        current = self.current
        poll = poll_mark(current.poll) if current and current.poll else ""
        here = str(sum(each.is_here for each in self.home.invited))
        item = (str(current.item.pk), current.item.state, poll) if current else ()
        return ".".join((self.home.meeting.state, here, *item))


def poll_mark(poll: Poll) -> str:
    """Where a vote stands: prepared, with its key, collecting, stopped, over."""
    return f"{poll.pk}.{poll.state}.{int(bool(poll.public_key))}.{int(poll.stopped_at is not None)}"


def live_room(person, pk) -> LiveRoom:
    """The meeting as its chair and clerk drive it. Raises Hidden (404), also for those who only attend."""
    home = meeting_home(person, pk, with_trail=False)
    if not (home.is_chair or home.is_clerk):
        raise Hidden
    busy = (ItemState.DISCUSSING, ItemState.DISCUSSED)
    current = next((slot for slot in home.slots if slot.item.state in busy), None)
    following = next((slot for slot in home.slots if slot.item.state == ItemState.PENDING), None)
    roll = should_attend = needed = votes = 0
    heard: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    if current is not None:
        item = current.item
        item.meeting = home.meeting
        spoken = units_heard(item)
        names = {each.attendance.unit_id: each.attendance.unit.name for each in home.invited}
        heard = tuple(name for unit, name in names.items() if unit in spoken)
        recused = tuple(each.unit.name for each in item.recusals.select_related("unit").order_by("pk"))
        if item.rule is not None:
            should_attend, present = roll_of(item, item.rule)
            roll, needed = len(present), item.rule.as_rule().quorum_needed(should_attend)
        # Of a sealed vote not even how many have voted (V7).
        if current.poll is not None and current.poll.takes_ballots and not current.poll.is_sealed:
            votes = Ballot.objects.filter(entry__poll=current.poll).count()
    return LiveRoom(home, current, following, roll, should_attend, needed, heard, recused, votes)


def sitting_steps(home: MeetingHome) -> list[str]:
    """What the chair may declare for the whole meeting now."""
    if not home.is_chair:
        return []
    has_open = any(slot.poll and slot.poll.state in RUNNING_POLL for slot in home.slots)
    return {
        MeetingState.CONVENED: ["open"],
        MeetingState.IN_SESSION: [] if has_open else ["end", "adjourn"],
        MeetingState.ADJOURNED: ["resume"],
    }.get(MeetingState(home.meeting.state), [])


def item_steps(home: MeetingHome, slot: Slot) -> list[str]:
    """What may be done with an item now, the main step first."""
    if home.meeting.state != MeetingState.IN_SESSION:
        return []
    item, poll = slot.item, slot.poll
    chair: tuple[str, ...] = ()
    if poll is not None and poll.state in RUNNING_POLL:
        return [*ending_steps(poll), "void"] if home.is_chair else []
    if item.state == ItemState.PENDING:
        chair = ("open", "defer")
    elif item.state == ItemState.DISCUSSING:
        chair = ("discussed", "recuse", "defer") if item.kind == ItemKind.VOTE else ("finish", "defer")
    elif item.state == ItemState.DISCUSSED:
        chair = ("poll", "recuse", "defer") if item.kind == ItemKind.VOTE else ("finish", "defer")
    may_note = item.state == ItemState.DISCUSSING and (home.is_chair or home.is_clerk)
    return [*(chair if home.is_chair else ()), *(("note",) if may_note else ())]


def item_in_reach(person, pk) -> AgendaItem:
    """An item of a meeting in reach. Raises Hidden (404)."""
    rows = AgendaItem.objects.select_related("meeting__body", "meeting__chair", "motion", "rule")
    item = rows.filter(pk=pk, meeting__in=Meeting.objects.visible_to(person)).first()
    if item is None:
        raise Hidden
    return item


def attendance_in_reach(person, pk) -> Attendance:
    """An invitation to a meeting in reach. Raises Hidden (404)."""
    rows = Attendance.objects.select_related("meeting__body", "person")
    attendance = rows.filter(pk=pk, meeting__in=Meeting.objects.visible_to(person)).first()
    if attendance is None:
        raise Hidden
    return attendance


def plannable(person) -> "list[Organization]":
    """Bodies for which this person may plan a meeting: their own, and those of the township for its officer."""
    if not policies.holds(person, "meeting.plan"):
        return []
    kinds = [OrganizationKind.JOINT_ORG, OrganizationKind.AREA_COMMITTEE]
    bodies = orgs.organizations(person).filter(kind__in=kinds, state="active").order_by("path", "pk")[:500]
    return [body for body in bodies if policies.allows(person, "meeting.plan", Meeting(body=body))]


def people_for(bodies: "list[Organization]", *, on: date) -> "list[Person]":
    """Who may chair, record or be the contact: everybody with a seat in the bodies. One query for each body."""
    people = {seat.person_id: seat.person for body in bodies[:30] for seat in orgs.seat_holders(body, on=on)}
    return sorted(people.values(), key=lambda person: (person.name, str(person.pk)))


def schedulable(meeting: Meeting) -> list[Motion]:
    """Accepted motions of the meeting's body, the longest waiting first."""
    rows = Motion.objects.filter(body=meeting.body_id, state="accepted").select_related("unit")
    return list(rows.order_by("submitted_at", "pk")[:100])


def voting(meeting: Meeting) -> list[Attendance]:
    """Those invited to vote, with their units."""
    return list(meeting.attendances.voting().select_related("unit", "person").order_by("pk"))
