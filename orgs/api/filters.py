"""What the lists of 组织准备 can be asked for. The clock comes from the request, never from here."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from kit.api.filters import Filters, InstantFilter, TrueFalse
from orgs import choices


class Running(TrueFalse):
    """Rows with ``from_on`` and ``to_on`` that are in force today."""

    def filter(self, qs: Any, value: Any) -> QuerySet:
        if value is None:
            return qs
        today = timezone.localdate()
        return qs.on(today) if value else qs.exclude(pk__in=qs.on(today).order_by().values("pk"))


class Search(django_filters.CharFilter):
    """Part of the name, or the beginning of its pinyin initials."""

    def __init__(self, name: str = "name", initials: str = "initials") -> None:
        super().__init__(label="名称中的字，或拼音首字母开头")
        self.name, self.initials = name, initials

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        return qs.filter(Q(**{f"{self.name}__icontains": value}) | Q(**{f"{self.initials}__startswith": value.lower()}))


class DivisionFilters(Filters):
    level = django_filters.ChoiceFilter(choices=choices.DivisionLevel.choices, label="层级")
    parent = django_filters.CharFilter(field_name="parent_id", label="上级代码")
    search = django_filters.CharFilter(field_name="name", lookup_expr="contains", label="名称中的字")


class OrganizationFilters(Filters):
    kind = django_filters.ChoiceFilter(choices=choices.OrganizationKind.choices, label="类别")
    state = django_filters.ChoiceFilter(choices=choices.OrganizationState.choices, label="状态")
    parent = django_filters.UUIDFilter(field_name="parent_id", label="上级组织")
    division = django_filters.CharFilter(field_name="division_id", label="行政区划代码")
    created_after = InstantFilter(field_name="created_at", lookup_expr="gt", label="登记晚于")
    search = Search()


class JointOrgFilters(Filters):
    state = django_filters.ChoiceFilter(choices=choices.JointOrgState.choices, label="状态")
    type = django_filters.ChoiceFilter(choices=choices.JointOrgType.choices, label="类型")
    lead_township = django_filters.UUIDFilter(field_name="organization__parent_id", label="牵头乡镇党委")
    superior = django_filters.UUIDFilter(field_name="superior_id", label="所属片区联合党委")
    search = Search("organization__name", "organization__initials")


class MembershipFilters(Filters):
    joint_org = django_filters.UUIDFilter(field_name="joint_org_id", label="联村党组织")
    unit = django_filters.UUIDFilter(field_name="unit_id", label="成员单位")
    running = Running(label="今天仍在")


class PersonFilters(Filters):
    organization = django_filters.UUIDFilter(field_name="organization_id", label="所在单位")
    search = Search()


class PostingFilters(Filters):
    person = django_filters.UUIDFilter(field_name="person_id", label="人员")
    organization = django_filters.UUIDFilter(field_name="organization_id", label="任职组织")
    role = django_filters.ChoiceFilter(choices=choices.Role.choices, label="职责")
    running = Running(label="今天在任")
