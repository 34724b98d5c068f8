"""The days that differ from Monday to Friday."""

from django.db import models
from django.db.models import Q

from kit.ids import new_id


class DayKind(models.TextChoices):
    REST = "rest", "放假"
    WORK = "work", "上班（调休）"


class Holiday(models.Model):
    """节假日安排: one day off, or one weekend day worked instead, as 国务院办公厅 arranged it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField("日期", unique=True)
    kind = models.CharField("安排", max_length=4, choices=DayKind.choices)
    name = models.CharField("节日", max_length=20)
    source = models.CharField("依据", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "节假日"
        constraints = [models.CheckConstraint(name="holiday_kind", condition=Q(kind__in=DayKind.values))]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name} {self.get_kind_display()}"
