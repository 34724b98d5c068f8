"""Counts of demands, kept by triggers (``kit.summaries``): what the dashboard reads instead of the demands."""

from django.db import models


class _Key(models.Model):
    """What is counted apart. No constraint on the keys: the triggers write what the demand itself may hold."""

    body = models.ForeignKey(
        "orgs.Organization",
        verbose_name="联村党组织",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    state = models.CharField("状态", max_length=12)
    quarter = models.CharField("提交季度", max_length=6)
    due_on = models.DateField("受理或答复期限", null=True)
    number = models.IntegerField("件数")

    class Meta:
        abstract = True


class DemandCount(_Key):
    """需求汇总: how many demands of the units under one home (a township) stand so before one body."""

    home = models.ForeignKey(
        "orgs.Organization",
        verbose_name="乡镇",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        verbose_name = verbose_name_plural = "需求汇总"
        constraints = [
            models.UniqueConstraint(
                name="demand_count_once",
                fields=["home", "body", "state", "quarter", "due_on"],
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(name="demand_count_by_body", fields=["body"])]

    def __str__(self) -> str:
        return f"{self.quarter} {self.state} {self.number}"


class DemandDelta(_Key):
    """需求增减: what one statement changed, not folded into the counts yet."""

    unit = models.ForeignKey(
        "orgs.Organization",
        verbose_name="单位",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        verbose_name = verbose_name_plural = "需求增减"

    def __str__(self) -> str:
        return f"{self.quarter} {self.state} {self.number:+}"
