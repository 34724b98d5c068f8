"""What is due to whom, and what each person was told. Made by rules, never by hand."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from kit.ids import new_id
from oversight.choices import NoticeLight, NotificationKind, ReminderState
from oversight.querysets import NotificationQuerySet, ReminderQuerySet


class Reminder(models.Model):
    """提醒: one step of one rule, due to one person about one subject and its last day (``period``). Made once (R1).

    ``path`` and ``body_id`` say where the subject stands, as plain values: the engine writes thousands at a time.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.CharField("规则", max_length=60)
    step = models.CharField("时点", max_length=16)
    subject_id = models.UUIDField("事项")
    period = models.DateField("期限")
    recipient = models.ForeignKey(
        "orgs.Person", verbose_name="提醒谁", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_at = models.DateTimeField("应提醒时间")
    stale_at = models.DateTimeField("过时时间", null=True)
    state = models.CharField("状态", max_length=10, choices=ReminderState.choices, default=ReminderState.WAITING)
    settled_at = models.DateTimeField("处理时间", null=True)
    path = models.CharField("所在路径", max_length=120, blank=True, db_collation="C")
    body_id = models.UUIDField("议事主体", null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        constraints = [
            models.UniqueConstraint(name="reminder_once", fields=["subject_id", "recipient", "period", "rule", "step"]),
            models.CheckConstraint(name="reminder_state", condition=Q(state__in=sorted(ReminderState.values))),
            models.CheckConstraint(
                name="reminder_settled", condition=Q(state="waiting", settled_at=None) | Q(settled_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(name="reminder_due", fields=["due_at", "id"], condition=Q(state="waiting")),
            models.Index(name="reminder_by_recipient", fields=["recipient", "-id"]),
            models.Index(name="reminder_by_path", fields=["path", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.step} {self.period}"


class Notification(models.Model):
    """通知: what one person is told within the system, once for each cause (a reminder, a fact, a nudge).

    ``note`` says why now; ``page`` and ``key`` open the very step. ``is_late`` marks what was told so long after it
    happened that it counts as read: shown, never pushed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recipient = models.ForeignKey(
        "orgs.Person", verbose_name="收件人", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField("来源", max_length=10, choices=NotificationKind.choices)
    cause = models.UUIDField("起因")
    topic = models.CharField("规则或事件", max_length=100)
    heading = models.CharField("类别", max_length=40)
    title = models.CharField("事项", max_length=80)
    note = models.CharField("说明", max_length=80, blank=True)
    light = models.CharField("灯", max_length=6, choices=NoticeLight.choices, default=NoticeLight.BLUE)
    until = models.DateField("期限", null=True)
    page = models.CharField("打开", max_length=40, blank=True)
    key = models.UUIDField("打开的编号", null=True)
    path = models.CharField("所在路径", max_length=120, blank=True)
    body_id = models.UUIDField("议事主体", null=True)
    told_at = models.DateTimeField("通知时间")
    is_late = models.BooleanField("补记", default=False)
    read_at = models.DateTimeField("阅读时间", null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        constraints = [
            models.UniqueConstraint(name="notification_once", fields=["cause", "recipient"]),
            models.CheckConstraint(name="notification_kind", condition=Q(kind__in=sorted(NotificationKind.values))),
            models.CheckConstraint(name="notification_light", condition=Q(light__in=sorted(NoticeLight.values))),
        ]
        indexes = [
            models.Index(name="notification_by_recipient", fields=["recipient", "-id"]),
            models.Index(name="notification_unread", fields=["recipient"], condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.heading}：{self.title}"


class Nudge(models.Model):
    """催办: who waits for an item asks for it. One an item until ``until_on``, whoever asks; written once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.CharField("规则", max_length=60)
    subject_id = models.UUIDField("事项")
    nudged_by = models.ForeignKey("orgs.Person", verbose_name="催办人", on_delete=models.PROTECT, related_name="+")
    nudged_at = models.DateTimeField("催办时间")
    from_on = models.DateField("催办日期")
    until_on = models.DateField("至此日不再催", help_text="含当日")

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        constraints = [
            models.CheckConstraint(name="nudge_span", condition=Q(until_on__gte=F("from_on"))),
            # One for each item in its working days, also when two people ask in the same second.
            ExclusionConstraint(
                name="nudge_one_at_a_time",
                expressions=[
                    ("subject_id", RangeOperators.EQUAL),
                    (
                        Func(F("from_on"), F("until_on"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.from_on}"
