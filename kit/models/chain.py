"""封存: seals that number and chain what was written, anchors that were published, and how far a sweep has come."""

from django.db import models


class Seal(models.Model):
    """封条: the place of one entry (a fact or an audit event) in its chain. Append-only.

    ``number`` runs 1, 2, 3 … per chain. ``digest`` covers every column of the entry; ``hash`` covers chain, number,
    entry, digest, instant and the hash before, all SHA-256 in hex. ``format`` names the list of columns covered.
    """

    chain = models.CharField("链", max_length=60)
    number = models.BigIntegerField("序号")
    entry = models.UUIDField("条目", unique=True)
    digest = models.CharField("条目摘要", max_length=64)
    previous = models.CharField("前一封条", max_length=64)
    hash = models.CharField("封条", max_length=64)
    sealed_at = models.DateTimeField("封存时间")
    format = models.PositiveSmallIntegerField("格式")

    class Meta:
        verbose_name = verbose_name_plural = "封条"
        constraints = [models.UniqueConstraint(name="seal_number_once", fields=["chain", "number"])]

    def __str__(self) -> str:
        return f"{self.chain} {self.number}"


class Anchor(models.Model):
    """锚点: the head of a chain as published outside this database. Append-only."""

    chain = models.CharField("链", max_length=60)
    number = models.BigIntegerField("序号")
    hash = models.CharField("封条", max_length=64)
    at = models.DateTimeField("公布时间")

    class Meta:
        verbose_name = verbose_name_plural = "锚点"
        constraints = [models.UniqueConstraint(name="anchor_once", fields=["chain", "number"])]

    def __str__(self) -> str:
        return f"{self.chain} {self.number}"


class Sweep(models.Model):
    """How far a sweep has come: everything recorded before ``complete_before`` has been seen to."""

    name = models.CharField("名称", max_length=120, primary_key=True)
    complete_before = models.DateTimeField("此前已完成")

    class Meta:
        verbose_name = verbose_name_plural = "清扫进度"

    def __str__(self) -> str:
        return self.name
