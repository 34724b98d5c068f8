"""决议, 公示, 异议 and 任务 as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from deliberation import choices, selectors
from kit.api import fields
from kit.api import representation as show
from kit.api.fields import Body
from kit.api.representation import PREFIX, Representation, Row
from kit.calendar import day_of
from kit.holidays import working_days
from kit.lights import Light, light
from kit.scoping import Place
from orgs import selectors as orgs


def at_body(row: Row, prefix: str) -> Place:
    """The place of what belongs to a body; its columns stand under ``prefix``."""
    return Place(row[f"{prefix}body__path"], row[f"{prefix}body_id"])


class ResolutionShown(Representation):
    """决议"""

    resource, title = "resolutions", "决议"
    subject = "deliberation.resolution"
    reads = ("body__path", "is_refused")

    id = show.Id("编号")
    number = show.Text("文号")
    title_ = show.Text("标题")
    text = show.Text("决议事项")
    scope = show.Choice("公开范围", choices.Scope)
    state = show.State("resolution")
    body = show.Ref("议事主体", "organizations", "body_id", "body__name")
    motion = show.Ref("议题", "motions", "motion_id", "motion__title")
    sentence = show.Text("表决计算说明", "poll__sentence")
    reason = show.Text("原因")
    replaces = show.Ref("变更或终止的决议", "resolutions", "replaces_id", "replaces__number", null=True)
    villages_waiting = show.Integer("还没有村级决议的村")
    notice_to_on = show.Day("公示到", null=True)
    open_objections = show.Integer("待答复的异议")
    formed_at = show.Instant("形成时间")
    effective_at = show.Instant("生效时间", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return at_body(row, "")

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        key = row["id"]
        return {
            "body": f"{PREFIX}/organizations/{row['body_id']}/",
            "motion": f"{PREFIX}/motions/{row['motion_id']}/",
            "notices": f"{PREFIX}/public-notices/?resolution={key}",
            "checklists": f"{PREFIX}/checklists/?resolution={key}",
            "tasks": f"{PREFIX}/resolution-tasks/?resolution={key}",
            "timeline": f"{PREFIX}/timeline/?subject=deliberation.resolution:{key}",
            "trace": f"{PREFIX}/trace/?subject=deliberation.resolution:{key}",
        }


class NoticeShown(Representation):
    """公示"""

    resource, title = "public-notices", "公示"
    reads = ("resolution__body__path", "resolution__body_id")

    id = show.Id("编号")
    title_ = show.Text("标题")
    text = show.Text("公示内容")
    scope = show.Choice("公开范围", choices.Scope)
    resolution = show.Ref("决议", "resolutions", "resolution_id", "resolution__number")
    from_on = show.Day("公示开始")
    to_on = show.Day("公示结束")
    publisher = show.Ref("审核发布人", "people", "publisher_id", "publisher__name")
    published_at = show.Instant("发布时间")
    taken_down_at = show.Instant("撤下时间", null=True)
    reason = show.Text("撤下原因")

    @staticmethod
    def place(row: Row) -> Place:
        return at_body(row, "resolution__")

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {
            "resolution": f"{PREFIX}/resolutions/{row['resolution_id']}/",
            "objections": f"{PREFIX}/objections/?public_notice={row['id']}",
        }


def _objection_light(row: Row, caller: Any) -> Light | None:
    answered_at = row["answered_at"]
    return light(
        due_on=row["answer_due_on"],
        on=caller.today,
        calendar=working_days(),
        finished_on=day_of(answered_at) if answered_at else None,
    )


class ObjectionShown(Representation):
    """异议: for whoever answers it or reviews the answer. Who objected stands nowhere; the way in is the board."""

    resource, title = "objections", "异议"
    reads = (
        *("notice__resolution__body__path", "notice__resolution__body_id", "notice__resolution_id"),
        "answered_by_id",
    )

    id = show.Id("编号")
    public_notice = show.Ref("公示", "public-notices", "notice_id", "notice__title")
    text = show.Text("异议内容")
    state = show.State("objection")
    received_at = show.Instant("收到时间")
    answer_due_on = show.Day("答复期限")
    proposal = show.Choice("拟处理", choices.Proposal, blank=True)
    answer = show.Text("答复")
    answered_by = show.Ref("答复人", "people", "answered_by_id", "answered_by__name", null=True)
    drafted_at = show.Instant("起草时间", null=True)
    reviewed_by = show.Ref("审核人", "people", "reviewed_by_id", "reviewed_by__name", null=True)
    reason = show.Text("退回意见")
    answered_at = show.Instant("答复时间", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return at_body(row, "notice__resolution__")

    @staticmethod
    def light(row: Row, caller: Any) -> str | None:
        found = _objection_light(row, caller)
        return found.colour if found else None

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {
            "public_notice": f"{PREFIX}/public-notices/{row['notice_id']}/",
            "resolution": f"{PREFIX}/resolutions/{row['notice__resolution_id']}/",
        }


def _task_light(row: Row, caller: Any) -> Light | None:
    return light(
        due_on=row["due_on"],
        on=caller.today,
        calendar=working_days(),
        finished_on=row["finished_on"],
        is_waiting=row["state"] == choices.TaskState.WAITING,
    )


def _task_light_word(row: Row, caller: Any) -> str:
    found = _task_light(row, caller)
    return found.word if found else ""


def _unknown_year(row: Row, caller: Any) -> str:
    """Working days of a year whose holidays are not kept yet are Monday to Friday, and it says so."""
    warning = working_days().warning(row["due_on"])
    return f"{warning}，暂按周一至周五计算。" if warning else ""


class TaskShown(Representation):
    """决议任务"""

    resource, title = "resolution-tasks", "决议任务"
    subject = "deliberation.resolutiontask"
    reads = (
        *("owner__path", "resolution__body__path", "resolution__body_id", "resolution__motion_id"),
        *("resolution__motion__unit__path", "resolution__motion__body_id"),
    )

    id = show.Id("编号")
    title_ = show.Text("任务")
    state = show.State("resolution_task")
    resolution = show.Ref("决议", "resolutions", "resolution_id", "resolution__number")
    owner = show.Ref("牵头单位", "organizations", "owner_id", "owner__name", null=True)
    outside_body = show.Text("外部单位")
    due_on = show.Day("完成时限")
    calendar_warning = show.Computed(
        "节假日提示",
        _unknown_year,
        serializers.CharField(label="节假日提示", help_text="时限那年的节假日还没维护", read_only=True),
        columns=("due_on",),
        register=False,
    )
    light_word = show.Computed(
        "灯的说明",
        _task_light_word,
        serializers.CharField(label="灯的说明", read_only=True, allow_blank=True),
        columns=("due_on", "finished_on", "state"),
    )
    progress = show.Text("进展和佐证")
    reason = show.Text("说明")
    assigned_at = show.Instant("布置时间")
    reported_at = show.Instant("报完成时间", null=True)
    finished_on = show.Day("办结日期", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return Place(row["owner__path"] or row["resolution__body__path"], row["resolution__body_id"])

    @staticmethod
    def light(row: Row, caller: Any) -> str | None:
        found = _task_light(row, caller)
        return found.colour if found else None

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        key = row["id"]
        return {
            "resolution": f"{PREFIX}/resolutions/{row['resolution_id']}/",
            "motion": f"{PREFIX}/motions/{row['resolution__motion_id']}/",
            "timeline": f"{PREFIX}/timeline/?subject=deliberation.resolutiontask:{key}",
            "trace": f"{PREFIX}/trace/?subject=deliberation.resolutiontask:{key}",
        }


def proposer_place(row: Row) -> Place:
    """Where the motion stands: its unit confirms what became of it."""
    return Place(row["resolution__motion__unit__path"], row["resolution__motion__body_id"])


class ObjectionFiled(serializers.Serializer):
    """收到的异议: the ticket is the only way to its answer, on the board under 查询."""

    ticket = serializers.CharField(label="查询码")
    answer_due_on = serializers.DateField(label="答复期限")
    links = serializers.DictField(child=serializers.CharField(), label="相邻各项")


# --- bodies -----------------------------------------------------------------------------------------------------------


class ResolutionBody(Body):
    motion = fields.Visible(selectors.motions, label="议题")
    title = fields.Text(max_length=80, label="标题")
    text = fields.Text(max_length=4000, label="决议事项")
    scope = fields.Choice(choices.Scope, label="公开范围")
    villages = fields.Many(
        fields.Visible(orgs.organizations),
        max_length=50,
        label="涉及哪些村的资产、资金或者土地；选了的村要走四议两公开",
        default=list,
    )
    replaces = fields.Visible(selectors.resolutions, label="变更或终止的决议，须已生效", allow_null=True, default=None)


class NoticeBody(Body):
    resolution = fields.Visible(selectors.resolutions, label="决议")
    title = fields.Text(max_length=80, label="标题")
    text = fields.Text(max_length=4000, label="公示内容")
    from_on = fields.Day(label="公示开始，默认今天", allow_null=True, default=None)


class ObjectionBody(Body):
    public_notice = fields.Visible(lambda _: selectors.notices(None), label="公示", source="notice")
    text = fields.Text(max_length=1000, label="异议")


class AnswerBody(Body):
    upheld = fields.Flag(label="异议成立")
    answer = fields.Text(max_length=1000, label="答复")


class ConfirmAnswerBody(Body):
    drafted_at = fields.Instant(label="看过的那一稿的起草时间")


class TaskBody(Body):
    resolution = fields.Visible(selectors.resolutions, label="决议")
    title = fields.Text(max_length=80, label="任务")
    due_on = fields.Day(label="完成时限")
    owner = fields.Visible(orgs.organizations, label="牵头单位", allow_null=True, default=None)
    outside_body = fields.Text(max_length=60, label="外部单位", allow_blank=True, default="")


class ReportBody(Body):
    progress = fields.Text(max_length=2000, label="完成情况和佐证")


class ShortReasonBody(Body):
    reason = fields.Text(max_length=300, label="原因")


class ExtendBody(Body):
    due_on = fields.Day(label="新的时限")
    reason = fields.reason("延期原因")
