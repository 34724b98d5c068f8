"""Papers: what was generated as Word, version by version."""

from django.db import models
from django.db.models import Q

from deliberation.choices import PaperKind
from kit.ids import new_id
from kit.scoping import Place


class Paper(models.Model):
    """文书: one version of one Word paper about one subject. Append-only; the same content is the same version.

    ``subject`` is ``deliberation.meeting:ID``; ``sha256`` is that of the file, as it is shown and can be checked.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField("文种", max_length=16, choices=PaperKind.choices)
    subject = models.CharField("所属事项", max_length=80)
    body = models.ForeignKey("orgs.Organization", verbose_name="议事主体", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField("版本")
    title = models.CharField("标题", max_length=200)
    sha256 = models.CharField("校验值", max_length=64)
    file = models.ForeignKey("kit.StoredFile", verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey("orgs.Person", verbose_name="生成人", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        constraints = [
            models.UniqueConstraint(name="paper_version_once", fields=["subject", "kind", "version"]),
            models.CheckConstraint(name="paper_kind", condition=Q(kind__in=sorted(PaperKind.values))),
            models.CheckConstraint(name="paper_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]
        indexes = [models.Index(name="paper_by_body", fields=["body", "-id"])]

    def __str__(self) -> str:
        return f"{self.title} 第{self.version}版"

    @property
    def place(self) -> Place:
        return Place(self.body.path, self.body_id)
