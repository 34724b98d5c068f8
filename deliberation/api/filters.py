"""What the lists of 议事协调 can be asked for."""

import django_filters
from django.db.models import TextChoices

from deliberation import choices
from kit.api.filters import Filters, InstantFilter, LightFilter, QuarterFilter, TrueFalse


def body(name: str = "body_id") -> django_filters.UUIDFilter:
    """A joint organization or an area committee."""
    return django_filters.UUIDFilter(field_name=name, label="联村党组织或片区联合党委")


def search(name: str = "title") -> django_filters.CharFilter:
    return django_filters.CharFilter(field_name=name, lookup_expr="contains", label="题目中的字")


def choice(kind: type[TextChoices], label: str, name: str = "") -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(choices=kind.choices, label=label, **({"field_name": name} if name else {}))


class MotionFilters(Filters):
    state = choice(choices.MotionState, "状态")
    classification = choice(choices.MotionClass, "类别")
    body = body()
    unit = django_filters.UUIDFilter(field_name="unit_id", label="提出单位")
    quarter = QuarterFilter(field_name="created_at", label="哪个季度起草，如 2026Q4")
    created_after = InstantFilter(field_name="created_at", lookup_expr="gt", label="起草晚于")
    about = django_filters.CharFilter(field_name="about", label="关于什么，写作 应用.对象:编号")
    search = search()


class MeetingFilters(Filters):
    state = choice(choices.MeetingState, "状态")
    form = choice(choices.MeetingForm, "形式")
    body = body()
    quarter = QuarterFilter(field_name="quarter", label="计入季度，如 2026Q4")
    created_after = InstantFilter(field_name="created_at", lookup_expr="gt", label="筹备晚于")
    starts_after = InstantFilter(field_name="starts_at", lookup_expr="gte", label="开会不早于")
    starts_before = InstantFilter(field_name="starts_at", lookup_expr="lt", label="开会早于")
    search = search()


class AgendaItemFilters(Filters):
    state = choice(choices.ItemState, "状态")
    kind = choice(choices.ItemKind, "性质")
    meeting = django_filters.UUIDFilter(field_name="meeting_id", label="会议")
    motion = django_filters.UUIDFilter(field_name="motion_id", label="议题")
    body = body("meeting__body_id")
    search = search()


class AttendanceFilters(Filters):
    meeting = django_filters.UUIDFilter(field_name="meeting_id", label="会议")
    person = django_filters.UUIDFilter(field_name="person_id", label="参会人")
    unit = django_filters.UUIDFilter(field_name="unit_id", label="代表单位")
    capacity = choice(choices.Capacity, "身份")
    reply = choice(choices.Reply, "回执")
    is_here = TrueFalse(label="在会场")


class StatementFilters(Filters):
    agenda_item = django_filters.UUIDFilter(field_name="item_id", label="会议议题")
    meeting = django_filters.UUIDFilter(field_name="item__meeting_id", label="会议")


class MinutesFilters(Filters):
    state = choice(choices.MinutesState, "状态")
    body = body()
    meeting = django_filters.UUIDFilter(field_name="meeting_id", label="会议")
    quarter = QuarterFilter(field_name="meeting__quarter", label="会议计入的季度，如 2026Q4")


class PollFilters(Filters):
    state = choice(choices.PollState, "状态")
    method = choice(choices.VoteMethod, "方式")
    agenda_item = django_filters.UUIDFilter(field_name="item_id", label="会议议题")
    meeting = django_filters.UUIDFilter(field_name="item__meeting_id", label="会议")
    motion = django_filters.UUIDFilter(field_name="item__motion_id", label="议题")


class ResolutionFilters(Filters):
    state = choice(choices.ResolutionState, "状态")
    scope = choice(choices.Scope, "公开范围")
    body = body()
    motion = django_filters.UUIDFilter(field_name="motion_id", label="议题")
    unit = django_filters.UUIDFilter(field_name="motion__unit_id", label="提出单位")
    quarter = QuarterFilter(field_name="formed_at", label="哪个季度形成，如 2026Q4")
    created_after = InstantFilter(field_name="formed_at", lookup_expr="gt", label="形成晚于")
    search = search()


class TaskFilters(Filters):
    state = choice(choices.TaskState, "状态")
    light = LightFilter()
    resolution = django_filters.UUIDFilter(field_name="resolution_id", label="决议")
    owner = django_filters.UUIDFilter(field_name="owner_id", label="牵头单位")
    body = body("resolution__body_id")
    quarter = QuarterFilter(field_name="due_on", label="哪个季度到期，如 2026Q4")
    created_after = InstantFilter(field_name="assigned_at", lookup_expr="gt", label="布置晚于")
    search = search()


class ChecklistFilters(Filters):
    state = choice(choices.ChecklistState, "状态")
    light = LightFilter()
    resolution = django_filters.UUIDFilter(field_name="resolution_id", label="决议")
    village = django_filters.UUIDFilter(field_name="village_id", label="村")
    body = body("resolution__body_id")
    created_after = InstantFilter(field_name="opened_at", lookup_expr="gt", label="开始晚于")


class ChecklistTemplateFilters(Filters):
    is_in_force = TrueFalse(label="今天施行")


class NoticeFilters(Filters):
    scope = choice(choices.Scope, "公开范围")
    resolution = django_filters.UUIDFilter(field_name="resolution_id", label="决议")
    body = body("resolution__body_id")
    live = TrueFalse(label="没有撤下", field_name="taken_down_at", lookup_expr="isnull")
    created_after = InstantFilter(field_name="published_at", lookup_expr="gt", label="发布晚于")
    search = search()


class ObjectionFilters(Filters):
    state = choice(choices.ObjectionState, "状态")
    light = LightFilter()
    public_notice = django_filters.UUIDFilter(field_name="notice_id", label="公示")
    resolution = django_filters.UUIDFilter(field_name="notice__resolution_id", label="决议")
    created_after = InstantFilter(field_name="received_at", lookup_expr="gt", label="收到晚于")


class VotingRuleFilters(Filters):
    code = django_filters.CharFilter(field_name="code", label="规则")
    is_in_force = TrueFalse(label="今天施行")
