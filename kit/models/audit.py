"""留痕: one event per changed row of every governed table, written by the database's own triggers."""

from django.db import models


class AuditEvent(models.Model):
    """变更记录: what changed in one row. Written by triggers only, append-only for every role; chained by seals.

    ``before`` and ``after`` hold the changed columns (all of them on insert and delete). A secret column shows ``***``,
    a personal one ``{"salted_sha256": …}`` whose value and salt stand in PersonalValue. ``tx`` is the transaction.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    recorded_at = models.DateTimeField("记录时间")
    tx = models.BigIntegerField("事务")
    actor = models.CharField("经办", max_length=100)
    session_role = models.CharField("数据库角色", max_length=63)
    request_id = models.CharField("请求号", max_length=64, blank=True)
    table_name = models.CharField("数据表", max_length=63)
    row_id = models.CharField("行", max_length=100, blank=True)
    op = models.CharField(
        "操作",
        max_length=6,
        choices=[("insert", "新增"), ("update", "修改"), ("delete", "删除"), ("load", "批量导入")],
    )
    before = models.JSONField("改前", null=True)
    after = models.JSONField("改后", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "变更记录"
        indexes = [
            models.Index(name="audit_by_row", fields=["table_name", "row_id", "id"]),
            models.Index(name="audit_by_time", fields=["recorded_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.op} {self.table_name}:{self.row_id}"


class PersonalValue(models.Model):
    """个人信息留存: value and salt behind one digest of an audit event; deleting it erases the value for good (G7)."""

    event = models.UUIDField("变更记录")
    side = models.CharField("前后", max_length=6)
    column = models.CharField("列", max_length=63)
    table_name = models.CharField("数据表", max_length=63)
    row_id = models.CharField("行", max_length=100)
    salt = models.CharField("盐", max_length=72)
    value = models.JSONField("值")

    class Meta:
        verbose_name = verbose_name_plural = "个人信息留存"
        constraints = [models.UniqueConstraint(name="personal_value_once", fields=["event", "side", "column"])]
        indexes = [models.Index(name="personal_value_by_row", fields=["table_name", "row_id"])]

    def __str__(self) -> str:
        return f"{self.event} {self.side} {self.column}"
