"""What a person was told, and what people are reminded of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.urls import NoReverseMatch, reverse

from kit import reminders as registry
from kit.scoping import Place, standing_of
from oversight.models import Notification, Reminder
from oversight.querysets import NotificationQuerySet, ReminderQuerySet

# Above this the red count shows 99+.
MOST_COUNTED = 100
OUT_OF_REACH = "（这件事已不在您的职责范围）"


def notifications(person) -> NotificationQuerySet:
    return Notification.objects.visible_to(person)


def reminders(person) -> ReminderQuerySet:
    return Reminder.objects.visible_to(person)


def unread(*, person) -> int:
    """How many notifications a person has not read, counted up to ``MOST_COUNTED``. One query by a small index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM oversight_notification WHERE recipient_id = %s AND read_at IS NULL"
            " LIMIT %s) AS few",
            [person.pk, MOST_COUNTED],
        )
        return cursor.fetchone()[0]


def unread_shown(*, person) -> str:
    """The red count as the header shows it; empty for none."""
    count = unread(person=person)
    return "99+" if count >= MOST_COUNTED else str(count or "")


@dataclass(frozen=True)
class Told:
    """A notification as its owner sees it today: the title while it is in reach, the address of the very step."""

    title: str
    href: str


def told(person, row: Mapping[str, Any]) -> Told:
    """What one of one's own notifications says and opens (S5: not what has left one's reach since). No query."""
    if row["path"] and not standing_of(person).reaches(Place(row["path"], row["body_id"])):
        return Told(OUT_OF_REACH, reverse("notifications"))
    rule = registry.rule(row["topic"])
    key = [row["key"]] if row["key"] else []
    arguments = rule.arguments if rule and row["page"] == rule.page else ()
    try:
        return Told(row["title"], reverse(row["page"], args=[*key, *arguments]))
    except NoReverseMatch:
        return Told(row["title"], reverse("notifications"))
