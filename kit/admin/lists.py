"""Lists: counted up to a cap, filtered by plain drop-downs, searched by name and by pinyin initials."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.admin import SimpleListFilter
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList

from kit.lights import Light
from kit.templatetags import kit_look

COUNT_CAP = 10_000


def capped_count(queryset: QuerySet) -> int:
    """How many rows, never counting past ``COUNT_CAP`` + 1: a list of a million rows stays as cheap as a short one."""
    return queryset.order_by().values("pk")[: COUNT_CAP + 1].count()


class CappedPaginator(Paginator):
    """Offers at most the first ``COUNT_CAP`` rows; whoever needs others narrows the search."""

    template_name = "kit/admin/pagination.html"

    @cached_property
    def found(self) -> int:
        return capped_count(cast(QuerySet, self.object_list))

    @property
    def capped(self) -> bool:
        return self.found > COUNT_CAP

    @cached_property
    def count(self) -> int:
        return min(self.found, COUNT_CAP)


class GovernedChangeList(ChangeList):
    """Django's list without its second, uncapped count; the filters stand in our own bar."""

    def __init__(self, request: HttpRequest, *args, **kwargs) -> None:
        super().__init__(request, *args, **kwargs)
        self.title = self.model_admin.title
        self.has_filters = False  # Unfold's side sheet; ``filter_specs`` are drawn in the bar instead

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count


class SelectFilter(SimpleListFilter):
    """One drop-down above a list. ``lookups`` gives the choices, ``narrow`` the rows."""

    template = "kit/admin/no_filter.html"

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value is None or value not in {str(key) for key, _ in self.lookup_choices}:
            return queryset
        return self.narrow(queryset, value)


def select_filter(
    parameter: str,
    title: str,
    choices: Iterable[tuple[str, str]] | Callable[[HttpRequest], Iterable[tuple[str, str]]],
    narrow: Callable[[Any, str], QuerySet] | str,
) -> type[SelectFilter]:
    """A drop-down over fixed choices, or over what ``choices(request)`` offers (in reach only).

    narrow: a lookup such as ``kind``, or a function of queryset and value.
    """

    def lookups(self, request, model_admin):
        return list(choices(request)) if callable(choices) else list(choices)

    def narrowed(self, queryset, value):
        return queryset.filter(**{narrow: value}) if isinstance(narrow, str) else narrow(queryset, value)

    return type(
        f"Filter_{parameter}",
        (SelectFilter,),
        {"parameter_name": parameter, "title": title, "lookups": lookups, "narrow": narrowed},
    )


def matching(queryset: QuerySet, term: str, *, text: Iterable[str], initials: Iterable[str] = ()) -> QuerySet:
    """Rows where every word of ``term`` stands in one of the ``text`` columns or begins one of ``initials``.

    ``contains`` and not ``icontains``: only it can use the trigram index, and Chinese has no case.
    """
    for word in term.split():
        one = Q(pk__in=[])
        for column in text:
            one |= Q(**{f"{column}__contains": word})
        if word.isascii():
            for column in initials:
                one |= Q(**{f"{column}__startswith": word.lower()})
        queryset = queryset.filter(one)
    return queryset


def glow(light: Light | None) -> str | None:
    """A light in a list: glyph, word and colour; never colour alone."""
    return kit_look.light(light.colour, light.word) if light else None


@dataclass(frozen=True)
class Card:
    """A figure on the start page that opens the list behind it. ``attention``: shown first, only while not zero."""

    label: str
    count: int
    url: str
    attention: bool = False

    @property
    def figure(self) -> str:
        return f"{COUNT_CAP}+" if self.count > COUNT_CAP else str(self.count)
