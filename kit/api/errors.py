"""Every refusal as ``application/problem+json`` (RFC 9457), with a Chinese sentence that names the rule.

400 shape · 401 · 403 visible but not yours · 404 absent or hidden · 409 wrong moment · 412 stale · 413 · 415 ·
422 a rule about values · 429 and 503 with Retry-After. Nothing a client can send ends in a 500.
"""

from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, Error, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from kit import constraints
from kit.errors import DomainError, Hidden

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5

TITLES = {
    400: "请求格式不对",
    401: "需要登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种操作",
    409: "现在不能办理",
    412: "内容已被修改",
    413: "内容太大",
    415: "不支持这种格式",
    422: "不符合规则",
    428: "缺少版本标识",
    429: "请求太频繁",
    500: "系统出错了",
    503: "系统暂时不可用",
}


class BadParameter(exceptions.APIException):
    """400: an unknown, repeated or malformed query parameter or header, by its name."""

    status_code = 400

    def __init__(self, name: str, sentence: str, *, code: str = "bad_parameter") -> None:
        super().__init__(f"{name}：{sentence}", code=code)
        self.errors = {name: [sentence]}


class TooLarge(exceptions.APIException):
    """413: more than one request may carry."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "内容太大，一次最多提交1 MB。"
    default_code = "too_large"


class TooOften(exceptions.APIException):
    """429: more of this kind than one address may hand in; ``wait`` in seconds becomes Retry-After."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS

    def __init__(self, wait: int, sentence: str) -> None:
        super().__init__(sentence, code="throttled")
        self.wait = wait


class Away(exceptions.APIException):
    """503: the database cannot be reached at the moment; nothing was saved."""

    status_code = 503
    default_detail = "系统暂时连不上数据库，请稍后再试，刚才的操作没有保存。"
    default_code = "database_away"


def problem(status_code: int, code: str, detail: str, errors: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """The body of a refusal."""
    body: dict[str, Any] = {
        "type": f"urn:liancun:problem:{code}",
        "title": TITLES.get(status_code, "请求没有办成"),
        "status": status_code,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return body


def flatten(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Nested validation errors as ``{"units.0": [...], "name": [...]}``; what belongs to no field under ``""``."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for key, value in detail.items():
            key = "" if key == "non_field_errors" else str(key)
            found |= flatten(value, ".".join(part for part in (prefix, key) if part))
        return found
    if isinstance(detail, list) and any(isinstance(each, dict | list) for each in detail):
        found = {}
        for index, value in enumerate(detail):
            if value:
                found |= flatten(value, f"{prefix}.{index}" if prefix else str(index))
        return found
    return {prefix: [str(each) for each in (detail if isinstance(detail, list) else [detail])]}


def _codes(codes: Any) -> set[str]:
    if isinstance(codes, dict):
        return set().union(*map(_codes, codes.values())) if codes else set()
    if isinstance(codes, list):
        return set().union(*map(_codes, codes)) if codes else set()
    return {codes}


def _from_validation(error: exceptions.ValidationError) -> tuple[int, dict[str, Any]]:
    errors = flatten(error.detail)
    codes = _codes(error.get_codes())
    # An id that names nothing in reach is a wrong value, not a wrong shape.
    status_code, code = (422, "not_found") if codes == {"not_found"} else (400, "invalid")
    name, sentences = next(iter(errors.items()), ("", ["提交的内容不对。"]))
    detail = f"{name}：{sentences[0]}" if name else sentences[0]
    return status_code, problem(status_code, code, detail, {k: v for k, v in errors.items() if k})


def connection_lost(error: Error) -> bool:
    """Lost, refused, overloaded or out of room: the next try may succeed. SQLSTATE 08, 25006, 40, 53, 55P03, 57."""
    if isinstance(error, InterfaceError):
        return True
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(("08", "40", "53", "57")) or state in ("55P03", "25006")


def _translate(error: Exception) -> Exception:
    """Bring what Django and the database raise to one of our own kinds; anything else is a fault and stays one."""
    if isinstance(error, Http404):
        return Hidden()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, SuspiciousOperation | MultiPartParserError | BadRequest):
        return exceptions.ParseError("请求内容无法读取。")
    if isinstance(error, DjangoValidationError):
        return exceptions.ValidationError(
            error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        )
    if isinstance(error, OperationalError | InterfaceError) and connection_lost(error):
        return Away()
    if isinstance(error, IntegrityError):
        # Two at once: the constraint decided, and whoever came second hears it as a wrong moment.
        return constraints.refusal(error) or _unexplained(error)
    if isinstance(error, DataError):
        return exceptions.ParseError("有一项内容超出了可以保存的范围。")
    return error


def _unexplained(error: IntegrityError) -> Exception:
    state = getattr(error.__cause__, "sqlstate", "") or ""
    if state in ("23505", "23P01"):
        return DomainError("conflict", "与刚刚保存的另一条记录冲突，请刷新后再看。")
    return error


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. Returns None for faults of our own, which then reach the log as a 500."""
    error = _translate(error)
    headers: dict[str, str] = {}
    if isinstance(error, DomainError):
        status_code, body = error.status, problem(error.status, error.code, error.message, error.errors)
    elif isinstance(error, exceptions.ValidationError):
        status_code, body = _from_validation(error)
    elif isinstance(error, exceptions.APIException):
        status_code = error.status_code
        code = error.detail.code if isinstance(error.detail, exceptions.ErrorDetail) else error.default_code
        detail = _sentences.get(type(error)) or str(error.detail)
        body = problem(status_code, str(code), detail, getattr(error, "errors", None))
        if header := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = header
        if (wait := getattr(error, "wait", None)) is not None:
            headers["Retry-After"] = str(max(1, int(wait)))
    else:
        return None
    if status_code == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    set_rollback()
    return Response(body, status=status_code, headers=headers, content_type=MEDIA_TYPE)


_sentences = {
    exceptions.NotAuthenticated: "请先登录，或带上有效的令牌。",
    exceptions.MethodNotAllowed: "这个地址不支持这种请求方法。",
    exceptions.UnsupportedMediaType: "请用 application/json 提交内容。",
    exceptions.Throttled: "请求太频繁，请稍后再试。",
}
