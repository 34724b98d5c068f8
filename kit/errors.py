"""Typed refusals. Each carries a Chinese sentence that names the rule; doors only translate the status.

hidden → 404, visible but not yours → 403, wrong moment → 409, stale text → 412, a rule about values → 422.
"""

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """A refusal that a person can act on.

    code: stable English identifier, e.g. ``quorum_not_met``. message: one Chinese sentence that names the rule.
    errors: field name → sentences, shown at the field by page, admin and API alike.
    """

    status = 409

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        errors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        if status is not None:
            self.status = status
        self.errors = {field: list(sentences) for field, sentences in (errors or {}).items()}


class RuleBroken(DomainError):
    """422: the values break a rule of the domain. ``field`` puts the sentence beside that field."""

    status = 422

    def __init__(self, code: str, message: str, *, field: str | None = None, **kwargs) -> None:
        kwargs.setdefault("errors", {field: [message]} if field else None)
        super().__init__(code, message, **kwargs)


class Forbidden(DomainError):
    """403: the row is visible, the verb is not this person's."""

    status = 403

    def __init__(self, message: str = "您没有办理这一步的权限。", *, code: str = "forbidden") -> None:
        super().__init__(code, message)


class Hidden(DomainError):
    """404: absent and out of reach look exactly the same (S4)."""

    status = 404

    def __init__(self, message: str = "没有找到，或者不在您的管理范围内。", *, code: str = "not_found") -> None:
        super().__init__(code, message)


class IllegalMove(DomainError):
    """409: the row is not in a state from which this move starts."""

    status = 409

    def __init__(self, message: str, *, code: str = "illegal_move") -> None:
        super().__init__(code, message)


class StaleVersion(DomainError):
    """412: somebody saved a newer version in the meantime; nothing was overwritten."""

    status = 412

    def __init__(self, message: str = "这份内容刚被别人改过，请看过新版本再保存，您的文字还在。") -> None:
        super().__init__("stale_version", message)
