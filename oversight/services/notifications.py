"""Verbs on notifications: tell people of a fact, read, nudge whoever has an item that one waits for."""

from datetime import datetime, timedelta

from kit import facts, policies, reminders
from kit.calendar import day_of
from kit.errors import DomainError, Forbidden, Hidden
from kit.holidays import working_days
from kit.services import service
from orgs import selectors as orgs
from oversight import events, selectors
from oversight.choices import NoticeLight, NotificationKind
from oversight.models import Notification, Nudge
from oversight.services import digests

# A fact told later than this after it happened is shown, but counts as read: nobody is rung for it.
LATE = timedelta(days=7)
NUDGE_PAUSE = 2


@service
def tell(*, actor, fact, now: datetime) -> int:
    """Tell everybody who hears of this fact, but not whoever did it; returns how many were told."""
    is_late = now - fact.at > LATE
    rows = {
        person: Notification(
            recipient_id=person,
            kind=NotificationKind.FACT,
            cause=fact.pk,
            topic=fact.event,
            heading=facts.title(fact.event)[:40],
            title=told.title[:80],
            page=told.page,
            key=told.key,
            path=told.path,
            body_id=told.body_id,
            told_at=fact.at if is_late else now,
            is_late=is_late,
            read_at=now if is_late else None,
        )
        for told in reversed(reminders.told(fact))
        for person in told.people
        if person != fact.actor_id
    }
    Notification.objects.bulk_create(rows.values(), ignore_conflicts=True)
    if not is_late:
        digests.announce(rows.keys(), now=now)
    return len(rows)


@service
def read_notification(*, actor, notification: Notification, now: datetime) -> Notification:
    """Mark one's own notification as read; the first time counts."""
    if notification.recipient_id != actor.pk:
        raise Hidden
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=now)
    notification.refresh_from_db()
    return notification


@service
def read_all(*, actor, now: datetime) -> int:
    """Mark everything of one's own as read; returns how many were unread."""
    return selectors.notifications(actor).unread().update(read_at=now)


# --- nudging ---------------------------------------------------------------------------------------------------------


@service
def nudge(*, actor, subject: str, now: datetime) -> Nudge:
    """催办: ask whoever has the item to go on with it. Once in two working days an item, whoever asks.

    subject: ``app.model:id``. Raises Hidden out of reach or for nothing open, Forbidden for who does not wait for it.
    """
    today = day_of(now)
    item = selectors.open_item(actor, subject, on=today)
    policies.require(actor, "nudge", item)
    if not selectors.waits_for(item, actor, on=today):
        raise Forbidden("等着这件事的人才能催办。", code="not_waiting")
    last = Nudge.objects.filter(subject_id=item.pk, until_on__gte=today).order_by("-until_on", "pk").first()
    if last is not None:
        again = last.until_on + timedelta(days=1)
        raise DomainError(
            "nudged_lately", f"同一件事两个工作日内只催办一次，最早{again.month}月{again.day}日可以再催。"
        )
    people = {
        person
        for part in selectors.holders(item.rule, item.rows(on=today), on=today)
        for person in part.values_list("recipient", flat=True)
    } - {actor.pk}
    if not people:
        raise DomainError("nobody_to_nudge", "这件事现在没有登记承办人，请联系乡镇登记任职。")
    until = working_days().add(today, NUDGE_PAUSE) - timedelta(days=1)
    made = Nudge.objects.create(
        rule=item.rule.name, subject_id=item.pk, nudged_by=actor, nudged_at=now, from_on=today, until_on=until
    )
    Notification.objects.bulk_create(
        Notification(
            recipient_id=person,
            kind=NotificationKind.NUDGE,
            cause=made.pk,
            topic=item.rule.name,
            heading=item.rule.title,
            title=item.title[:80],
            note=f"{actor.name}催办，请尽快办理",
            light=NoticeLight.YELLOW,
            page=item.rule.page,
            key=item.key,
            path="" if item.rule.is_personal else item.place.path,
            body_id=item.place.body_id,
            told_at=now,
        )
        for person in sorted(people)
    )
    digests.announce(people, now=now)
    body_id = item.place.body_id
    body = orgs.organizations(actor).filter(pk=body_id).first() if body_id is not None else None
    facts.record(
        events.ITEM_NUDGED,
        actor=actor,
        org=body,
        subject=subject,
        at=now,
        rule=item.rule.name,
        people=len(people),
    )
    return made
