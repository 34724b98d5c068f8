"""A subject's trail as the API shows it: what was done, when, by whom."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from kit import facts, providers


class TrailEntry(serializers.Serializer):
    id = serializers.CharField(label="编号")
    event = serializers.CharField(label="事件")
    event_label = serializers.CharField(label="事件（中文）")
    at = serializers.DateTimeField(label="时间")
    actor = serializers.CharField(label="经办人", help_text="人员姓名；看得到这件事的人都看得到是谁办的")
    details = serializers.DictField(label="内容")


def entries(subject: str, *, most: int, newest_first: bool = False) -> list[dict[str, Any]]:
    """Up to ``most`` entries. One query, and one more for names."""
    trail = facts.trail(subject)
    found = list((trail.reverse() if newest_first else trail).values("id", "event", "at", "actor_id", "details")[:most])
    people = {row["actor_id"] for row in found if row["actor_id"]}
    names = providers.ask_one("people_names", ids=people) if people else {}
    return [
        {
            "id": str(row["id"]),
            "event": row["event"],
            "event_label": facts.title(row["event"]),
            "at": timezone.localtime(row["at"]).isoformat(),
            "actor": names.get(row["actor_id"], "") if row["actor_id"] else "系统",
            "details": row["details"],
        }
        for row in found
    ]
