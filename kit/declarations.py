"""What kit declares of its own tables."""

from kit import audit, guards
from kit.guards import ERASABLE, READ_ONLY, Trigger

guards.append_only("kit.Fact", "kit.Delivery", "kit.Seal", "kit.Anchor")
# Events come from the triggers alone; personal values come from them and may be erased.
guards.access(READ_ONLY, "kit.AuditEvent")
guards.access(ERASABLE, "kit.PersonalValue")
audit.exempt("kit.DeliveryFailure", "kit.Sweep", because="进度与重试，不是业务记录")


@guards.triggers_from
def _recording() -> list[Trigger]:
    return [
        Trigger("kit_fact", "liancun_recorded_at", ("INSERT",), "liancun_recorded_at", each_row=True),
        Trigger("kit_personalvalue", "liancun_keep_values", ("UPDATE",), "liancun_refuse"),
        Trigger("kit_personalvalue", "liancun_keep_table", ("TRUNCATE",), "liancun_refuse"),
    ]
