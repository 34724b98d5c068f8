"""How notifications and reminders look from outside."""

from typing import Any

from rest_framework import serializers

from kit import reminders
from kit.api import representation as show
from kit.api.representation import Representation, Row
from kit.scoping import Place
from oversight import choices, selectors


class NotificationShown(Representation):
    """通知"""

    resource, title = "notifications", "通知"
    reads = ("light", "page", "key", "path", "body_id", "topic")

    id = show.Id("编号")
    kind = show.Choice("来源", choices.NotificationKind)
    topic = show.Text("规则或事件")
    heading = show.Text("类别")
    what = show.Computed(
        "事项",
        lambda row, caller: selectors.told(caller.person, row).title,
        serializers.CharField(label="事项", read_only=True),
        columns=("title",),
    )
    note = show.Text("说明")
    until = show.Day("期限", null=True)
    page = show.Computed(
        "打开的页面",
        lambda row, caller: selectors.told(caller.person, row).href,
        serializers.CharField(label="打开的页面", read_only=True),
        register=False,
    )
    told_at = show.Instant("通知时间")
    is_late = show.Flag("补记")
    read_at = show.Instant("阅读时间", null=True)

    @staticmethod
    def light(row: Row, caller: Any) -> str | None:
        return row["light"]


class ReminderShown(Representation):
    """提醒"""

    resource, title = "reminders", "提醒"
    reads = ("path", "body_id")

    id = show.Id("编号")
    rule = show.Text("规则")
    rule_label = show.Computed(
        "规则（中文）",
        lambda row, caller: found.title if (found := reminders.rule(row["rule"])) else "",
        serializers.CharField(label="规则（中文）", read_only=True),
        columns=("rule",),
    )
    step = show.Text("时点")
    about = show.Computed(
        "事项",
        lambda row, caller: f"{found.label}:{row['subject_id']}" if (found := reminders.rule(row["rule"])) else "",
        serializers.CharField(label="事项", read_only=True),
        columns=("subject_id",),
        register=False,
    )
    period = show.Day("期限")
    recipient = show.Ref("提醒谁", "people", "recipient_id", "recipient__name")
    due_at = show.Instant("应提醒时间")
    stale_at = show.Instant("过时时间", null=True)
    state = show.Choice("状态", choices.ReminderState)
    settled_at = show.Instant("处理时间", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return Place(row["path"], row["body_id"])
