"""办理记录: what was done to a row, from the facts, and which values changed, from the audit."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.http import HttpRequest

from kit import audit, facts, providers

if TYPE_CHECKING:
    from kit.admin.governed import GovernedAdmin

OPERATIONS = {"insert": "登记", "update": "修改", "delete": "删除", "load": "批量导入"}
# What facts say beside their title; other details are ids and counts that the page shows elsewhere.
SAID = {"reason": "原因", "document": "文件", "approval_number": "批复文号", "ground": "事由"}
# Follow from another column of the same row.
DERIVED = frozenset({"initials"})


@dataclass(frozen=True)
class FactLine:
    at: datetime
    actor: str
    title: str
    said: str


@dataclass(frozen=True)
class ChangeLine:
    """One changed value; ``before`` and ``after`` as people read them, personal ones masked."""

    at: datetime
    actor: str
    operation: str
    label: str
    before: str
    after: str


def actor_names(labels: set[str]) -> dict[str, str]:
    """Actor label → name. Parts of the system are named as such; who is no longer known stays 未知人员."""
    ids = {label for label in labels if not label.startswith("system:")}
    names = {f"{pk}": name for answer in providers.ask("people_names", ids=ids) for pk, name in answer.items()}
    return {label: names.get(label, "未知人员") if label in ids else "系统自动" for label in labels}


def fact_lines(row: models.Model) -> list[FactLine]:
    """What was done, newest first."""
    trail = list(facts.trail(row))[::-1]
    names = actor_names({fact.actor for fact in trail})
    return [
        FactLine(
            fact.at,
            names[fact.actor],
            facts.title(fact.event),
            "；".join(f"{label}：{fact.details[key]}" for key, label in SAID.items() if fact.details.get(key)),
        )
        for fact in trail
    ]


def change_lines(screen: "GovernedAdmin", request: HttpRequest, row: models.Model) -> list[ChangeLine]:
    """Which values changed, newest first. Values of rows out of reach are not named."""
    changes = [change for change in audit.history(row) if change.op == "update"][::-1]
    names = actor_names({change.actor for change in changes})
    columns = {field.column: field for field in row._meta.concrete_fields}
    related = _related_names(screen, request, columns, changes)

    def shown(column: str, value: Any) -> str:
        field = columns.get(column)
        if value in (None, ""):
            return "（空）"
        if field is not None and field.is_relation:
            return related.get((column, str(value)), "（不在您的管理范围内）")
        choices = dict(field.flatchoices) if field is not None else {}
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "、".join(str(each) for each in value)
        return str(choices.get(value, value))

    return [
        ChangeLine(
            change.at,
            names[change.actor],
            OPERATIONS[change.op],
            str(columns[column].verbose_name) if column in columns else column,
            shown(column, change.before.get(column)),
            shown(column, value),
        )
        for change in changes
        for column, value in change.after.items()
        if column not in DERIVED
    ]


def _related_names(screen, request, columns, changes) -> dict[tuple[str, str], str]:
    """(column, id) → name of what a foreign key pointed to, as far as it is in reach; one query per column."""
    names: dict[tuple[str, str], str] = {}
    for column, field in columns.items():
        ids = {str(side[column]) for c in changes for side in (c.before, c.after) if side.get(column) is not None}
        if not (field.is_relation and ids and screen.admin_site.is_registered(field.related_model)):
            continue
        other = screen.admin_site.get_model_admin(field.related_model)
        keys = [UUID(each) if _is_uuid(each) else each for each in ids]
        for found in other.get_queryset(request).filter(pk__in=keys):
            names[column, str(found.pk)] = str(found)
    return names


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
