"""What must leave the system."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from kit.ids import new_id


class MessageState(models.TextChoices):
    WAITING = "waiting", "待发送"
    LEASED = "leased", "发送中"
    SENT = "sent", "已送达"
    DEAD = "dead", "发送失败"
    STALE = "stale", "已过时未发"
    CANCELLED = "cancelled", "已取消"


class OutboxMessage(models.Model):
    """待发消息: one thing to send, written in the transaction that caused it and known by its business key.

    due_at: when it was meant to go; ready_at: when the next try may start; stale_at: after this it is no longer sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField("业务键", max_length=255, unique=True)
    channel = models.CharField("渠道", max_length=32)
    payload = models.JSONField("内容")
    subject = models.CharField("事项", max_length=80, blank=True)
    state = models.CharField("状态", max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    due_at = models.DateTimeField("应发时间")
    ready_at = models.DateTimeField("下次发送时间")
    stale_at = models.DateTimeField("过时时间", null=True)
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField("送达时间", null=True)
    last_error = models.CharField("失败原因", max_length=300, blank=True)
    created_at = models.DateTimeField("写入时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "待发消息"
        constraints = [
            models.CheckConstraint(name="outbox_state", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(
                name="outbox_lease_while_leased",
                condition=Q(state="leased", lease__isnull=False, leased_until__isnull=False)
                | (~Q(state="leased") & Q(lease__isnull=True, leased_until__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["ready_at", "id"], name="outbox_ready", condition=Q(state="waiting")),
            models.Index(fields=["leased_until"], name="outbox_leased", condition=Q(state="leased")),
            models.Index(fields=["due_at", "id"], name="outbox_dead", condition=Q(state="dead")),
            models.Index(fields=["subject"], name="outbox_subject_open", condition=Q(state__in=["waiting", "leased"])),
        ]

    def __str__(self) -> str:
        return self.key
