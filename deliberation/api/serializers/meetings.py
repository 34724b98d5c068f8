"""会议, its agenda, who is invited and what was said, as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from deliberation import choices, selectors
from deliberation.api.serializers.motions import names
from kit.api import fields
from kit.api import representation as show
from kit.api.fields import Body
from kit.api.representation import PREFIX, Representation, Row
from kit.scoping import Place
from orgs import selectors as orgs


def at_meeting(row: Row) -> Place:
    """The place of what belongs to a meeting."""
    return Place(row["meeting__body__path"], row["meeting__body_id"])


def is_own_or_desk(row: Row, caller: Any, *, named: tuple[str, ...], place: Place) -> bool:
    """The caller is one of the persons named in these columns, or does the desk work of the body."""
    return caller.person.pk in [row[column] for column in named] or caller.may("meeting.plan", place)


def _code(row: Row, caller: Any) -> str:
    """The code shown in the room, for whoever drives the meeting."""
    place = MeetingShown.place(row)
    may_read = is_own_or_desk(row, caller, named=("chair_id", "clerk_id"), place=place)
    return row["sign_in_code"] if may_read else ""


def _leave_reason(row: Row, caller: Any) -> str:
    """Why somebody cannot come is for themselves, chair and clerk; everybody else reads 请假."""
    named = ("person_id", "meeting__clerk_id", "meeting__chair_id")
    return row["leave_reason"] if is_own_or_desk(row, caller, named=named, place=at_meeting(row)) else ""


class MeetingShown(Representation):
    """会议"""

    resource, title = "meetings", "会议"
    subject = "deliberation.meeting"
    reads = ("body__path", "somebody_is_here", "is_voting")

    id = show.Id("编号")
    title_ = show.Text("会议名称")
    form = show.Choice("形式", choices.MeetingForm)
    state = show.State("meeting")
    body = show.Ref("议事主体", "organizations", "body_id", "body__name")
    quarter = show.Text("计入季度")
    starts_at = show.Instant("开会时间")
    place_text = show.Text("地点")
    online_number = show.Text("线上会议号")
    requirements = show.Text("要求")
    ad_hoc_reason = show.Text("临时召开原因")
    chair = show.Ref("主持人", "people", "chair_id", "chair__name")
    clerk = show.Ref("记录人", "people", "clerk_id", "clerk__name")
    contact = show.Ref("联系人", "people", "contact_id", "contact__name")
    reason = show.Text("原因")
    should_attend = show.Integer("应到")
    present = show.Integer("实到")
    on_leave = show.Integer("请假")
    own_reply = show.Choice("本人的回执", choices.Reply, blank=True)
    is_here = show.Flag("本人在会场")
    sign_in_code = show.Computed(
        "签到码",
        _code,
        serializers.CharField(label="签到码", help_text="主持人、记录人和会议筹备人看得到", read_only=True),
        columns=("sign_in_code", "chair_id", "clerk_id"),
        register=False,
    )
    created_at = show.Instant("筹备时间")
    convened_at = show.Instant("通知时间", null=True)
    opened_at = show.Instant("开会于", null=True)
    ended_at = show.Instant("散会于", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return Place(row["body__path"], row["body_id"])

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        key = row["id"]
        return {
            "body": f"{PREFIX}/organizations/{row['body_id']}/",
            "agenda_items": f"{PREFIX}/agenda-items/?meeting={key}",
            "attendances": f"{PREFIX}/attendances/?meeting={key}",
            "statements": f"{PREFIX}/statements/?meeting={key}",
            "minutes": f"{PREFIX}/minutes/?meeting={key}",
            "timeline": f"{PREFIX}/timeline/?subject=deliberation.meeting:{key}",
        }


class AgendaItemShown(Representation):
    """会议议题"""

    resource, title = "agenda-items", "会议议题"
    reads = (
        *("meeting__body__path", "meeting__body_id", "meeting__state", "meeting__chair_id", "meeting__clerk_id"),
        *("table_is_taken", "has_poll", "is_voting"),
    )

    id = show.Id("编号")
    title_ = show.Text("题目")
    kind = show.Choice("性质", choices.ItemKind)
    state = show.State("agenda_item")
    meeting = show.Ref("会议", "meetings", "meeting_id", "meeting__title")
    position = show.Integer("次序")
    motion = show.Ref("议题", "motions", "motion_id", "motion__title", null=True)
    reporting_unit = show.Ref("汇报单位", "organizations", "reporting_unit_id", "reporting_unit__name", null=True)
    reporter = show.Text("汇报人")
    minutes_allotted = show.Integer("时长（分钟）")
    is_late = show.Flag("议题确定后增加")
    rule = show.Ref("表决规则", "voting-rules", "rule_id", "rule__name", null=True)
    units_heard = names("已发言的单位", "units_heard")
    units_recused = names("回避的单位", "units_recused")
    outcome = show.Text("结果")
    opened_at = show.Instant("开始审议于", null=True)
    discussed_at = show.Instant("确认充分讨论于", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return at_meeting(row)

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        key = row["id"]
        found = {
            "meeting": f"{PREFIX}/meetings/{row['meeting_id']}/",
            "statements": f"{PREFIX}/statements/?agenda_item={key}",
        }
        if row["motion_id"]:
            found["motion"] = f"{PREFIX}/motions/{row['motion_id']}/"
            found["polls"] = f"{PREFIX}/polls/?agenda_item={key}"
        return found


class AttendanceShown(Representation):
    """参会"""

    resource, title = "attendances", "参会"
    reads = (
        *("meeting__body__path", "meeting__body_id", "meeting__state"),
        *("meeting__clerk_id", "meeting__chair_id"),
    )

    id = show.Id("编号")
    meeting = show.Ref("会议", "meetings", "meeting_id", "meeting__title")
    person = show.Ref("参会人", "people", "person_id", "person__name")
    unit = show.Ref("代表单位", "organizations", "unit_id", "unit__name")
    post = show.Text("职务")
    capacity = show.Choice("身份", choices.Capacity)
    reply = show.Choice("回执", choices.Reply)
    leave_reason = show.Computed(
        "请假原因",
        _leave_reason,
        serializers.CharField(label="请假原因", help_text="本人、主持人、记录人和会议筹备人看得到", read_only=True),
        columns=("leave_reason",),
    )
    replied_at = show.Instant("回执时间", null=True)
    replaces = show.Ref("代替", "attendances", "replaces_id", "replaces__person__name", null=True)
    order = show.Text("书面委托")
    is_here = show.Flag("在会场")
    arrived_at = show.Instant("到会时间", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return at_meeting(row)

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {
            "meeting": f"{PREFIX}/meetings/{row['meeting_id']}/",
            "person": f"{PREFIX}/people/{row['person_id']}/",
            "unit": f"{PREFIX}/organizations/{row['unit_id']}/",
        }


class StatementShown(Representation):
    """发言"""

    resource, title = "statements", "发言"

    id = show.Id("编号")
    agenda_item = show.Ref("会议议题", "agenda-items", "item_id", "item__title")
    position = show.Integer("次序")
    speaker = show.Ref("发言人", "people", "attendance__person_id", "attendance__person__name")
    unit = show.Ref("单位", "organizations", "attendance__unit_id", "attendance__unit__name")
    text = show.Text("发言内容")
    noted_at = show.Instant("记录时间")

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {"agenda_item": f"{PREFIX}/agenda-items/{row['item_id']}/"}


# --- bodies -----------------------------------------------------------------------------------------------------------

_PLACE: dict[str, Any] = {"max_length": 100, "label": "地点", "allow_blank": True}
_ONLINE: dict[str, Any] = {"max_length": 60, "label": "线上会议号", "allow_blank": True}
_WISHES: dict[str, Any] = {"max_length": 500, "label": "要求", "allow_blank": True}
_AD_HOC: dict[str, Any] = {"max_length": 300, "label": "临时召开原因", "allow_blank": True}
_QUARTER: dict[str, Any] = {"max_length": 6, "label": "计入季度，如 2026Q4"}


class MeetingBody(Body):
    body = fields.Visible(orgs.organizations, label="议事主体")
    form = fields.Choice(choices.MeetingForm, label="形式", default=choices.MeetingForm.JOINT_CONFERENCE)
    title = fields.Text(max_length=80, label="会议名称")
    starts_at = fields.Instant(label="开会时间")
    chair = fields.Visible(orgs.people_in_office, label="主持人")
    clerk = fields.Visible(orgs.people_in_office, label="记录人")
    contact = fields.Visible(orgs.people_in_office, label="联系人")
    place_text = fields.Text(default="", **_PLACE)
    online_number = fields.Text(default="", **_ONLINE)
    requirements = fields.Text(default="", **_WISHES)
    ad_hoc_reason = fields.Text(default="", **_AD_HOC)
    quarter = fields.Text(required=False, **_QUARTER)


class MeetingChangeBody(Body):
    title = fields.Text(max_length=80, label="会议名称", required=False)
    starts_at = fields.Instant(label="开会时间", required=False)
    chair = fields.Visible(orgs.people_in_office, label="主持人", required=False)
    clerk = fields.Visible(orgs.people_in_office, label="记录人", required=False)
    contact = fields.Visible(orgs.people_in_office, label="联系人", required=False)
    place_text = fields.Text(required=False, **_PLACE)
    online_number = fields.Text(required=False, **_ONLINE)
    requirements = fields.Text(required=False, **_WISHES)
    ad_hoc_reason = fields.Text(required=False, **_AD_HOC)
    quarter = fields.Text(required=False, **_QUARTER)


class InviteBody(Body):
    person = fields.Visible(orgs.people_in_office, label="列席人")


class ReplaceBody(Body):
    person = fields.Visible(orgs.people_in_office, label="新的代表")
    order = fields.Text(max_length=120, label="书面委托")


class PostponeBody(Body):
    starts_at = fields.Instant(label="新的开会时间")
    reason = fields.reason("延期原因")


class ReplyBody(Body):
    reply = fields.Choice([each for each in choices.Reply.choices if each[0] != choices.Reply.NONE], label="能否出席")
    leave_reason = fields.Text(max_length=200, label="请假原因", allow_blank=True, default="")


class SignInBody(Body):
    code = fields.Text(max_length=16, label="签到码")


class AgendaItemBody(Body):
    meeting = fields.Visible(selectors.meetings, label="会议")
    kind = fields.Choice(choices.ItemKind, label="性质")
    motion = fields.Visible(selectors.motions, label="议题", allow_null=True, default=None)
    title = fields.Text(max_length=60, label="题目", allow_blank=True, default="")
    reporting_unit = fields.Visible(orgs.organizations, label="汇报单位", allow_null=True, default=None)
    reporter = fields.Text(max_length=30, label="汇报人", allow_blank=True, default="")
    minutes_allotted = fields.Integer(min_value=1, max_value=480, label="时长（分钟）", default=15)
    rule = fields.Visible(lambda _: selectors.voting_rules(), label="表决规则", allow_null=True, default=None)


class MoveItemBody(Body):
    position = fields.Integer(min_value=1, max_value=200, label="排在第几项")


class FinishBody(Body):
    outcome = fields.Text(max_length=500, label="结果")


class RecuseBody(Body):
    unit = fields.Visible(orgs.organizations, label="回避单位")
    reason = fields.Text(max_length=200, label="回避原因")


class StatementBody(Body):
    agenda_item = fields.Visible(selectors.agenda_items, label="会议议题", source="item")
    attendance = fields.Visible(selectors.attendances, label="发言人的参会")
    text = fields.Text(max_length=2000, label="发言内容")
