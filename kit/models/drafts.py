"""What people have typed and not sent yet."""

from django.db import models
from django.db.models import Q

from kit.ids import new_id


class FormDraft(models.Model):
    """草稿: one person's unsent form. Private scratch paper: nobody else reads it, it leaves no trail, it expires."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField("人员")
    form = models.SlugField("表单", max_length=40, db_index=False)
    subject = models.CharField("对象", max_length=80, blank=True)
    fields = models.JSONField("内容")
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = verbose_name_plural = "草稿"
        constraints = [
            models.UniqueConstraint(name="draft_one_per_form", fields=["person_id", "form", "subject"]),
            models.CheckConstraint(name="draft_has_form", condition=~Q(form="")),
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_age")]

    def __str__(self) -> str:
        return f"{self.form} {self.subject}".strip()
