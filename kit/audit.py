"""Audit: beneath the facts, one event per changed row of every governed table, written by the database itself.

Bulk updates, raw SQL and commands leave the same trail as services do (G1). Who acts comes from the transaction's
stamp (``kit.services.stamp``); without one the event names the database role (G4).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from kit import events, facts, guards
from kit.guards import Trigger
from kit.models.audit import AuditEvent, PersonalValue

ERASED = "（已删除）"
MASKED = "***"


@dataclass(frozen=True)
class Governed:
    """A table whose every change is recorded; columns by their database names."""

    label: str
    personal: tuple[str, ...]
    secret: tuple[str, ...]
    ignore: tuple[str, ...]
    loads: bool

    def triggers(self) -> Iterator[Trigger]:
        """LookupError for a column the table does not have."""
        meta = apps.get_model(self.label)._meta
        columns = {field.column for field in meta.concrete_fields}
        if unknown := {*self.personal, *self.secret, *self.ignore} - columns:
            raise LookupError(f"{self.label} has no columns {sorted(unknown)}")
        arguments = (meta.pk.column, *map(" ".join, (self.personal, self.secret, self.ignore)))
        arguments += ("loads" if self.loads else "",)
        for event in ("INSERT", "UPDATE", "DELETE"):
            yield Trigger(
                table=meta.db_table,
                name=f"liancun_audit_{event.lower()}",
                events=(event,),
                function=f"liancun_audit_{event.lower()}",
                before=False,
                args=arguments,
                old="" if event == "INSERT" else "old_rows",
                new="" if event == "DELETE" else "new_rows",
            )
        # Emptying a table would leave no trail of its rows.
        yield Trigger(meta.db_table, "liancun_keep_table", ("TRUNCATE",), "liancun_refuse")


_governed: dict[str, Governed] = {}
_exempt: dict[str, str] = {}


def govern(
    label: str,
    *,
    personal: Iterable[str] = (),
    secret: Iterable[str] = (),
    ignore: Iterable[str] = (),
    loads: bool = False,
) -> None:
    """Record every change of ``"app.Model"`` (G1).

    personal: columns whose values are kept apart and can be erased. secret: columns of which only the change is
    recorded. ignore: columns whose change is no event. loads: the table may be filled by ``load``, one event a
    statement.
    """
    wanted = Governed(label, tuple(personal), tuple(secret), tuple(ignore), loads)
    if _governed.setdefault(label, wanted) != wanted:
        raise ValueError(f"{label} is governed twice")


def exempt(*labels: str, because: str) -> None:
    """These tables need no trail, for a reason worth writing down."""
    for label in labels:
        _exempt[label] = because


def governed() -> dict[str, Governed]:
    return dict(_governed)


def undeclared(app_labels: Iterable[str]) -> list[str]:
    """Models of these apps that are neither governed, nor append-only, nor exempt: each is a hole in the trail."""
    known = {*_governed, *_exempt, *guards.kept()}
    return sorted(
        model._meta.label
        for label in app_labels
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed and model._meta.label not in known
    )


@guards.triggers_from
def _triggers() -> Iterator[Trigger]:
    for each in _governed.values():
        yield from each.triggers()


@contextmanager
def load(source: str) -> Iterator[None]:
    """Inside a transaction: changes of tables that take loads become one event a statement, naming ``source``.

    source: what was loaded, e.g. ``villages.csv sha256:…``. Raises: RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a load happens inside one transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('liancun.load', %s, true)", [source])
    yield
    # After an error the transaction is lost, and the setting with it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('liancun.load', '', true)")


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One change of one row, ready to show; columns by their database names."""

    id: Any
    at: datetime
    actor: str
    request_id: str
    op: str
    before: dict[str, Any]
    after: dict[str, Any]


def row_label(row: models.Model) -> str:
    """``table:id``, as events name a row."""
    return f"{row._meta.db_table}:{row.pk}"


def history(row: models.Model, *, reveal: bool = False) -> list[Change]:
    """Every change of one row, oldest first. Personal values show as ``***`` unless ``reveal`` (log that reading)."""
    trail = list(
        AuditEvent.objects.filter(table_name=row._meta.db_table, row_id=str(row.pk)).order_by("recorded_at", "pk")
    )
    values = {}
    if reveal:
        kept = PersonalValue.objects.filter(event__in=[event.pk for event in trail])
        values = {(value.event, value.side, value.column): value.value for value in kept}

    def shown(event: AuditEvent, side: str) -> dict[str, Any]:
        missing = ERASED if reveal else MASKED
        return {
            column: values.get((event.pk, side, column), missing) if _is_digest(value) else value
            for column, value in (getattr(event, side) or {}).items()
        }

    return [
        Change(
            event.pk,
            event.recorded_at,
            event.actor,
            event.request_id,
            event.op,
            shown(event, "before"),
            shown(event, "after"),
        )
        for event in trail
    ]


def _is_digest(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"salted_sha256"}


# --- erasing ---------------------------------------------------------------------------------------------------------


def erase_personal(*, rows: Iterable[models.Model], actor, org, at: datetime, ground: str) -> int:
    """Delete the personal values kept behind the trail of these rows; returns how many. The chain stays valid (G7).

    Called by the service that blanks the rows themselves, in its transaction and after it, so that the values of that
    last change go too. Raises: RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("erasing happens in the transaction that blanks the rows")
    labels = []
    count = 0
    for row in rows:
        labels.append(row_label(row))
        kept = PersonalValue.objects.filter(table_name=row._meta.db_table, row_id=str(row.pk))
        count += kept._raw_delete(kept.db)
    with transaction.atomic():
        facts.record(
            events.PERSONAL_ERASED,
            actor=actor,
            org=org,
            subject="kit.personalvalue:erasure",
            at=at,
            rows=labels,
            values=count,
            ground=ground,
        )
    return count
