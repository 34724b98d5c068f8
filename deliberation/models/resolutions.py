"""Resolutions, their publication, objections, and the tasks that carry them out."""

from django.db import models
from django.db.models import F, Q

from deliberation.choices import ObjectionState, Proposal, ResolutionState, Scope, TaskState
from deliberation.querysets import NoticeQuerySet, ObjectionQuerySet, ResolutionQuerySet, TaskQuerySet
from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place

S, T, Answer = ResolutionState, TaskState, ObjectionState

RESOLUTION = Lifecycle(
    "resolution",
    S,
    [
        move("condition", "送村级决议", sources=[S.FORMED], target=S.CONDITIONAL, verb="resolution.form"),
        move("meet", "村级决议齐备", sources=[S.CONDITIONAL], target=S.FORMED, verb="checklist.mark"),
        move(
            "return",
            "退回审议",
            sources=[S.CONDITIONAL],
            target=S.SENT_BACK,
            verb="resolution.form",
            needs_reason=True,
        ),
        move("publish", "送公示", sources=[S.FORMED], target=S.IN_NOTICE, verb="notice.publish"),
        move("object", "收到异议", sources=[S.IN_NOTICE], target=S.OBJECTED, verb="objection.file"),
        move("take_down", "撤下公示", sources=[S.IN_NOTICE, S.OBJECTED], target=S.FORMED, verb="notice.publish"),
        move("clear", "异议答复完毕", sources=[S.OBJECTED], target=S.IN_NOTICE, verb="objection.review"),
        move("send_back", "退回审议", sources=[S.OBJECTED], target=S.SENT_BACK, verb="objection.review"),
        move("take_effect", "生效", sources=[S.FORMED, S.IN_NOTICE], target=S.EFFECTIVE, verb="resolution.form"),
        move("complete", "办结", sources=[S.EFFECTIVE], target=S.COMPLETED, verb="resolution.form"),
        move(
            "terminate",
            "终止",
            sources=[S.FORMED, S.CONDITIONAL, S.IN_NOTICE],
            target=S.TERMINATED,
            verb="resolution.form",
            needs_reason=True,
        ),
        # What is in force is changed or ended by a new resolution alone (F-28).
        move("replace", "由新决议变更或终止", sources=[S.EFFECTIVE], target=S.TERMINATED, verb="resolution.form"),
    ],
)

OBJECTION = Lifecycle(
    "objection",
    Answer,
    [
        move("answer", "答复异议", sources=[Answer.RECEIVED], target=Answer.IN_REVIEW, verb="objection.answer"),
        move("uphold", "审核通过", sources=[Answer.IN_REVIEW], target=Answer.UPHELD, verb="objection.review"),
        move("dismiss", "审核通过", sources=[Answer.IN_REVIEW], target=Answer.DISMISSED, verb="objection.review"),
        move(
            "return",
            "退回修改",
            sources=[Answer.IN_REVIEW],
            target=Answer.RECEIVED,
            verb="objection.review",
            needs_reason=True,
        ),
    ],
)

TASK = Lifecycle(
    "resolution_task",
    T,
    [
        move("wait", "等外部答复", sources=[T.ASSIGNED], target=T.WAITING, verb="task.report", needs_reason=True),
        move("go_on", "恢复办理", sources=[T.WAITING], target=T.ASSIGNED, verb="task.report"),
        move("report", "报完成", sources=[T.ASSIGNED, T.WAITING], target=T.REPORTED, verb="task.report"),
        move("return", "退回", sources=[T.REPORTED], target=T.ASSIGNED, verb="task.accept", needs_reason=True),
        move("accept", "确认完成", sources=[T.REPORTED], target=T.ACCEPTED, verb="task.accept"),
        move("confirm", "确认结果", sources=[T.ACCEPTED], target=T.CONFIRMED, verb="task.confirm"),
    ],
)


