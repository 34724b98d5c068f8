"""What a person was told, and what people are reminded of."""

from django.db import connection

from oversight.models import Notification, Reminder
from oversight.querysets import NotificationQuerySet, ReminderQuerySet

# Above this the red count shows 99+.
MOST_COUNTED = 100


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
