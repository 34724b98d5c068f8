"""行政区划: the published statistical codes, unpadded (GB/T 2260 + GB/T 10114 + 3 village digits)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Length

from orgs.choices import DivisionLevel


class Division(models.Model):
    """行政区划. Loaded from the published files only, never typed in and never changed by a joint organization.

    ``code`` is its own key: 6, 9 or 12 digits by level.
    """

    code = models.CharField("区划代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    level = models.PositiveSmallIntegerField("层级", choices=DivisionLevel.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级区划",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        db_index=False,
    )

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        # Named here instead of db_index, which would add a second one for patterns.
        indexes = [models.Index(fields=["parent"], name="division_parent")]
        constraints = [
            models.CheckConstraint(
                name="division_code_digits", condition=Q(code__regex=r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$")
            ),
            models.CheckConstraint(name="division_level_is_code_length", condition=Q(level=Length(F("code")))),
            # A village under the wrong township cannot be stored: the code itself says where it belongs.
            models.CheckConstraint(
                name="division_parent_is_code_prefix",
                condition=Q(level=DivisionLevel.DISTRICT, parent__isnull=True)
                | Q(level__gt=DivisionLevel.DISTRICT, parent=Left(F("code"), F("level") - 3)),
            ),
        ]

    def __str__(self) -> str:
        return self.name
