"""会议记录 as the API shows and takes them: for those who read what was said."""

from typing import Any

from rest_framework import serializers

from deliberation import choices, selectors
from deliberation.api.serializers.motions import number
from kit.api import fields
from kit.api import representation as show
from kit.api.fields import Body
from kit.api.representation import PREFIX, Representation, Row
from kit.holidays import working_days
from kit.lights import light
from kit.scoping import Place


class NoteShown(serializers.Serializer):
    """The newest revision of one item's note."""

    agenda_item = serializers.UUIDField(label="会议议题")
    title = serializers.CharField(label="题目")
    revision = serializers.IntegerField(label="第几次修订")
    text = serializers.CharField(label="记录内容")
    decision = serializers.CharField(label="议定事项")


class AmendmentShown(serializers.Serializer):
    """What somebody who was there asked to be changed."""

    id = serializers.UUIDField(label="编号")
    agenda_item = serializers.UUIDField(label="会议议题")
    person = serializers.CharField(label="提出人")
    text = serializers.CharField(label="修改意见")
    state = serializers.ChoiceField(choices=choices.AmendmentState.choices, label="状态")
    state_label = serializers.CharField(label="状态（中文）")
    reason = serializers.CharField(label="不采纳的理由")


class CorrectionShown(serializers.Serializer):
    """What was put right after the confirmation."""

    agenda_item = serializers.UUIDField(label="会议议题")
    text = serializers.CharField(label="更正内容")
    reason = serializers.CharField(label="更正原因")
    corrected_by = serializers.CharField(label="更正人")


class SignedCopyShown(serializers.Serializer):
    """A scan of the signed minutes; taken away at ``/files/{file}/``."""

    file = serializers.UUIDField(label="文件")
    sha256 = serializers.CharField(label="校验值")
    signed_on = serializers.DateField(label="签字日期")


def _listed(title: str, column: str, field: serializers.Field, fn: Any = None) -> show.Computed:
    return show.Computed(title, fn or (lambda row, caller: row[column]), field, columns=(column,), register=False)


def _amendments(row: Row, caller: Any) -> list[Row]:
    labels = dict(choices.AmendmentState.choices)
    return [each | {"state_label": str(labels[each["state"]])} for each in row["wanted"]]


class MinutesShown(Representation):
    """会议记录"""

    resource, title = "minutes", "会议记录"
    subject = "deliberation.minutes"
    reads = (
        *("body__path", "meeting__state", "meeting__chair_id", "meeting__clerk_id"),
        *("was_there", "has_agreed", "waits_for_answer", "is_bare"),
    )

    id = show.Id("编号")
    meeting = show.Ref("会议", "meetings", "meeting_id", "meeting__title")
    body = show.Ref("议事主体", "organizations", "body_id", "body__name")
    state = show.State("minutes")
    edition = show.Integer("稿次")
    circulated_at = show.Instant("送确认时间", null=True)
    confirm_by_on = show.Day("确认期限", null=True)
    asked = number("应确认人数", lambda row, caller: row["asked_count"], "asked_count")
    agreed = number("已确认人数", lambda row, caller: row["agreed_count"], "agreed_count")
    open_amendments = show.Integer("待答复的修改意见")
    reason = show.Text("收回原因")
    notes = _listed("各议题记录", "noted", NoteShown(many=True, label="各议题记录", read_only=True))
    amendments = _listed("修改意见", "wanted", AmendmentShown(many=True, label="修改意见", read_only=True), _amendments)
    corrections = _listed("更正", "corrected", CorrectionShown(many=True, label="更正", read_only=True))
    signed_copies = _listed("签字件", "scans", SignedCopyShown(many=True, label="签字件", read_only=True))
    confirmed_by = show.Ref("确认人", "people", "confirmed_by_id", "confirmed_by__name", null=True)
    confirmed_at = show.Instant("确认时间", null=True)
    number = show.Text("纪要文号")
    digest = show.Text("记录校验值")
    archived_at = show.Instant("归档时间", null=True)
    archive_reason = show.Text("没有形成决议的原因")

    @staticmethod
    def place(row: Row) -> Place:
        return Place(row["body__path"], row["body_id"])

    @staticmethod
    def light(row: Row, caller: Any) -> str | None:
        if row["state"] != choices.MinutesState.CIRCULATED:
            return None
        found = light(due_on=row["confirm_by_on"], on=caller.today, calendar=working_days())
        return found.colour if found else None

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        meeting = row["meeting_id"]
        return {
            "meeting": f"{PREFIX}/meetings/{meeting}/",
            "agenda_items": f"{PREFIX}/agenda-items/?meeting={meeting}",
            "statements": f"{PREFIX}/statements/?meeting={meeting}",
            "timeline": f"{PREFIX}/timeline/?subject=deliberation.minutes:{row['id']}",
        }


# --- bodies -----------------------------------------------------------------------------------------------------------

_REVISION: dict[str, Any] = {"min_value": 0, "max_value": 32000, "label": "依据第几次修订，还没有记录的填 0"}
_DECISION: dict[str, Any] = {"max_length": 2000, "label": "议定事项", "allow_blank": True, "default": ""}


def _item() -> fields.Visible:
    return fields.Visible(selectors.agenda_items, label="会议议题", source="item")


class NoteBody(Body):
    agenda_item = _item()
    text = fields.Text(max_length=8000, label="记录内容")
    decision = fields.Text(**_DECISION)
    revision = fields.Integer(**_REVISION)


class EditionBody(Body):
    edition = fields.Integer(min_value=0, max_value=32000, label="看过的是第几稿")


class AmendBody(Body):
    agenda_item = _item()
    text = fields.Text(max_length=1000, label="修改意见")


class TakeInBody(Body):
    amendment = fields.Visible(selectors.amendments, label="修改意见")
    text = fields.Text(max_length=8000, label="记录内容")
    decision = fields.Text(**_DECISION)
    revision = fields.Integer(**_REVISION)


class DeclineBody(Body):
    amendment = fields.Visible(selectors.amendments, label="修改意见")
    reason = fields.Text(max_length=300, label="不采纳的理由")


class CorrectionBody(Body):
    agenda_item = _item()
    text = fields.Text(max_length=2000, label="更正内容")
    reason = fields.Text(max_length=300, label="更正原因")


class ArchiveBody(Body):
    reason = fields.Text(max_length=500, label="没有形成决议的原因", allow_blank=True, default="")
