"""The tables of the primitives. Rows name organizations and people by plain values: kit knows no app."""

from kit.models.api import ApiToken, IdempotencyRecord, ThrottleWindow
from kit.models.calendar import Holiday
from kit.models.drafts import FormDraft
from kit.models.files import StoredFile
from kit.models.jobs import JobRun
from kit.models.outbox import OutboxMessage
from kit.models.parameters import ParameterValue

__all__ = [
    "ApiToken",
    "FormDraft",
    "Holiday",
    "IdempotencyRecord",
    "JobRun",
    "OutboxMessage",
    "ParameterValue",
    "StoredFile",
    "ThrottleWindow",
]
