"""What a body may hold: strict types, named lengths, ids that are in the caller's reach.

Unknown fields are refused by name, nothing is converted silently, and what an answer shows cannot be written (S3).
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

NOT_FOUND = "没有找到，或者不在您的管理范围内。"
UUID_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DAY_FORM = re.compile(r"(19|2[01])\d\d-\d\d-\d\d")
_INSTANT_FORM = re.compile(r"(19|2[01])\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")


class Body(serializers.Serializer):
    """The body of a request. Declare the fields; everything else is refused."""

    default_error_messages = {"invalid": "内容须是一个 JSON 对象。"}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if unknown and isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **_unknown(unknown)}) from None
            raise
        if unknown:
            raise serializers.ValidationError(_unknown(unknown))
        return value


def _unknown(names: set[str]) -> dict[str, list[str]]:
    return {name[:60]: ["不认识这一项。"] for name in sorted(names)[:20]}


class Empty(Body):
    """A verb that needs nothing but itself: ``{}``."""


class Text(serializers.CharField):
    """A string; ``max_length`` in characters is required."""

    default_error_messages = {"invalid": "须是文字。"}

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Integer(serializers.IntegerField):
    """A whole number, not a string that looks like one."""

    default_error_messages = {"invalid": "须是整数。"}

    def __init__(self, *, min_value: int, max_value: int, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class Flag(serializers.BooleanField):
    """true or false, nothing that merely means it."""

    default_error_messages = {"invalid": "须是 true 或 false。"}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Choice(serializers.ChoiceField):
    """One identifier of a closed list (``TextChoices``)."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices=getattr(choices, "choices", choices), **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=str(data)[:60])
        if data not in self.choice_strings_to_values and not (data == "" and self.allow_blank):
            self.fail("invalid_choice", input=data[:60])
        return data


class Day(serializers.DateField):
    """``YYYY-MM-DD`` between 1900 and 2199."""

    default_error_messages = {"invalid": "日期须写成 YYYY-MM-DD。"}

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY_FORM.fullmatch(value):
            self.fail("invalid")
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("invalid")


class Instant(serializers.DateTimeField):
    """ISO 8601 with offset, between 1900 and 2199."""

    default_error_messages = {"invalid": "时间须写成 2026-11-23T09:30:00+08:00。"}

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or not _INSTANT_FORM.fullmatch(value):
            self.fail("invalid")
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            self.fail("invalid")


class Many(serializers.ListField):
    """A list of at most ``max_length`` entries."""

    default_error_messages = {"not_a_list": "须是一个列表。"}

    def __init__(self, child: serializers.Field, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(child=child, max_length=max_length, **kwargs)


class Visible(serializers.Field):
    """The id of a row in the caller's reach; absent and hidden get the same sentence (S4).

    ``rows(person)`` is a list selector; the value handed on is the model row.
    """

    default_error_messages = {"invalid": "须是有效的编号。", "not_found": NOT_FOUND}

    def __init__(self, rows: Callable[[Any], QuerySet], *, key: str = "pk", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows
        self.key = key

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or not self.well_formed(data):
            self.fail("invalid")
        row = self.rows(self.context["person"]).filter(**{self.key: data}).first()
        if row is None:
            self.fail("not_found")
        return row

    def well_formed(self, data: str) -> bool:
        return bool(UUID_FORM.fullmatch(data))

    def to_representation(self, value: Any) -> str:
        return str(value)


class VisibleCode(Visible):
    """A division by its code of 6, 9 or 12 digits."""

    default_error_messages = {"invalid": "区划代码须是6、9或12位数字。"}

    def well_formed(self, data: str) -> bool:
        return data.isascii() and data.isdigit() and len(data) in (6, 9, 12)


def reason(label: str = "原因") -> Text:
    """The reason that a step asks for; at most 500 characters."""
    return Text(max_length=500, label=label)
