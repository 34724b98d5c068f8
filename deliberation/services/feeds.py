"""Verbs of 日历订阅: a new secret address, which ends the earlier one; or none any more."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from deliberation.models import CalendarFeed
from kit.errors import DomainError
from kit.services import service
from kit.tokens import digest


@service
def make_feed(*, actor, now: datetime) -> tuple[CalendarFeed, str]:
    """A new address of one's own; the earlier one stops. Returns the row and the secret, shown this once.

    Raises DomainError ``made_meanwhile`` (409) when two devices ask at once.
    """
    CalendarFeed.objects.filter(person=actor.pk, revoked_at=None).update(revoked_at=now)
    secret = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            feed = CalendarFeed.objects.create(person_id=actor.pk, digest=digest(secret), created_at=now)
    except IntegrityError:
        raise DomainError("made_meanwhile", "另一台设备刚生成了地址，请再试一次。") from None
    return feed, secret


@service
def revoke_feed(*, actor, now: datetime) -> None:
    """End one's own address; it opens nothing from the next reading on. Raises DomainError (409) without one."""
    if not CalendarFeed.objects.filter(person=actor.pk, revoked_at=None).update(revoked_at=now):
        raise DomainError("no_feed", "没有在用的订阅地址。")
