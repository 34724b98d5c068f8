"""Query parameters: a closed list per resource; anything unknown, repeated or malformed is refused by name (400)."""

from typing import Any
from uuid import UUID

import django_filters
from django.core.exceptions import ValidationError as FormError
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from kit.api.errors import BadParameter
from kit.api.fields import Instant
from kit.calendar import Quarter, moment_of
from kit.holidays import working_days

# Parameters that every list understands.
COMMON = frozenset({"limit", "cursor", "count", "ordering", "format", "reason"})
LONGEST = 200  # characters of any one value


class Filters(django_filters.FilterSet):
    """Declare filters only; ``Meta.fields`` stays empty, so no column becomes a parameter by accident."""

    def __init__(self, data: QueryDict, queryset: Any, *, request: Any) -> None:
        # Only what was asked for is built: a form of ten fields costs more than the page it filters.
        self.base_filters = {name: each for name, each in self.declared().items() if name in data}
        super().__init__(data, queryset, request=request)

    def rows(self) -> Any:
        """The filtered queryset. Raises ValidationError (400) at the parameter."""
        if not self.base_filters:
            return self.queryset
        if not self.is_valid():
            raise ValidationError({name: [str(each) for each in found] for name, found in self.errors.items()})
        return self.qs

    @classmethod
    def declared(cls) -> dict[str, django_filters.Filter]:
        """All filters by parameter name."""
        return vars(cls)["base_filters"]

    @classmethod
    def documented(cls) -> list[OpenApiParameter]:
        return [_documented(name, each) for name, each in cls.declared().items()]


class Nothing(Filters):
    """A list that has no filters."""


_KINDS: list[tuple[type, Any]] = [
    (django_filters.UUIDFilter, {"type": "string", "format": "uuid"}),
    (django_filters.DateFilter, {"type": "string", "format": "date"}),
    (django_filters.IsoDateTimeFilter, {"type": "string", "format": "date-time"}),
    (django_filters.BooleanFilter, {"type": "string", "enum": ["true", "false"]}),
    (django_filters.NumberFilter, {"type": "integer"}),
]


def _schema(each: django_filters.Filter) -> dict[str, Any]:
    if isinstance(each, QuarterFilter):
        return {"type": "string", "pattern": "^20[0-9]{2}Q[1-4]$"}
    return next((dict(s) for kind, s in _KINDS if isinstance(each, kind)), {"type": "string"})


def _documented(name: str, each: django_filters.Filter) -> OpenApiParameter:
    schema = _schema(each)
    if "choices" in each.extra:
        choices = each.extra["choices"]
        schema = {"type": "string", "enum": [str(value) for value, _ in (choices() if callable(choices) else choices)]}
    return OpenApiParameter(name, type=schema, location="query", description=str(each.label or ""))


class _InstantField(django_filters.IsoDateTimeFilter.field_class):
    """ISO 8601 with offset, as bodies take it; what a date may be is the database's range, not Python's."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return Instant().run_validation(value)
        except ValidationError as error:
            raise FormError([str(each) for each in error.detail]) from None


class InstantFilter(django_filters.IsoDateTimeFilter):
    """An instant, e.g. ``created_after``."""

    field_class = _InstantField


class _QuarterField(django_filters.CharFilter.field_class):
    """``2026Q4`` as a ``Quarter``."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            quarter = Quarter.parse(text)
        except ValueError:
            quarter = None
        if quarter is None or not 2000 <= quarter.year <= 2099:
            raise FormError("季度写成 2026Q4 的样子。")
        return quarter


class QuarterFilter(django_filters.CharFilter):
    """Rows of one quarter: by an instant or a date (``starts_at``, ``due_on``), or by a column that says ``2026Q4``."""

    field_class = _QuarterField

    def filter(self, qs: QuerySet, value: Quarter | None) -> QuerySet:
        if value is None:
            return qs
        name, column = self.field_name, qs.model._meta.get_field(self.field_name)
        if isinstance(column, models.DateTimeField):
            return qs.filter(
                **{f"{name}__gte": moment_of(value.start)}, **{f"{name}__lt": moment_of(value.next().start)}
            )
        if isinstance(column, models.DateField):
            return qs.filter(**{f"{name}__range": (value.start, value.end)})
        return qs.filter(**{name: str(value)})


class LightFilter(django_filters.ChoiceFilter):
    """Rows whose light has one colour today; the queryset knows its own ``lit(colour, on, calendar)``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("green", "绿"), ("yellow", "黄"), ("red", "红"), ("blue", "蓝")]
        super().__init__(*args, choices=choices, label="红黄绿灯", **kwargs)

    def filter(self, qs: Any, value: str | None) -> QuerySet:
        return qs.lit(value, on=timezone.localdate(), calendar=working_days()) if value else qs


class TrueFalse(django_filters.BooleanFilter):
    """``true`` or ``false``; django-filter's own would take anything else as "not asked"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field_class = django_filters.TypedChoiceFilter.field_class
        self.extra |= {
            "choices": [("true", "true"), ("false", "false")],
            "coerce": lambda text: text == "true",
            "empty_value": None,
        }
        self.extra.pop("widget", None)


def check_parameters(query: QueryDict, known: frozenset[str] | set[str]) -> None:
    """Raises BadParameter (400) for what is unknown, given twice, too long or holds a NUL."""
    for name, values in query.lists():
        if "\x00" in name or any("\x00" in value for value in values):
            raise BadParameter(name.replace("\x00", ""), "不能含有空字符。")
        if name not in known:
            raise BadParameter(name[:60], "不认识这个参数。", code="unknown_parameter")
        if len(values) > 1:
            raise BadParameter(name, "只能给一次。")
        if len(values[0]) > LONGEST and name != "cursor":
            raise BadParameter(name, f"最长{LONGEST}个字。")


def organization_id(query: QueryDict, name: str) -> UUID | None:
    """The id of an organization asked for, None without. Raises BadParameter (400)."""
    try:
        return UUID(str(query[name])) if name in query else None
    except ValueError:
        raise BadParameter(name, "须是组织编号。") from None
