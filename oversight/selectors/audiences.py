"""Who is meant by a reminder rule, as querysets over its subjects: one row for each subject and person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kit import reminders
from kit.errors import Hidden
from kit.reminders import COLUMNS, Rule, Step, To
from kit.scoping import Place, standing_of

# What every row of an audience holds, in this order.
FIELDS = ("pk", "remind_by", "remind_since", "recipient", *COLUMNS[2:])


def recipients(rule: Rule, step: Step, subjects: QuerySet, *, on: date) -> list[QuerySet]:
    """The people of one step, in parts to be put one after the other.

    A step that escalates goes to the first of ``above`` that names somebody, and never to a person who holds the item.
    """
    if step.key:
        subjects = subjects.annotate(remind_key=F(step.key))
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


def waits_for(item: "OpenItem", person, *, on: date) -> bool:
    """Whether this person waits for the item. One query for each way of waiting."""
    rows = item.rows(on=on)
    return any(_people(rows, to, on).filter(recipient=person.pk).exists() for to in item.rule.waiting)


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
    texts: list[str] = []
    values: list = []
    for part in parts:
        text, given = part.values_list(*FIELDS).query.sql_with_params()
        texts.append(f"({text})")
        values += given
    return " UNION ALL ".join(texts), values


@dataclass(frozen=True)
class OpenItem:
    """Something open that people may wait for, as its rule sees it."""

    rule: Rule
    pk: UUID
    title: str
    key: UUID | None
    place: Place

    def rows(self, *, on: date) -> QuerySet:
        return self.rule.subjects(on).filter(pk=self.pk)


def open_item(person, subject: str, *, on: date) -> OpenItem:
    """The open item behind ``app.model:id``. Raises Hidden out of reach, and for what no rule calls open."""
    label, _, key = subject.partition(":")
    try:
        pk = UUID(key)
    except ValueError:
        raise Hidden from None
    for rule in reminders.rules_about(label):
        row = rule.subjects(on).filter(pk=pk).first() if rule.waiting else None
        if row is not None:
            place = Place(row.remind_path, row.remind_body)
            if standing_of(person).reaches(place):
                return OpenItem(rule, pk, row.remind_title, row.remind_key, place)
    raise Hidden
