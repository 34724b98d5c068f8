"""What the REST door keeps: answers to repeated requests, personal tokens, counters of writes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kit.ids import new_id


class IdempotencyRecord(models.Model):
    """重复提交记录: one person's key, what it asked for and what it was answered; committed with the effect itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField("人员")
    key = models.CharField("重复提交标识", max_length=80)
    fingerprint = models.CharField("请求摘要", max_length=64)
    status = models.PositiveSmallIntegerField("状态码", default=0)
    answer = models.JSONField("答复", default=None, null=True)
    created_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "重复提交记录"
        constraints = [models.UniqueConstraint(name="idempotency_once", fields=["person_id", "key"])]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return self.key


class TokenScope(models.TextChoices):
    """What a token may be used for; it never opens more than its owner could do."""

    READ = "read", "查看"
    WRITE = "write", "办理"
    EXPORT = "export", "导出"


class ApiToken(models.Model):
    """个人令牌: lets a program act as its owner until it expires or is revoked. Only the SHA-256 digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField("人员", db_index=True)
    name = models.CharField("用途", max_length=60)
    hint = models.CharField("开头", max_length=12, editable=False)
    digest = models.CharField("摘要", max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=12, choices=TokenScope.choices), verbose_name="权限范围")
    created_at = models.DateTimeField("创建时间", editable=False)
    expires_at = models.DateTimeField("到期时间")
    revoked_at = models.DateTimeField("作废时间", null=True, editable=False)
    last_used_at = models.DateTimeField("最近使用", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "个人令牌"
        constraints = [
            models.CheckConstraint(name="token_expires_later", condition=Q(expires_at__gt=F("created_at"))),
        ]

    def __str__(self) -> str:
        return self.name


class ThrottleWindow(models.Model):
    """访问计数: how often a key (person or address) wrote in one window of time. Unlogged: a crash may forget it."""

    key = models.CharField("对象", max_length=100)
    window = models.BigIntegerField("时段")
    hits = models.PositiveIntegerField("次数", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "访问计数"
        constraints = [models.UniqueConstraint(name="throttle_window_once", fields=["key", "window"])]

    def __str__(self) -> str:
        return self.key
