"""What the lists of 资源整合 can be asked for."""

import django_filters

from kit.api.filters import Filters, InstantFilter, LightFilter, QuarterFilter, TrueFalse
from resources import choices


class DemandFilters(Filters):
    state = django_filters.ChoiceFilter(choices=choices.DemandState.choices, label="状态")
    kind = django_filters.ChoiceFilter(choices=choices.DemandKind.choices, label="来源")
    category = django_filters.ChoiceFilter(choices=choices.Category.choices, label="类别")
    unit = django_filters.UUIDFilter(field_name="unit_id", label="单位")
    joint_org = django_filters.UUIDFilter(field_name="body_id", label="联村党组织")
    township = django_filters.UUIDFilter(field_name="home_id", label="单位所属乡镇党委")
    light = LightFilter()
    filled_in = TrueFalse(field_name="is_filled_in", label="代填")
    quarter = QuarterFilter(field_name="submitted_at", label="提交的季度，如 2026Q4")
    created_after = InstantFilter(field_name="created_at", lookup_expr="gt", label="起草晚于")
    search = django_filters.CharFilter(field_name="title", lookup_expr="contains", label="“需要什么”中的字")


class DemandLayerFilters(Filters):
    demand = django_filters.UUIDFilter(field_name="demand_id", label="需求")
    level = django_filters.ChoiceFilter(choices=choices.LayerLevel.choices, label="层级")
