"""事实: what was done, by whom, on what ground; and the receipts of those who listened."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from kit.ids import new_id


class Fact(models.Model):
    """事实: record and message at once. Append-only for every role; chained by seals.

    ``actor`` is a person's id or ``system:name``; ``subject`` is ``app.model:id``; ``district`` is the first part of
    ``org_path``. Holds no foreign key, so that kit needs no app and the record outlives every row. ``details`` hold
    ids, numbers and grounds, never names or telephone numbers: what is chained cannot be erased.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.CharField("事件", max_length=100)
    actor = models.CharField("经办", max_length=100)
    actor_id = models.UUIDField("经办人", null=True)
    org_id = models.UUIDField("组织", null=True)
    org_path = models.CharField("组织路径", max_length=200, blank=True)
    district = models.CharField("区县", max_length=40, blank=True)
    subject = models.CharField("事由", max_length=120)
    at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间", help_text="由数据库写入")
    request_id = models.CharField("请求号", max_length=64, blank=True)
    details = models.JSONField("内容", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = verbose_name_plural = "事实"
        indexes = [
            models.Index(name="fact_by_subject", fields=["subject", "id"]),
            models.Index(name="fact_by_event", fields=["event", "recorded_at"]),
            models.Index(name="fact_by_time", fields=["recorded_at"]),
            models.Index(name="fact_by_actor", fields=["actor_id", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"


class Delivery(models.Model):
    """签收: this subscriber has taken effect for this fact; committed together with the effect. Append-only."""

    subscriber = models.CharField("订阅方", max_length=100)
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, verbose_name="事实", related_name="deliveries")
    delivered_at = models.DateTimeField("签收时间")

    class Meta:
        verbose_name = verbose_name_plural = "签收"
        constraints = [models.UniqueConstraint(name="delivery_once", fields=["subscriber", "fact"])]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.fact_id}"


class DeliveryFailure(models.Model):
    """未送达: a subscriber failed on a fact; tried again at ``next_at``, given up (dead letter) at ``dead_at``."""

    subscriber = models.CharField("订阅方", max_length=100)
    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, verbose_name="事实", related_name="failures")
    attempts = models.PositiveSmallIntegerField("次数")
    next_at = models.DateTimeField("下次尝试")
    last_error = models.CharField("原因", max_length=500)
    dead_at = models.DateTimeField("放弃时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "未送达"
        constraints = [models.UniqueConstraint(name="delivery_failure_once", fields=["subscriber", "fact"])]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.fact_id}"