class Resolution(models.Model):
    """决议: formed from an adopted motion. ``number`` is gapless per body and year: 〔2026〕3号.

    ``replaces``: the one in force that this one changes or ends when it takes effect.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    body = models.ForeignKey("orgs.Organization", verbose_name="议事主体", on_delete=models.PROTECT, related_name="+")
    motion = models.ForeignKey(
        "deliberation.Motion", verbose_name="议题", on_delete=models.PROTECT, related_name="resolutions"
    )
    poll = models.OneToOneField(
        "deliberation.Poll", verbose_name="表决", on_delete=models.PROTECT, related_name="resolution"
    )
    year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveSmallIntegerField("序号")
    number = models.CharField("文号", max_length=60)
    title = models.CharField("标题", max_length=80)
    text = models.TextField("决议事项", max_length=4000)
    scope = models.CharField("公开范围", max_length=8, choices=Scope.choices)
    replaces = models.ForeignKey(
        "self",
        verbose_name="变更或终止的决议",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    state = models.CharField("状态", max_length=12, choices=S.choices, default=S.FORMED, editable=False)
    reason = models.CharField("原因", max_length=500, blank=True)
    formed_at = models.DateTimeField("形成时间")
    effective_at = models.DateTimeField("生效时间", null=True, blank=True)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "决议"
        constraints = [
            RESOLUTION.constraint("resolution_state"),
            models.UniqueConstraint(name="resolution_serial_once", fields=["body", "year", "serial"]),
            models.CheckConstraint(name="resolution_scope", condition=Q(scope__in=sorted(Scope.values))),
            models.CheckConstraint(name="resolution_replaces_another", condition=~Q(replaces=F("pk"))),
            # One that was sent back or terminated changes nothing; another may.
            models.UniqueConstraint(
                name="resolution_replaced_once",
                fields=["replaces"],
                condition=~Q(state__in=[S.SENT_BACK, S.TERMINATED]),
            ),
        ]
        indexes = [models.Index(name="resolution_by_body", fields=["body", "-id"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def place(self) -> Place:
        return Place(self.body.path, self.body_id)


class PublicNotice(models.Model):
    """公示: the reviewed text of a resolution, published in its approved scope for a period of days."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resolution = models.ForeignKey(Resolution, verbose_name="决议", on_delete=models.PROTECT, related_name="notices")
    title = models.CharField("标题", max_length=80)
    text = models.TextField("公示内容", max_length=4000)
    scope = models.CharField("公开范围", max_length=8, choices=Scope.choices)
    from_on = models.DateField("公示开始")
    to_on = models.DateField("公示结束")
    publisher = models.ForeignKey("orgs.Person", verbose_name="审核发布人", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("发布时间")
    taken_down_at = models.DateTimeField("撤下时间", null=True, blank=True)
    reason = models.CharField("撤下原因", max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示"
        constraints = [
            models.CheckConstraint(name="notice_span", condition=Q(to_on__gte=F("from_on"))),
            models.UniqueConstraint(
                name="notice_one_live", fields=["resolution"], condition=Q(taken_down_at__isnull=True)
            ),
        ]
        indexes = [models.Index(name="notice_by_scope", fields=["scope", "-published_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> Place:
        return self.resolution.place


class Objection(models.Model):
    """异议: a reply to a public notice, from anyone, without a name. The ticket is the only way back to it.

    The answer is a draft until somebody else has reviewed it; ``answered_at`` is when it was given, after the review.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(PublicNotice, verbose_name="公示", on_delete=models.PROTECT, related_name="objections")
    text = models.TextField("异议内容", max_length=1000)
    ticket = models.CharField("查询码", max_length=16, unique=True, editable=False)
    received_at = models.DateTimeField("收到时间")
    answer_due_on = models.DateField("答复期限")
    state = models.CharField("状态", max_length=12, choices=Answer.choices, default=Answer.RECEIVED, editable=False)
    proposal = models.CharField("拟处理", max_length=8, choices=Proposal.choices, blank=True)
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        "orgs.Person", verbose_name="答复人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField("起草时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        "orgs.Person", verbose_name="审核人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("退回意见", max_length=300, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        constraints = [
            OBJECTION.constraint("objection_state"),
            models.CheckConstraint(name="objection_answered", condition=Q(state="received") | ~Q(answer="")),
            # Nothing is given before its review; the reviewer is another person, and gives what was proposed.
            models.CheckConstraint(
                name="objection_given_when_decided",
                condition=Q(state__in=["received", "in_review"], answered_at=None)
                | Q(state__in=["upheld", "dismissed"], answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="objection_draft_is_whole",
                condition=~Q(state="in_review")
                | Q(proposal__in=sorted(Proposal.values), answered_by__isnull=False, drafted_at__isnull=False),
            ),
            # Without a proposal: answered when no review was asked yet.
            models.CheckConstraint(
                name="objection_reviewed",
                condition=Q(state__in=["received", "in_review"])
                | Q(proposal="")
                | Q(state="upheld", proposal="uphold", reviewed_by__isnull=False)
                | Q(state="dismissed", proposal="dismiss", reviewed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="objection_reviewer_is_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("answered_by")),
            ),
        ]
        indexes = [models.Index(name="objection_by_due_day", fields=["answer_due_on", "id"])]

    def __str__(self) -> str:
        return self.text[:20]

    @property
    def place(self) -> Place:
        return self.notice.place


class ResolutionTask(models.Model):
    """决议任务: what a named unit, or a named outside body, does by a set date."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resolution = models.ForeignKey(Resolution, verbose_name="决议", on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField("任务", max_length=80)
    owner = models.ForeignKey(
        "orgs.Organization", verbose_name="牵头单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outside_body = models.CharField("外部单位", max_length=60, blank=True)
    due_on = models.DateField("完成时限")
    state = models.CharField("状态", max_length=12, choices=T.choices, default=T.ASSIGNED, editable=False)
    progress = models.TextField("进展和佐证", max_length=2000, blank=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    assigned_at = models.DateTimeField("布置时间")
    reported_at = models.DateTimeField("报完成时间", null=True, blank=True)
    finished_on = models.DateField("办结日期", null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "决议任务"
        constraints = [
            TASK.constraint("resolution_task_state"),
            # A task for nobody is no task: exactly one owner, inside or outside.
            models.CheckConstraint(
                name="resolution_task_has_one_owner",
                condition=Q(owner__isnull=False, outside_body="") | Q(owner__isnull=True) & ~Q(outside_body=""),
            ),
        ]
        indexes = [
            models.Index(name="task_by_owner", fields=["owner", "state", "due_on"]),
            models.Index(name="task_by_due_day", fields=["due_on", "id"]),
            models.Index(name="task_by_resolution", fields=["resolution", "due_on"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> Place:
        body = self.resolution.place
        return Place(self.owner.path if self.owner else body.path, body.body_id)
