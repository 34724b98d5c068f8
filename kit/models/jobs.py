"""Which periodic work was done for which period."""

from django.db import models
from django.db.models import Q

from kit.ids import new_id


class RunState(models.TextChoices):
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"


class JobRun(models.Model):
    """作业运行: the claim on one period of one job. The unique row is the claim; whoever inserts it does the work."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("作业", max_length=80)
    period = models.CharField("周期", max_length=60)
    state = models.CharField("状态", max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    lease = models.UUIDField(editable=False)
    leased_until = models.DateTimeField("占用至", editable=False)
    attempts = models.PositiveSmallIntegerField("已试次数", default=1)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)
    last_error = models.CharField("失败原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "作业运行"
        constraints = [
            models.UniqueConstraint(fields=["name", "period"], name="job_run_once"),
            models.CheckConstraint(name="job_run_state", condition=Q(state__in=RunState.values)),
        ]
        indexes = [
            models.Index(fields=["name", "leased_until"], name="job_run_open", condition=~Q(state="done")),
            models.Index(fields=["finished_at"], name="job_run_finished", condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.period}"
