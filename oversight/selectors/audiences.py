"""Who is meant by a reminder rule, as querysets over its subjects: one row for each subject and person."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kit.reminders import COLUMNS, Rule, Step, To

# What every row of an audience holds, in this order.
FIELDS = ("pk", "remind_by", "remind_since", "recipient", *COLUMNS[2:])


def recipients(rule: Rule, step: Step, subjects: QuerySet, *, on: date) -> list[QuerySet]:
    """The people of one step, in parts to be put one after the other.

    A step that escalates goes to the first of ``above`` that names somebody, and never to a person who holds the item.
    """
    if not step.escalates:
        return [_people(subjects, to, on) for to in rule.holders]
    parts: list[QuerySet] = []
    for to in rule.above:
        part = _people(subjects, to, on)
        for held in holders(rule, subjects.model.objects.all(), on=on):
            part = part.filter(~Exists(held.filter(pk=OuterRef("pk"), recipient=OuterRef("recipient"))))
        for earlier in parts:
            part = part.filter(~Exists(earlier.filter(pk=OuterRef("pk"))))
        parts.append(part)
    return parts


def holders(rule: Rule, subjects: QuerySet, *, on: date) -> list[QuerySet]:
    """The people who have the item."""
    return [_people(subjects, to, on) for to in rule.holders]


def waits_for(rule: Rule, subjects: QuerySet, person, *, on: date) -> bool:
    """Whether this person waits for the item. One query for each way of waiting."""
    return any(_people(subjects, to, on).filter(recipient=person.pk).exists() for to in rule.waiting)


def _people(subjects: QuerySet, to: To, on: date) -> QuerySet:
    """(subject, recipient) rows: those who hold the post on that day and have a login to be told by."""
    if to.roles:
        posting = f"{to.via}__postings" if to.via else "postings"
        person = f"{posting}__person"
        running = Q(**{f"{posting}__to_on__isnull": True}) | Q(**{f"{posting}__to_on__gte": on})
        # One filter, so that all conditions are on the same posting.
        meant = running & Q(**{f"{posting}__role__in": to.roles, f"{posting}__from_on__lte": on})
    else:
        person, meant = to.via, Q()
    can_read = Q(**{f"{person}__is_active": True, f"{person}__username__isnull": False})
    return subjects.filter(meant & can_read).annotate(recipient=F(f"{person}__pk")).order_by()


def compiled(parts: Sequence[QuerySet]) -> tuple[str, list]:
    """The parts as one SELECT with the columns of ``FIELDS``, and its parameters."""
    texts, values = [], []
    for part in parts:
        text, given = part.values_list(*FIELDS).query.sql_with_params()
        texts.append(f"({text})")
        values += given
    return " UNION ALL ".join(texts), values
