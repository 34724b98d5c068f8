"""Unsent forms, kept per person and form. A form that may be kept is declared by its name; others are refused."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from kit.errors import Hidden, RuleBroken
from kit.models import FormDraft

KEPT = timedelta(days=30)
MOST_PER_PERSON = 100
LARGEST_BYTES = 64 * 1024
# Never kept, whatever a page sends.
SECRET = frozenset({"csrfmiddlewaretoken", "form_key", "password", "pin", "code", "sealed_ballot", "private_key"})

_forms: set[str] = set()

Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Draft:
    """``fields`` in the order of the form; a name comes more than once where several were ticked."""

    fields: Fields
    saved_at: datetime

    def initial(self) -> dict[str, str | list[str]]:
        """As a form takes its initial values: one text, or a list where a name came more than once."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def declare(form: str) -> str:
    """Allow drafts of this form. Called at start-up (a page class does it); returns the name."""
    _forms.add(form)
    return form


def _own(person, form: str, subject: str):
    if form not in _forms or len(subject) > 80:
        raise Hidden
    return FormDraft.objects.filter(person_id=person.pk, form=form, subject=subject)


def read(*, person, form: str, subject: str = "", now: datetime) -> Draft | None:
    """The person's own draft, or None. One query. Hidden (404) for a form that keeps none."""
    row = _own(person, form, subject).filter(saved_at__gt=now - KEPT).values_list("fields", "saved_at").first()
    return Draft([(name, value) for name, value in row[0]], row[1]) if row else None


def _can_be_stored(text: str) -> bool:
    # PostgreSQL keeps no NUL and no half of a surrogate pair.
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def clean(fields: object) -> Fields:
    """The pairs worth keeping. RuleBroken (422) for anything but a list of pairs of texts, or for too much of it."""
    if not isinstance(fields, Sequence) or isinstance(fields, str):
        raise RuleBroken("draft_malformed", "草稿内容不对，没有保存。")
    kept: Fields = []
    for pair in fields:
        if not (isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise RuleBroken("draft_malformed", "草稿内容不对，没有保存。")
        if pair[0] not in SECRET and _can_be_stored(pair[0] + pair[1]):
            kept.append((pair[0], pair[1]))
    if len(json.dumps(kept).encode()) > LARGEST_BYTES:
        raise RuleBroken("draft_too_large", "草稿太长（超过 64 KB），请先提交一部分。")
    return kept


def save(*, person, form: str, subject: str = "", fields: object, now: datetime) -> None:
    """Keep the person's own draft, over an older one. No verb of a mechanism: nothing but scratch paper changes.

    Raises: RuleBroken (422) for what ``clean`` refuses or past 100 drafts; Hidden (404) for a form that keeps none.
    """
    mine = _own(person, form, subject)
    kept = clean(fields)
    with transaction.atomic():
        if mine.filter(saved_at__lte=now).update(fields=kept, saved_at=now) or mine.exists():
            return
        if FormDraft.objects.filter(person_id=person.pk).count() >= MOST_PER_PERSON:
            raise RuleBroken("too_many_drafts", "草稿已有 100 份，请先提交或删掉一些。")
        FormDraft.objects.bulk_create(
            [FormDraft(person_id=person.pk, form=form, subject=subject, fields=kept, saved_at=now)],
            update_conflicts=True,
            unique_fields=["person_id", "form", "subject"],
            update_fields=["fields", "saved_at"],
        )


def forget(*, person, form: str, subject: str = "") -> None:
    """Throw the person's own draft away; harmless when there is none."""
    _own(person, form, subject).delete()


def purge(*, now: datetime) -> int:
    """Delete drafts older than 30 days. Returns how many."""
    return FormDraft.objects.filter(saved_at__lte=now - KEPT).delete()[0]
