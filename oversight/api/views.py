"""GET /api/v1/dashboards/: the figures of the page, number by number, each with the address of its rows."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from kit.api import representation as show
from kit.api.errors import BadParameter
from kit.api.filters import check_parameters, organization_id
from kit.api.representation import PREFIX
from kit.api.views import ApiView
from kit.calendar import Quarter
from oversight import selectors

TAG = "运行保障"
COLOURS = ("red", "yellow", "green", "blue", "grey")


class NumberShown(serializers.Serializer):
    """一个数字"""

    value = serializers.IntegerField(label="数")
    rows = serializers.CharField(label="台账地址")


class LightShown(serializers.Serializer):
    colour = serializers.ChoiceField(choices=COLOURS, label="灯色")
    word = serializers.CharField(label="说明")


class ShareShown(serializers.Serializer):
    """分子、分母"""

    hit = NumberShown(label="分子")
    total = NumberShown(label="分母")
    percent = serializers.CharField(label="比率；没有到期事项为 —")


class PartShown(serializers.Serializer):
    name = serializers.CharField(label="名称")
    number = NumberShown(label="数")


class QuarterShown(serializers.Serializer):
    quarter = serializers.CharField(label="季度")
    share = ShareShown(label="比率")


class DefinitionShown(serializers.Serializer):
    """口径"""

    version = serializers.CharField(label="版本")
    says = serializers.CharField(label="定义")
    numerator = serializers.CharField(label="分子")
    denominator = serializers.CharField(label="分母")
    light = serializers.CharField(label="灯色")
    rule = serializers.CharField(label="依据")


class FigureShown(serializers.Serializer):
    """一项指标"""

    figure = serializers.CharField(label="指标")
    name = serializers.CharField(label="名称")
    share = ShareShown(label="本季度")
    light = LightShown(label="灯")
    parts = PartShown(many=True, label="其他数")
    trend = QuarterShown(many=True, label="逐季")
    definition = DefinitionShown(label="口径")


class DemandsShown(serializers.Serializer):
    """在办需求"""

    total = NumberShown(label="合计")
    lights = PartShown(many=True, label="按灯色")
    states = PartShown(many=True, label="按状态")


class LineShown(serializers.Serializer):
    """一个组织或乡镇"""

    name = serializers.CharField(label="名称")
    organization = serializers.UUIDField(label="组织编号", allow_null=True)
    under = serializers.CharField(label="牵头乡镇")
    meetings = ShareShown(label="联席会议")
    tasks = ShareShown(label="任务按期")
    overdue = NumberShown(label="任务超期")
    objections = ShareShown(label="异议按期")
    demands = NumberShown(label="在办需求")
    red = NumberShown(label="红灯需求")
    light = LightShown(label="任务情况")


class AttentionShown(serializers.Serializer):
    """先看这里"""

    light = LightShown(label="灯")
    what = serializers.CharField(label="事项")
    where = serializers.CharField(label="组织")
    held_by = serializers.CharField(label="由谁办")
    number = NumberShown(label="数")


class DashboardShown(serializers.Serializer):
    """看板"""

    organization = show.Neighbour(label="组织")
    quarter = serializers.CharField(label="季度")
    cut_off = serializers.DateTimeField(label="截止时间")
    attention = AttentionShown(many=True, label="先看这里")
    figures = FigureShown(many=True, label="指标")
    demands = DemandsShown(label="在办需求")
    townships = LineShown(many=True, label="各乡镇")
    bodies = LineShown(many=True, label="各联村党组织")


class DashboardView(ApiView):
    """The dashboard of one's own highest organization, or of ``at``; of the running quarter, or of ``quarter``."""

    tag, title, resource = TAG, "看板", "dashboards"
    parameters = frozenset({"at", "quarter"})
    documented_parameters = [
        OpenApiParameter("at", type={"type": "string", "format": "uuid"}, location="query", description="组织编号"),
        OpenApiParameter(
            "quarter",
            type={"type": "string", "pattern": "^[0-9]{4}Q[1-4]$"},
            location="query",
            description="季度，如 2026Q4；不能晚于本季度",
        ),
    ]

    def get(self, request: Any) -> Response:
        check_parameters(request.query_params, self.parameters)
        asked = request.query_params
        view = selectors.view_of(
            self.actor, at=organization_id(asked, "at"), quarter=_quarter(asked.get("quarter")), now=self.now
        )
        return Response(_shown(selectors.dashboard(view)))

    get.answers = DashboardShown  # type: ignore[attr-defined]  # read by the schema


def _quarter(text: str | None) -> Quarter | None:
    try:
        return Quarter.parse(text) if text is not None else None
    except ValueError:
        raise BadParameter("quarter", "季度写成 2026Q4 的样子。") from None


def _shown(board: selectors.Dashboard) -> dict[str, Any]:
    at = board.at
    return {
        "organization": {"id": str(at.pk), "name": at.name, "href": f"{PREFIX}/organizations/{at.pk}/"},
        "quarter": str(board.quarter),
        "cut_off": board.cut_off,
        "attention": [
            {"light": _light(each.light), "number": _number(each.number)}
            | {"what": each.what, "where": each.where, "held_by": each.held_by}
            for each in board.attention
        ],
        "figures": [_figure(each) for each in board.figures],
        "demands": {
            "total": _number(board.demands.total),
            "lights": _parts(board.demands.lights),
            "states": _parts(board.demands.states),
        },
        "townships": [_line(each) for each in board.townships],
        "bodies": [_line(each) for each in board.bodies],
    }


def _number(number: selectors.Number) -> dict[str, Any]:
    return {"value": number.value, "rows": number.address}


def _share(share: selectors.Share) -> dict[str, Any]:
    return {"hit": _number(share.hit), "total": _number(share.total), "percent": share.percent}


def _light(light: Any) -> dict[str, str]:
    return {"colour": light.colour, "word": light.word}


def _parts(parts: Any) -> list[dict[str, Any]]:
    return [{"name": part.label, "number": _number(part.number)} for part in parts]


def _figure(shown: selectors.Shown) -> dict[str, Any]:
    definition = shown.definition
    return {
        "figure": shown.figure.value,
        "name": shown.figure.label,
        "share": _share(shown.share),
        "light": _light(shown.light),
        "parts": _parts(shown.parts),
        "trend": [{"quarter": str(quarter), "share": _share(share)} for quarter, share in shown.trend],
        "definition": {
            name: getattr(definition, name) for name in ("version", "says", "numerator", "denominator", "light", "rule")
        },
    }


def _line(line: selectors.Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "organization": str(line.opens) if line.opens else None,
        "under": line.under,
        "meetings": _share(line.meetings),
        "tasks": _share(line.tasks),
        "overdue": _number(line.overdue),
        "objections": _share(line.objections),
        "demands": _number(line.demands),
        "red": _number(line.red),
        "light": _light(line.light),
    }
