"""The tables of the primitives. Rows name organizations and people by plain values: kit knows no app."""

from kit.models.api import ApiToken, IdempotencyRecord, ThrottleWindow
from kit.models.audit import AuditEvent, PersonalValue
from kit.models.calendar import Holiday
from kit.models.chain import Anchor, Seal, Sweep
from kit.models.drafts import FormDraft
from kit.models.facts import Delivery, DeliveryFailure, Fact
from kit.models.files import StoredFile
from kit.models.jobs import JobRun
from kit.models.outbox import OutboxMessage
from kit.models.parameters import ParameterValue

__all__ = [
    "Anchor",
    "ApiToken",
    "AuditEvent",
    "Delivery",
    "DeliveryFailure",
    "Fact",
    "FormDraft",
    "Holiday",
    "IdempotencyRecord",
    "JobRun",
    "OutboxMessage",
    "ParameterValue",
    "PersonalValue",
    "Seal",
    "StoredFile",
    "Sweep",
    "ThrottleWindow",
]
