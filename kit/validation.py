"""Shape of values, checked in the service so that every door gives the same sentence at the same field."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models

from kit.errors import RuleBroken
from kit.scanner import scan


def check_fields(row: models.Model, *, only: Iterable[str] | None = None) -> None:
    """Check lengths, choices and required values of a row's plain columns (foreign keys are the door's to resolve).

    Raises RuleBroken (``invalid``) with one list of Chinese sentences per field.
    """
    wanted = set(only) if only is not None else None
    errors: dict[str, list[str]] = {}
    for field in row._meta.concrete_fields:
        if field.is_relation or field.primary_key or (wanted is not None and field.name not in wanted):
            continue
        value = getattr(row, field.attname)
        if isinstance(value, str) and "\x00" in value:
            errors[field.name] = ["不能含有空字符。"]
            continue
        if value in field.empty_values and (field.blank or not field.editable):
            continue
        # Django checks the length of a CharField here, of a TextField only in forms.
        longest = field.max_length if isinstance(field, models.TextField) else None
        if longest and isinstance(value, str) and len(value) > longest:
            errors[field.name] = [f"不能超过{longest}个字，现在是{len(value)}个字。"]
            continue
        try:
            field.clean(value, row)
        except ValidationError as error:
            errors[field.name] = [str(message) for message in error.messages]
    if errors:
        name, sentences = next(iter(errors.items()))
        label = getattr(row._meta.get_field(name), "verbose_name", name)
        raise RuleBroken("invalid", f"{label}：{sentences[0]}", errors=errors)


def refuse_blank(value: str, *, field: str, label: str, most: int | None = None) -> str:
    """The stripped text; RuleBroken when nothing is left (``required``) or more than ``most`` characters."""
    text = (value or "").strip()
    if not text:
        raise RuleBroken("required", f"请填写{label}。", field=field)
    if most is not None and len(text) > most:
        raise RuleBroken("too_long", f"{label}不能超过{most}个字，现在是{len(text)}个字。", field=field)
    return text


def refuse_short(value: str, *, field: str, least: int) -> str:
    """The stripped text; RuleBroken (``too_short``) for fewer than ``least`` characters."""
    text = (value or "").strip()
    if len(text) < least:
        raise RuleBroken("too_short", f"请写清楚，至少{least}个字，现在是{len(text)}个字。", field=field)
    return text


def refuse_numbers_of_people(value: str, *, field: str) -> None:
    """RuleBroken (``personal_number``) when an ID-card, bank-card or mobile number stands in a text to be kept."""
    if hits := scan(value):
        raise RuleBroken(
            "personal_number",
            f"文字里像是有{hits[0].label}（{hits[0].shown}），还没有保存。为了保护您和别人，请删去再交。",
            field=field,
        )


def refuse_unknown(changes: Iterable[str], allowed: Iterable[str]) -> None:
    """RuleBroken (``not_changeable``) when a change names a field that this verb does not change."""
    if unknown := sorted(set(changes) - set(allowed)):
        raise RuleBroken(
            "not_changeable", "这些内容不能在这里改。", errors={field: ["不能修改。"] for field in unknown}
        )
