"""Values of parameters that differ from the declared defaults."""

from django.db import models

from kit.ids import new_id
from kit.scoping import Place


class ParameterValue(models.Model):
    """参数取值: what a parameter is at one organization and below it, from one day on.

    A JSON null as value means: from that day on, again what the organization above says.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("参数", max_length=80)
    org_id = models.UUIDField("单位")
    path = models.CharField("路径", max_length=120)
    value = models.JSONField("取值", null=True)
    effective_on = models.DateField("生效日期")
    reason = models.CharField("理由", max_length=200)
    set_by = models.CharField("设置人", max_length=64)
    set_at = models.DateTimeField("设置时间")

    class Meta:
        verbose_name = verbose_name_plural = "参数取值"
        constraints = [
            models.UniqueConstraint(fields=["name", "path", "effective_on"], name="parameter_value_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.path} {self.effective_on:%Y-%m-%d}"

    @property
    def place(self) -> Place:
        return Place(self.path)
