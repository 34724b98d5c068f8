"""What kit declares of its own tables."""

from kit import audit, events, facts, guards, verify
from kit.files.storing import lost
from kit.guards import ERASABLE, READ_ONLY, Trigger

guards.append_only("kit.Fact", "kit.Delivery", "kit.Seal", "kit.Anchor")
# Events come from the triggers alone; personal values come from them and may be erased.
guards.access(READ_ONLY, "kit.AuditEvent")
guards.access(ERASABLE, "kit.PersonalValue")
audit.exempt(
    *("kit.DeliveryFailure", "kit.JobRun", "kit.OutboxMessage", "kit.Sweep", "kit.IdempotencyRecord"),
    *("kit.ThrottleWindow",),
    because="进度、重试与计数，不是业务记录",
)
audit.exempt("kit.FormDraft", because="未提交的草稿，本人的草稿纸，过期即删")
audit.govern("kit.ApiToken", secret=("digest",), ignore=("last_used_at",))
audit.govern("kit.Holiday")
audit.govern("kit.ParameterValue")
audit.govern("kit.StoredFile", personal=("name",))


@guards.triggers_from
def _recording() -> list[Trigger]:
    return [
        Trigger("kit_fact", "liancun_recorded_at", ("INSERT",), "liancun_recorded_at", each_row=True),
        Trigger("kit_personalvalue", "liancun_keep_values", ("UPDATE",), "liancun_refuse"),
        Trigger("kit_personalvalue", "liancun_keep_table", ("TRUNCATE",), "liancun_refuse"),
    ]


facts.entitle(
    {
        events.EXPORTED: "导出台账",
        events.PERSONAL_READ: "批量查看个人信息",
        events.PERSONAL_ERASED: "清除个人信息",
        events.HOLIDAYS_KEPT: "维护节假日",
        events.PARAMETER_SET: "设置参数",
        events.DELIVERY_RETRIED: "重新办理内部未送达",
        events.MESSAGE_SENT_AGAIN: "重发消息",
        events.VERIFIED: "核对留痕",
    }
)

verify.also("附件")(lost)
