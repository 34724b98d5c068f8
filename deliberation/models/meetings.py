"""Meetings, their agenda, who is invited and who is there."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from deliberation.choices import Capacity, ItemKind, ItemState, MeetingForm, Reply
from deliberation.choices import MeetingState as S
from deliberation.querysets import AttendanceQuerySet, MeetingQuerySet
from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place

_BEFORE_SESSION = [S.PLANNED, S.AGENDA_FROZEN, S.CONVENED, S.POSTPONED]

MEETING = Lifecycle(
    "meeting",
    S,
    [
        move("freeze", "确定议题", sources=[S.PLANNED], target=S.AGENDA_FROZEN, verb="meeting.plan"),
        move("convene", "发出通知", sources=[S.AGENDA_FROZEN, S.POSTPONED], target=S.CONVENED, verb="meeting.plan"),
        move(
            "postpone",
            "延期",
            sources=[S.AGENDA_FROZEN, S.CONVENED],
            target=S.POSTPONED,
            verb="meeting.plan",
            needs_reason=True,
        ),
        move("cancel", "取消", sources=_BEFORE_SESSION, target=S.CANCELLED, verb="meeting.plan", needs_reason=True),
        move("open", "宣布开会", sources=[S.CONVENED], target=S.IN_SESSION, verb="meeting.chair"),
        move("adjourn", "休会", sources=[S.IN_SESSION], target=S.ADJOURNED, verb="meeting.chair", needs_reason=True),
        move("resume", "复会", sources=[S.ADJOURNED], target=S.IN_SESSION, verb="meeting.chair"),
        move("end", "宣布散会", sources=[S.IN_SESSION], target=S.ENDED, verb="meeting.chair"),
        move("confirm_minutes", "确认会议记录", sources=[S.ENDED], target=S.MINUTES_CONFIRMED, verb="minutes.confirm"),
        move("archive", "归档", sources=[S.MINUTES_CONFIRMED], target=S.ARCHIVED, verb="minutes.archive"),
    ],
)

AGENDA_ITEM = Lifecycle(
    "agenda_item",
    ItemState,
    [
        move("open", "开始审议", sources=[ItemState.PENDING], target=ItemState.DISCUSSING, verb="meeting.chair"),
        move(
            "discussed",
            "确认已充分讨论",
            sources=[ItemState.DISCUSSING],
            target=ItemState.DISCUSSED,
            verb="meeting.chair",
        ),
        move(
            "finish",
            "本议题结束",
            sources=[ItemState.DISCUSSING, ItemState.DISCUSSED],
            target=ItemState.DONE,
            verb="meeting.chair",
        ),
        move(
            "defer",
            "顺延",
            sources=[ItemState.PENDING, ItemState.DISCUSSING, ItemState.DISCUSSED],
            target=ItemState.DEFERRED,
            verb="meeting.chair",
            needs_reason=True,
        ),
    ],
)


class Meeting(models.Model):
    """会议: one sitting of a body. ``quarter`` (``2026Q4``) is the quarter it counts for (F-20)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    body = models.ForeignKey("orgs.Organization", verbose_name="议事主体", on_delete=models.PROTECT, related_name="+")
    form = models.CharField("形式", max_length=20, choices=MeetingForm.choices, default=MeetingForm.JOINT_CONFERENCE)
    title = models.CharField("会议名称", max_length=80)
    quarter = models.CharField("计入季度", max_length=6)
    ad_hoc_reason = models.CharField("临时召开原因", max_length=300, blank=True)
    starts_at = models.DateTimeField("开会时间")
    place_text = models.CharField("地点", max_length=100, blank=True)
    online_number = models.CharField("线上会议号", max_length=60, blank=True)
    requirements = models.CharField("要求", max_length=500, blank=True)
    chair = models.ForeignKey("orgs.Person", verbose_name="主持人", on_delete=models.PROTECT, related_name="+")
    clerk = models.ForeignKey("orgs.Person", verbose_name="记录人", on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey("orgs.Person", verbose_name="联系人", on_delete=models.PROTECT, related_name="+")
    sign_in_code = models.CharField("签到码", max_length=16, editable=False)
    state = models.CharField("状态", max_length=20, choices=S.choices, default=S.PLANNED, editable=False)
    reason = models.CharField("原因", max_length=500, blank=True)
    created_at = models.DateTimeField("筹备时间", editable=False)
    convened_at = models.DateTimeField("通知时间", null=True, blank=True)
    opened_at = models.DateTimeField("开会于", null=True, blank=True)
    ended_at = models.DateTimeField("散会于", null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        constraints = [
            MEETING.constraint("meeting_state"),
            models.CheckConstraint(name="meeting_form", condition=Q(form__in=sorted(MeetingForm.values))),
            models.CheckConstraint(name="meeting_quarter", condition=Q(quarter__regex=r"^[0-9]{4}Q[1-4]$")),
        ]
        indexes = [
            models.Index(name="meeting_by_body", fields=["body", "-starts_at", "-id"]),
            models.Index(name="meeting_by_time", fields=["-starts_at", "-id"]),
            models.Index(name="meeting_by_quarter", fields=["quarter", "body"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> Place:
        return Place(self.body.path, self.body_id)


class AgendaItem(models.Model):
    """会议议题: a slot of the agenda. A vote is always on a motion; study and briefing may stand alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, verbose_name="会议", on_delete=models.PROTECT, related_name="items")
    motion = models.ForeignKey(
        "deliberation.Motion",
        verbose_name="议题",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="items",
    )
    kind = models.CharField("性质", max_length=12, choices=ItemKind.choices)
    title = models.CharField("题目", max_length=60)
    position = models.PositiveSmallIntegerField("次序")
    reporting_unit = models.ForeignKey(
        "orgs.Organization", verbose_name="汇报单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reporter = models.CharField("汇报人", max_length=30, blank=True)
    minutes_allotted = models.PositiveSmallIntegerField("时长（分钟）", default=15)
    is_late = models.BooleanField("议题确定后增加", default=False)
    rule = models.ForeignKey(
        "deliberation.VotingRule",
        verbose_name="表决规则",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(
        "状态", max_length=12, choices=ItemState.choices, default=ItemState.PENDING, editable=False
    )
    outcome = models.CharField("结果", max_length=500, blank=True)
    opened_at = models.DateTimeField("开始审议于", null=True, blank=True)
    discussed_at = models.DateTimeField("确认充分讨论于", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议议题"
        constraints = [
            AGENDA_ITEM.constraint("agenda_item_state"),
            models.CheckConstraint(
                name="agenda_item_vote_has_motion_and_rule",
                condition=~Q(kind="vote") | Q(motion__isnull=False, rule__isnull=False),
            ),
            # Moving an item swaps two positions in one statement.
            models.UniqueConstraint(
                name="agenda_item_position", fields=["meeting", "position"], deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                name="agenda_item_one_live_slot",
                fields=["motion"],
                condition=Q(motion__isnull=False, state__in=["pending", "discussing", "discussed"]),
            ),
            # Only one item is on the table at a time.
            models.UniqueConstraint(
                name="agenda_item_one_open", fields=["meeting"], condition=Q(state__in=["discussing", "discussed"])
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> Place:
        return self.meeting.place


class Attendance(models.Model):
    """参会: a person's invitation to a meeting, reply and signing in. ``unit`` is whom the person stands for.

    ``replaces``: of whom this person takes the seat, by the unit's written ``order``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, verbose_name="会议", on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey("orgs.Person", verbose_name="参会人", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Organization", verbose_name="代表单位", on_delete=models.PROTECT, related_name="+")
    post = models.CharField("职务", max_length=60, blank=True)
    capacity = models.CharField("身份", max_length=10, choices=Capacity.choices)
    reply = models.CharField("回执", max_length=8, choices=Reply.choices, default=Reply.NONE)
    leave_reason = models.CharField("请假原因", max_length=200, blank=True)
    replied_at = models.DateTimeField("回执时间", null=True, blank=True)
    replaces = models.OneToOneField(
        "self", verbose_name="代替", null=True, blank=True, on_delete=models.PROTECT, related_name="substitute"
    )
    order = models.CharField("书面委托", max_length=120, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "参会"
        constraints = [
            models.UniqueConstraint(name="attendance_once", fields=["meeting", "person"]),
            models.CheckConstraint(
                name="attendance_leave_has_reason", condition=~Q(reply="leave") | ~Q(leave_reason="")
            ),
            models.CheckConstraint(
                name="attendance_substitute_has_order", condition=Q(replaces=None) | Q(capacity="voting") & ~Q(order="")
            ),
        ]
        indexes = [models.Index(name="attendance_by_person", fields=["person", "meeting"])]

    def __str__(self) -> str:
        return f"{self.person} {self.get_capacity_display()}"

    @property
    def place(self) -> Place:
        return self.meeting.place


class Presence(models.Model):
    """到会: one stay of a person in the room. Who comes back has two; items count who is there at the moment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    attendance = models.ForeignKey(Attendance, verbose_name="参会", on_delete=models.PROTECT, related_name="presences")
    arrived_at = models.DateTimeField("到会时间")
    left_at = models.DateTimeField("离会时间", null=True, blank=True)
    signed_by = models.ForeignKey("orgs.Person", verbose_name="登记人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "到会"
        constraints = [
            models.CheckConstraint(
                name="presence_span", condition=Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at"))
            ),
            ExclusionConstraint(
                name="presence_no_overlap",
                expressions=[
                    ("attendance", RangeOperators.EQUAL),
                    (
                        Func(F("arrived_at"), F("left_at"), Value("[)"), function="tstzrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attendance} {self.arrived_at:%H:%M}"


class Recusal(models.Model):
    """回避: the interested unit takes no part in one item; the denominators follow."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(AgendaItem, verbose_name="议题", on_delete=models.PROTECT, related_name="recusals")
    unit = models.ForeignKey("orgs.Organization", verbose_name="回避单位", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("回避原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        constraints = [models.UniqueConstraint(name="recusal_once", fields=["item", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit} 回避"


class Statement(models.Model):
    """发言: what one attendee said to an item, in order. Read by attendees and the clerk only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(AgendaItem, verbose_name="议题", on_delete=models.PROTECT, related_name="statements")
    attendance = models.ForeignKey(
        Attendance, verbose_name="发言人", on_delete=models.PROTECT, related_name="statements"
    )
    text = models.TextField("发言内容", max_length=2000)
    position = models.PositiveSmallIntegerField("次序")
    noted_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = verbose_name_plural = "发言"
        constraints = [models.UniqueConstraint(name="statement_position", fields=["item", "position"])]

    def __str__(self) -> str:
        return self.text[:20]
