"""议题 as the API shows and takes it."""

from typing import Any

from rest_framework import serializers

from deliberation import choices, selectors
from kit.api import fields
from kit.api import representation as show
from kit.api.fields import Body
from kit.api.representation import PREFIX, Representation, Row
from kit.scoping import Place
from orgs import selectors as orgs


def names(title: str, column: str) -> show.Computed:
    """A list of names that the database put together."""
    return show.Computed(
        title,
        lambda row, caller: row[column],
        serializers.ListField(child=serializers.CharField(), label=title, read_only=True),
        columns=(column,),
        register=False,
    )


def number(title: str, fn: Any, *columns: str) -> show.Computed:
    """A whole number worked out from columns."""
    return show.Computed(title, fn, serializers.IntegerField(label=title, read_only=True), columns=columns)


class MotionShown(Representation):
    """议题"""

    resource, title = "motions", "议题"
    subject = "deliberation.motion"
    reads = ("unit__path", "body__path", "can_second", "has_resolution")

    id = show.Id("编号")
    title_ = show.Text("议题")
    text = show.Text("内容")
    classification = show.Choice("类别", choices.MotionClass)
    state = show.State("motion")
    body = show.Ref("议事主体", "organizations", "body_id", "body__name")
    unit = show.Ref("提出单位", "organizations", "unit_id", "unit__name")
    proposer = show.Ref("提出人", "people", "proposer_id", "proposer__name")
    filled_in_by = show.Ref("代填人", "people", "filled_in_by_id", "filled_in_by__name", null=True)
    consultation_note = show.Text("个别酝酿情况")
    about = show.Text("关于")
    reason = show.Text("理由")
    merged_into = show.Ref("并入", "motions", "merged_into_id", "merged_into__title", null=True)
    seconded_by = names("联名单位", "seconded_by")
    created_at = show.Instant("起草时间")
    submitted_at = show.Instant("提交时间", null=True)
    decided_at = show.Instant("表决时间", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return Place(row["unit__path"], row["body_id"])

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        key = row["id"]
        found = {
            "body": f"{PREFIX}/organizations/{row['body_id']}/",
            "unit": f"{PREFIX}/organizations/{row['unit_id']}/",
            "agenda_items": f"{PREFIX}/agenda-items/?motion={key}",
            "resolutions": f"{PREFIX}/resolutions/?motion={key}",
            "timeline": f"{PREFIX}/timeline/?subject=deliberation.motion:{key}",
        }
        if row["about"]:
            found["about"] = f"{PREFIX}/timeline/?subject={row['about']}"
        return found


# --- bodies -----------------------------------------------------------------------------------------------------------


class MotionBody(Body):
    body = fields.Visible(orgs.organizations, label="议事主体")
    unit = fields.Visible(orgs.organizations, label="提出单位")
    title = fields.Text(max_length=60, label="议题")
    text = fields.Text(max_length=4000, label="内容")
    classification = fields.Choice(choices.MotionClass, label="类别", default=choices.MotionClass.ROUTINE)
    consultation_note = fields.Text(max_length=1000, label="个别酝酿情况", allow_blank=True, default="")


class MotionChangeBody(Body):
    title = fields.Text(max_length=60, label="议题", required=False)
    text = fields.Text(max_length=4000, label="内容", required=False)
    classification = fields.Choice(choices.MotionClass, label="类别", required=False)
    consultation_note = fields.Text(max_length=1000, label="个别酝酿情况", allow_blank=True, required=False)


class SecondBody(Body):
    unit = fields.Visible(orgs.organizations, label="联名单位")


class MergeBody(Body):
    into = fields.Visible(selectors.motions, label="并入哪个议题")
    reason = fields.reason("理由")


class GroundBody(Body):
    """A step that asks for nothing but its reason."""

    reason = fields.reason()
