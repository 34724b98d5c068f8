"""OpenAPI 3.1 out of the same declarations that the views obey: bodies, representations, filters, every status."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from kit.api.errors import MEDIA_TYPE, TITLES
from kit.api.pagination import LIMITS

JSON = "application/json"
READ_REFUSALS = (400, 401, 403, 404, 429, 503)
WRITE_REFUSALS = (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503)


class Problem(serializers.Serializer):
    """拒绝: RFC 9457, with a Chinese sentence that names the rule."""

    type = serializers.CharField(label="类型")
    title = serializers.CharField(label="标题")
    status = serializers.IntegerField(label="状态码")
    code = serializers.CharField(label="代号")
    detail = serializers.CharField(label="说明")
    errors = serializers.DictField(  # type: ignore[assignment]  # a field by that name
        child=serializers.ListField(child=serializers.CharField()), required=False, label="各项说明"
    )


def _query(name: str, description: str, schema: dict[str, Any]) -> OpenApiParameter:
    return OpenApiParameter(name, type=schema, location="query", description=description)


def list_parameters(view: Any) -> list[OpenApiParameter]:
    """What every list understands, then the resource's own filters."""
    return [
        _query("limit", "每页行数", {"type": "integer", "enum": list(LIMITS), "default": 50}),
        _query("cursor", "翻页位置，取自 next 或 previous", {"type": "string"}),
        _query("count", "要不要总数；capped 超过1000只答 1000+", {"type": "string", "enum": ["exact", "capped"]}),
        _query("ordering", "排序", {"type": "string", "enum": list(view.orderings)}),
        _query("format", "台账：同样的行和顺序", {"type": "string", "enum": ["json", "csv", "xlsx"]}),
        _query("reason", "导出超过500行时的用途", {"type": "string", "maxLength": 200}),
        *view.filters.documented(),
    ]


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    type={"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[!-~]{1,80}$"},
    location="header",
    required=True,
    description="重试时不变；同样的标识和内容得到同样的答复，保留7天",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    type={"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]{1,200}$"},
    location="header",
    required=True,
    description="读取时的 ETag",
)


def page_of(name: str, shown: type[serializers.Serializer]) -> serializers.Serializer:
    """``{results, next, previous, count}``."""
    return inline_serializer(
        f"{name}Page",
        {
            "results": shown(many=True),
            "next": serializers.CharField(allow_null=True, label="下一页地址"),
            "previous": serializers.CharField(allow_null=True, label="上一页地址"),
            "count": Count(allow_null=True, label="总数"),
        },
    )


class Count(serializers.Field):
    """A number, or "1000+" when capped, or null when not asked for."""


class CountSchema(OpenApiSerializerFieldExtension):
    target_class = Count

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"oneOf": [{"type": "integer"}, {"type": "string", "const": "1000+"}]}


class VisibleSchema(OpenApiSerializerFieldExtension):
    target_class = "kit.api.fields.Visible"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        if self.target.key == "pk" and type(self.target).__name__ == "VisibleCode":
            return {"type": "string", "pattern": "^[0-9]{6}([0-9]{3}([0-9]{3})?)?$"}
        return {"type": "string", "format": "uuid"}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "kit.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "个人令牌：Authorization: Token lct_…",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "kit.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "session",
            "description": "浏览器登录（写操作带 X-CSRFToken）",
        }


class HouseSchema(AutoSchema):
    """Reads our views instead of guessing from serializers and querysets."""

    view: Any

    method_mapping = {"get": "retrieve", "post": "create", "put": "update", "patch": "change", "delete": "destroy"}

    @property
    def _run(self) -> Any:
        return getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)

    def get_operation_id(self) -> str:
        action = getattr(self.view, "action", None) or self.method.lower()
        return f"{self._name()}_{action}".replace("-", "_")

    def _name(self) -> str:
        representation = getattr(self.view, "representation", None)
        return representation.resource if representation else self.view.resource

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_summary(self) -> str:
        run = self._run
        offer = getattr(run, "offer", None)
        subject = self.view.representation.title if hasattr(self.view, "representation") else self.view.title
        if offer:
            return f"{subject}：{offer.label}"
        words = {"list": "列表", "retrieve": "查看", "create": getattr(run, "label", "新增")}
        word = words.get(getattr(self.view, "action", ""), getattr(run, "label", ""))
        return f"{subject}：{word}" if word else subject

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's own signature
        doc = (self._run.__doc__ or "") if self._run else ""
        return " ".join(doc.split())

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def get_request_serializer(self) -> Any:
        return getattr(self._run, "body", None)

    def get_response_serializers(self) -> Any:
        writes = self.method != "GET"
        found: dict[Any, Any] = {}
        action = getattr(self.view, "action", None)
        answers = getattr(self._run, "answers", None)
        if answers is not None:
            found[getattr(self._run, "answer_status", 200), JSON] = answers
        elif action == "list":
            shown = self.view.representation.serializer()
            found[200, JSON] = page_of(shown.__name__, shown)
            found[200, "text/csv"] = OpenApiResponse(bytes, "台账")
            found[200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = OpenApiResponse(
                bytes, "台账"
            )
        else:
            representation = self.view.representation
            shown = representation.detail_serializer() if action == "retrieve" else representation.serializer()
            found[201 if action == "create" else 200, JSON] = shown
        refusals = WRITE_REFUSALS if writes else READ_REFUSALS
        for status in (*refusals, 422) if action == "list" else refusals:
            found[status, MEDIA_TYPE] = OpenApiResponse(Problem, TITLES[status])
        return found

    def get_override_parameters(self) -> list[Any]:
        found: list[Any] = []
        if getattr(self.view, "action", None) == "list" and hasattr(self.view, "representation"):
            found += list_parameters(self.view)
        found += getattr(self.view, "documented_parameters", [])
        if self.method == "POST":
            found.append(IDEMPOTENCY_KEY)
        if self.method == "PATCH":
            found.append(IF_MATCH)
        return found

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        code = getattr(self.view, "key_schema", {"type": "string", "format": "uuid"})
        return [{"name": v, "in": "path", "required": True, "schema": code, "description": "编号"} for v in variables]


def close_bodies(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing: request bodies take nothing that they do not name."""
    for name, component in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Body") and component.get("type") == "object":
            component["additionalProperties"] = False
    return result
