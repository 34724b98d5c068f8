"""四议两公开 as the API shows and takes it."""

from typing import Any

from rest_framework import serializers

from deliberation import choices, selectors
from kit.api import fields
from kit.api import representation as show
from kit.api.fields import Body
from kit.api.representation import PREFIX, Representation, Row
from kit.lights import Light
from kit.scoping import Place
from orgs import selectors as orgs


class Entry(serializers.Serializer):
    """One entry of a step; a correction is one more, and the last counts."""

    round = serializers.IntegerField(label="第几次填写")
    done_on = serializers.DateField(label="办理日期")
    evidence = serializers.CharField(label="决议文号或佐证")
    is_against = serializers.BooleanField(label="未通过")
    reason = serializers.CharField(label="更正原因", allow_blank=True)
    person = serializers.CharField(label="填写人")


class ChecklistLine(serializers.Serializer):
    """One step of the procedure."""

    position = serializers.IntegerField(label="第几步")
    name = serializers.CharField(label="步骤")
    entries = Entry(many=True, label="填写情况，按先后")


def _lines(row: Row, caller: Any) -> list[Row]:
    entries = row["entries_json"]
    return [
        {
            "position": position,
            "name": name,
            "entries": [
                {key: value for key, value in entry.items() if key != "position"}
                for entry in entries
                if entry["position"] == position
            ],
        }
        for position, name in enumerate(row["template__steps"], 1)
    ]


def next_position(row: Row) -> int:
    """The step that can be entered now; 0 where none can."""
    running = row["state"] == choices.ChecklistState.RUNNING
    return row["steps_done"] + 1 if running or row["result_is_due"] else 0


def _next_step(row: Row, caller: Any) -> str:
    position = next_position(row)
    return str(row["template__steps"][position - 1]) if position else ""


def _light(row: Row, caller: Any) -> Light | None:
    return selectors.light_of_checklist(row["due_on"], row["decided_on"], row["state"], on=caller.today)


class ChecklistShown(Representation):
    """四议两公开"""

    resource, title = "checklists", "四议两公开"
    subject = "deliberation.checklist"
    reads = (
        *("village__path", "resolution__body_id", "resolution__motion_id"),
        *("steps_done", "result_is_due", "template__steps", "template__decides_at"),
    )

    id = show.Id("编号")
    resolution = show.Ref("决议", "resolutions", "resolution_id", "resolution__number")
    village = show.Ref("村", "organizations", "village_id", "village__name")
    state = show.State("checklist")
    template = show.Ref("步骤", "checklist-templates", "template_id", "template__version")
    next_step = show.Computed(
        "下一步",
        _next_step,
        serializers.CharField(label="下一步", help_text="现在可以登记的一步", read_only=True, allow_blank=True),
        columns=("state", "steps_done", "result_is_due", "template__steps"),
    )
    steps = show.Computed(
        "步骤",
        _lines,
        ChecklistLine(many=True, label="步骤", read_only=True),
        columns=("entries_json", "template__steps"),
        register=False,
    )
    due_on = show.Day("办理期限")
    decided_on = show.Day("村级决议齐备日期", null=True)
    reason = show.Text("未通过原因")
    opened_at = show.Instant("开始时间")

    @staticmethod
    def place(row: Row) -> Place:
        return Place(row["village__path"], row["resolution__body_id"])

    @staticmethod
    def light(row: Row, caller: Any) -> str | None:
        found = _light(row, caller)
        return found.colour if found else None

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        key = row["id"]
        return {
            "resolution": f"{PREFIX}/resolutions/{row['resolution_id']}/",
            "motion": f"{PREFIX}/motions/{row['resolution__motion_id']}/",
            "timeline": f"{PREFIX}/timeline/?subject=deliberation.checklist:{key}",
            "trace": f"{PREFIX}/trace/?subject=deliberation.checklist:{key}",
        }


class ChecklistTemplateShown(Representation):
    """四议两公开步骤"""

    resource, title = "checklist-templates", "四议两公开步骤"
    subject = "deliberation.checklisttemplate"

    id = show.Id("编号")
    version = show.Integer("版本")
    steps = show.Computed(
        "步骤",
        lambda row, caller: row["steps"],
        serializers.ListField(child=serializers.CharField(), label="步骤", read_only=True),
        columns=("steps",),
        register=False,
    )
    decides_at = show.Integer("第几步由村民表决")
    source = show.Text("依据")
    effective_on = show.Day("施行日期")
    is_in_force = show.Flag("今天施行")

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {"timeline": f"{PREFIX}/timeline/?subject=deliberation.checklisttemplate:{row['id']}"}


# --- bodies -----------------------------------------------------------------------------------------------------------


class MarkBody(Body):
    position = fields.Integer(min_value=1, max_value=99, label="第几步")
    done_on = fields.Day(label="办理日期")
    evidence = fields.Text(max_length=300, label="决议文号或佐证")


class CorrectBody(MarkBody):
    reason = fields.Text(max_length=300, label="更正原因")


class RefuseBody(Body):
    decided_on = fields.Day(label="会议日期")
    reason = fields.Text(max_length=300, label="未通过的原因")


class ChecklistTemplateBody(Body):
    district = fields.Visible(orgs.organizations, label="区委")
    steps = fields.Many(fields.Text(max_length=40), max_length=12, label="步骤，按先后")
    decides_at = fields.Integer(min_value=1, max_value=99, label="第几步由村民表决")
    source = fields.Text(max_length=120, label="依据")  # type: ignore[assignment]  # a field by that name
    effective_on = fields.Day(label="施行日期")
