"""Motions and the units that second them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q

from deliberation.choices import MotionClass
from deliberation.choices import MotionState as S
from deliberation.querysets import MotionQuerySet
from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place

_BEFORE_SCHEDULE = [S.SUBMITTED, S.ACCEPTED, S.DEFERRED]

MOTION = Lifecycle(
    "motion",
    S,
    [
        move("submit", "提交", sources=[S.DRAFT, S.RETURNED], target=S.SUBMITTED, verb="motion.propose"),
        move("accept", "受理", sources=[S.SUBMITTED, S.DEFERRED], target=S.ACCEPTED, verb="motion.handle"),
        move("return", "退回", sources=[S.SUBMITTED], target=S.RETURNED, verb="motion.handle", needs_reason=True),
        move("merge", "合并", sources=_BEFORE_SCHEDULE, target=S.MERGED, verb="motion.handle", needs_reason=True),
        move(
            "defer",
            "缓议",
            sources=[S.SUBMITTED, S.ACCEPTED],
            target=S.DEFERRED,
            verb="motion.handle",
            needs_reason=True,
        ),
        move("schedule", "列入会议", sources=[S.ACCEPTED], target=S.SCHEDULED, verb="motion.schedule"),
        move("unschedule", "移出会议", sources=[S.SCHEDULED, S.DISCUSSING], target=S.ACCEPTED, verb="motion.schedule"),
        move("discuss", "开始审议", sources=[S.SCHEDULED], target=S.DISCUSSING, verb="meeting.chair"),
        move("adopt", "通过", sources=[S.DISCUSSING], target=S.ADOPTED, verb="poll.run"),
        move("reject", "不通过", sources=[S.DISCUSSING], target=S.REJECTED, verb="poll.run"),
        move("send_back", "退回审议", sources=[S.ADOPTED], target=S.ACCEPTED, verb="objection.review"),
        move(
            "withdraw",
            "撤回",
            sources=[S.DRAFT, S.RETURNED, *_BEFORE_SCHEDULE],
            target=S.WITHDRAWN,
            verb="motion.propose",
            needs_reason=True,
        ),
    ],
)


class Motion(models.Model):
    """议题: a proposal of one unit to a body. ``about`` is ``app.model:id`` of what it is about, or empty.

    From submission nobody can delete it; ``reason`` of a return, merger or deferral is shown to all (F-21).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    body = models.ForeignKey("orgs.Organization", verbose_name="议事主体", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Organization", verbose_name="提出单位", on_delete=models.PROTECT, related_name="+")
    proposer = models.ForeignKey("orgs.Person", verbose_name="提出人", on_delete=models.PROTECT, related_name="+")
    filled_in_by = models.ForeignKey(
        "orgs.Person", verbose_name="代填人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField("议题", max_length=60)
    text = models.TextField("内容", max_length=4000)
    classification = models.CharField("类别", max_length=20, choices=MotionClass.choices, default=MotionClass.ROUTINE)
    consultation_note = models.TextField("个别酝酿情况", max_length=1000, blank=True)
    about = models.CharField("关于", max_length=120, blank=True)
    state = models.CharField("状态", max_length=12, choices=S.choices, default=S.DRAFT, editable=False)
    reason = models.CharField("理由", max_length=500, blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name="并入", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    created_at = models.DateTimeField("起草时间", editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    decided_at = models.DateTimeField("表决时间", null=True, blank=True)

    objects = MotionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        constraints = [
            MOTION.constraint("motion_state"),
            models.CheckConstraint(name="motion_class", condition=Q(classification__in=sorted(MotionClass.values))),
            models.CheckConstraint(
                name="motion_reason_given",
                condition=~Q(state__in=["returned", "merged", "deferred"]) | ~Q(reason=""),
            ),
            # One live motion about one thing: a demand is not on two agendas at once.
            models.UniqueConstraint(
                name="motion_one_live_about",
                fields=["about"],
                condition=~Q(about="") & ~Q(state__in=["rejected", "withdrawn", "merged", "adopted"]),
            ),
        ]
        indexes = [
            models.Index(name="motion_by_body", fields=["body", "state", "-id"]),
            models.Index(name="motion_by_unit", fields=["unit", "-id"]),
            models.Index(name="motion_by_about", fields=["about"], condition=~Q(about="")),
            GinIndex(OpClass("title", "gin_trgm_ops"), name="motion_title_trgm"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> Place:
        return Place(self.unit.path, self.body_id)


class Seconding(models.Model):
    """联名: another unit's support; one per unit (F-21)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    motion = models.ForeignKey(Motion, verbose_name="议题", on_delete=models.PROTECT, related_name="secondings")
    unit = models.ForeignKey("orgs.Organization", verbose_name="联名单位", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("orgs.Person", verbose_name="联名人", on_delete=models.PROTECT, related_name="+")
    seconded_at = models.DateTimeField("联名时间")

    class Meta:
        verbose_name = verbose_name_plural = "联名"
        constraints = [models.UniqueConstraint(name="seconding_once", fields=["motion", "unit"])]

    def __str__(self) -> str:
        return f"{self.unit} 联名"
