"""Many demands that wait to be accepted, and reminders of it that are due since an hour: rows without the way there."""

from datetime import date, datetime, timedelta

from django.db import transaction

from kit import clock
from kit.calendar import day_of
from kit.services import stamp
from oversight.models import Reminder
from resources.models import Demand
from tests.factories import MAKER


def waiting(cast, count: int, *, since: datetime, until: date) -> list[Demand]:
    """``count`` demands submitted at one moment, to be accepted by cadre Chen by one day."""
    with transaction.atomic():
        stamp(MAKER)
        return Demand.objects.bulk_create(
            Demand(
                unit=cast.mingyue,
                body=cast.tianma.organization,
                author=cast.secretary_li,
                category="water",
                title=f"第{number}处渠道",
                text="堵了。",
                state="submitted",
                created_at=since,
                submitted_at=since,
                accept_by_on=until,
            )
            for number in range(count)
        )


def due_now(cast, count: int) -> list[Reminder]:
    """``count`` demands that wait to be accepted today, with a waiting reminder each."""
    now = clock.database_now()
    today, before = day_of(now), now - timedelta(hours=1)
    rows = waiting(cast, count, since=now - timedelta(days=5), until=today)
    return Reminder.objects.bulk_create(
        Reminder(
            rule="resources.demand_accept",
            step="at",
            subject_id=row.pk,
            period=today,
            recipient=cast.cadre_chen,
            due_at=before,
            path=cast.mingyue.path,
            body_id=cast.tianma.pk,
        )
        for row in rows
    )
