"""What a calendar program reads: when and where, never about what."""

from datetime import datetime, timedelta

from icalendar import Calendar, Event
from icalendar.prop import vText

from deliberation.choices import MeetingState
from deliberation.models import CalendarFeed, Meeting
from kit.errors import Hidden
from kit.tokens import digest

# Meetings older than this are nobody's appointment any more.
KEPT = timedelta(days=60)
_SENT = (MeetingState.CONVENED, MeetingState.IN_SESSION, MeetingState.ADJOURNED, MeetingState.ENDED)
_CALLED_OFF = (MeetingState.POSTPONED, MeetingState.CANCELLED)
_LASTS = timedelta(hours=2)


def own_feed(person) -> CalendarFeed | None:
    """The address in use."""
    return CalendarFeed.objects.filter(person=person.pk, revoked_at=None).first()


def calendar(secret: str, *, now: datetime) -> bytes:
    """The meetings a person is invited to, as iCalendar (RFC 5545). Two queries.

    A feed lies on devices and servers that are not ours: it names no subject, no body and nobody. A meeting called off
    says so. Raises Hidden for an address that is wrong or revoked, and when its owner left.
    """
    feed = CalendarFeed.objects.filter(digest=digest(secret), revoked_at=None, person__is_active=True).first()
    if feed is None:
        raise Hidden
    invited = Meeting.objects.filter(attendances__person=feed.person_id, convened_at__isnull=False)
    rows = invited.filter(state__in=[*_SENT, *_CALLED_OFF], starts_at__gte=now - KEPT).order_by("starts_at", "pk")
    found = Calendar()
    found.add("prodid", "-//联村//会议//ZH")
    found.add("version", "2.0")
    found.add("x-wr-calname", "联村会议")
    for meeting in rows[:200]:
        found.add_component(_event(meeting, now))
    return bytes(found.to_ical())


def _event(meeting: Meeting, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{meeting.pk}@liancun")
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", max(meeting.ended_at or meeting.starts_at + _LASTS, meeting.starts_at))
    event.add("summary", "会议")
    event.add("location", meeting.place_text or "线上")
    event["status"] = vText("CANCELLED" if meeting.state in _CALLED_OFF else "CONFIRMED")
    return event
