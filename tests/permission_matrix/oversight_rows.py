"""What the routes of 运行保障 ask: notifications are one's own, reminders are seen by who looks after their subject."""

from collections.abc import Iterator

from django.utils import timezone

from oversight.models import Notification, Reminder
from tests.cast import Cast
from tests.factories import StampedFactory
from tests.permission_matrix.matrix import Row

V1 = "/api/v1"


class NotificationFactory(StampedFactory):
    class Meta:
        model = Notification

    kind = "fact"
    topic = "resources.demand.accepted"
    heading = "受理需求"
    title = "烘干房漏雨需要修缮"
    page = "resources"
    told_at = timezone.now()


class ReminderFactory(StampedFactory):
    class Meta:
        model = Reminder

    rule = "resources.demand_accept"
    step = "at"
    period = timezone.now().date()
    due_at = timezone.now()


def _told(cast: Cast) -> str:
    row = NotificationFactory(
        recipient=cast.secretary_li, cause=cast.mingyue.pk, path=cast.mingyue.path, body_id=cast.tianma.pk
    )
    return f"{V1}/notifications/{row.pk}/"


def _due(cast: Cast) -> str:
    row = ReminderFactory(
        recipient=cast.cadre_chen, subject_id=cast.mingyue.pk, path=cast.mingyue.path, body_id=cast.tianma.pk
    )
    return f"{V1}/reminders/{row.pk}/"


def _rows() -> Iterator[Row]:
    own = frozenset({"secretary_li"})
    for resource in ("notifications", "reminders"):
        yield Row(f"GET {V1}/{resource}/", lambda c, r=resource: f"{V1}/{r}/")
    yield Row(f"GET {V1}/notifications/{{id}}/", _told, sees=own)
    yield Row(f"POST {V1}/notifications/{{id}}/read/", lambda c: f"{_told(c)}read/", sees=own, body=lambda c: {})
    yield Row(f"GET {V1}/reminders/{{id}}/", _due, sees=frozenset({"cadre_chen", "district_zhao"}))


OVERSIGHT_ROWS = list(_rows())
