"""Files people handed in."""

from django.db import models

from kit.ids import new_id


class StoredFile(models.Model):
    """附件: one upload that belongs to a subject. The bytes lie outside the web root under their SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.CharField("所属事项", max_length=80)
    name = models.CharField("文件名", max_length=120)
    kind = models.CharField("类型", max_length=8)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("校验值", max_length=64)
    uploaded_by = models.CharField("上传人", max_length=64)
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        indexes = [
            models.Index(fields=["subject", "id"], name="stored_file_subject"),
            models.Index(fields=["sha256"], name="stored_file_sha256"),
        ]

    def __str__(self) -> str:
        return self.name
