"""GET /api/v1/process-quality/: the figures of the page, each with its arithmetic and the address of its rows."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from deliberation import choices, selectors
from deliberation.api.views import TAG
from kit.api import representation as show
from kit.api.errors import BadParameter
from kit.api.filters import check_parameters, organization_id
from kit.api.representation import PREFIX
from kit.api.views import ApiView


class ProcessPartShown(serializers.Serializer):
    """一个可以打开的数"""

    name = serializers.CharField(label="名称")
    value = serializers.IntegerField(label="条数")
    rows = serializers.CharField(label="台账地址")


class ProcessDefinitionShown(serializers.Serializer):
    """口径"""

    version = serializers.CharField(label="版本")
    says = serializers.CharField(label="定义")
    numerator = serializers.CharField(label="分子")
    denominator = serializers.CharField(label="分母")
    period = serializers.CharField(label="期间")
    rule = serializers.CharField(label="依据")


class ProcessFigureShown(serializers.Serializer):
    """过程质量的一项"""

    metric = serializers.ChoiceField(choices=choices.ProcessMetric.choices, label="项目")
    name = serializers.CharField(label="名称")
    numerator = serializers.IntegerField(label="分子", allow_null=True)
    denominator = serializers.IntegerField(label="分母", allow_null=True)
    shown = serializers.CharField(label="数值；没有数据为“缺项”")
    note = serializers.CharField(label="说明")
    missing = serializers.CharField(label="为什么缺项")
    parts = ProcessPartShown(many=True, label="台账")
    definition = ProcessDefinitionShown(label="口径")


class ProcessFlagShown(serializers.Serializer):
    """一条提示"""

    flag = serializers.ChoiceField(choices=choices.ProcessFlag.choices, label="提示")
    name = serializers.CharField(label="名称")
    says = serializers.CharField(label="怎么认定")
    version = serializers.CharField(label="版本")
    rule = serializers.CharField(label="依据")
    looked_at = serializers.IntegerField(label="看了几次会议；0为缺项")
    number = serializers.IntegerField(label="几处")
    rows = serializers.CharField(label="台账地址")


class ProcessQualityShown(serializers.Serializer):
    """过程质量"""

    body = show.Neighbour(label="议事主体")
    year = serializers.IntegerField(label="年度")
    cut_off = serializers.DateTimeField(label="截止时间")
    meetings = serializers.IntegerField(label="散会的会议")
    figures = ProcessFigureShown(many=True, label="各项数字")
    flags = ProcessFlagShown(many=True, label="提示")


class ProcessQualityView(ApiView):
    """The year of one's own first body, or of ``body``; the running year, or ``year``."""

    tag, title, resource = TAG, "过程质量", "process-quality"
    parameters = frozenset({"body", "year"})
    documented_parameters = [
        OpenApiParameter(
            "body",
            type={"type": "string", "format": "uuid"},
            location="query",
            description="联村党组织或片区联合党委的编号",
        ),
        OpenApiParameter(
            "year",
            type={"type": "string", "pattern": "^[0-9]{4}$"},
            location="query",
            description="年度，如 2026；今年和前四年",
        ),
    ]

    def get(self, request: Any) -> Response:
        check_parameters(request.query_params, self.parameters)
        asked = request.query_params
        view = selectors.quality_view(
            self.actor, body=organization_id(asked, "body"), year=_year(asked.get("year")), now=self.now
        )
        return Response(_shown(selectors.process_quality(view)))

    get.answers = ProcessQualityShown  # type: ignore[attr-defined]  # read by the schema


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    if not (len(text) == 4 and text.isascii() and text.isdecimal()):
        raise BadParameter("year", "年度写成 2026 的样子。")
    return int(text)


def _shown(shown: selectors.ProcessQuality) -> dict[str, Any]:
    view = shown.view

    def rows(item: str, part: str) -> str:
        query = {"body": view.body.pk, "year": view.year, "item": item, "part": part}
        return f"{reverse('process-quality-rows')}?{urlencode(query)}"

    return {
        "body": {"id": str(view.body.pk), "name": view.body.name, "href": f"{PREFIX}/organizations/{view.body.pk}/"},
        "year": view.year,
        "cut_off": view.now,
        "meetings": shown.meetings,
        "figures": [_figure(each, rows) for each in shown.figures],
        "flags": [
            {
                "flag": each.definition.key.value,
                "name": each.definition.key.label,
                **{name: getattr(each.definition, name) for name in ("says", "version", "rule")},
                "looked_at": each.looked_at,
                "number": len(each.rows),
                "rows": rows(each.definition.key.value, "flag"),
            }
            for each in shown.flags
        ],
    }


def _figure(each: selectors.ProcessFigure, rows: Any) -> dict[str, Any]:
    definition = each.definition
    return {
        "metric": definition.key.value,
        "name": definition.key.label,
        **{name: getattr(each, name) for name in ("numerator", "denominator", "shown", "note", "missing")},
        "parts": [
            {"name": label, "value": count, "rows": rows(definition.key.value, part)}
            for part, label, count in each.parts
        ],
        "definition": {
            name: getattr(definition, name)
            for name in ("version", "says", "numerator", "denominator", "period", "rule")
        },
    }
