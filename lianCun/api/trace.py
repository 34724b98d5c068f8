"""全链追溯 as data: one subject in, the whole chain out, as far as the caller may see it."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response

from kit import trace
from kit.api.errors import BadParameter
from kit.api.filters import check_parameters
from kit.api.representation import PREFIX, Light, Row
from kit.api.views import ApiView


class TraceEntry(serializers.Serializer):
    """One row of the chain."""

    subject = serializers.CharField(label="对象")
    kind_label = serializers.CharField(label="环节（中文）")
    id = serializers.UUIDField(label="编号")
    title = serializers.CharField(label="标题")
    state = serializers.CharField(label="状态", allow_blank=True)
    state_label = serializers.CharField(label="状态（中文）", allow_blank=True)
    light = Light()
    light_word = serializers.CharField(label="灯的说明", allow_blank=True)
    at = serializers.DateTimeField(label="时间", allow_null=True)
    who = serializers.CharField(label="谁", allow_blank=True)
    said = serializers.CharField(label="要点", allow_blank=True)
    is_here = serializers.BooleanField(label="从这里进来")
    links = serializers.DictField(child=serializers.CharField(), label="相邻各项")


class Trace(serializers.Serializer):
    """全链"""

    subject = serializers.CharField(label="对象")
    results = TraceEntry(many=True, label="各环节，按先后")


def _shown(entry: trace.Entry) -> Row:
    link = entry.link
    return {
        "subject": entry.subject,
        "kind_label": entry.kind.noun,
        "id": str(link.key),
        "title": link.title,
        "state": link.state,
        "state_label": link.state_label,
        "light": link.light.colour if link.light else None,
        "light_word": link.light.word if link.light else "",
        "at": timezone.localtime(link.at).isoformat() if link.at else None,
        "who": link.who,
        "said": link.said,
        "is_here": entry.is_here,
        "links": {"self": f"{PREFIX}/{entry.kind.resource}/{link.key}/", "page": link.href},
    }


class TraceView(ApiView):
    """From any demand, motion, agenda item, poll, resolution, notice or task: the whole chain in order."""

    tag, title, resource = "通用", "全链追溯", "trace"
    parameters = frozenset({"subject"})
    documented_parameters = [
        OpenApiParameter(
            "subject",
            type={"type": "string", "pattern": f"^{trace.SUBJECT.pattern}$"},
            location="query",
            required=True,
            description="对象，如 resources.demand:编号",
        )
    ]

    def get(self, request: Any) -> Response:
        check_parameters(request.query_params, self.parameters)
        subject = request.query_params.get("subject", "")
        if not trace.SUBJECT.fullmatch(subject):
            raise BadParameter("subject", "须写成 应用.对象:编号。")
        chain = trace.chain(self.actor, subject, on=self.caller.today)
        return Response({"subject": subject, "results": [_shown(entry) for entry in chain]})

    get.answers = Trace  # type: ignore[attr-defined]  # read by the schema
