"""日历订阅: a person's secret address under which a calendar program reads when and where their meetings are."""

from django.db import models
from django.db.models import Q

from kit.ids import new_id


class CalendarFeed(models.Model):
    """日历订阅: one secret address of one person, kept as a digest; revoked it opens nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("orgs.Person", verbose_name="本人", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField("摘要", max_length=64, unique=True)
    created_at = models.DateTimeField("生成时间")
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"
        constraints = [
            models.UniqueConstraint(name="feed_one_live", fields=["person"], condition=Q(revoked_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d} 生成"
