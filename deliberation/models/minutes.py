"""Minutes of a meeting: notes per item in revisions, who confirmed them, what was asked to be changed, corrections."""

from django.db import models
from django.db.models import Q

from deliberation.choices import AmendmentState, MinutesState
from deliberation.querysets import MinutesQuerySet
from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place

S, A = MinutesState, AmendmentState
# What hangs on an item is DO_NOTHING: the foreign key refuses to lose it all the same, and Django need not ask three
# more tables whenever an item is taken off an agenda, which has no minutes yet.

MINUTES = Lifecycle(
    "minutes",
    S,
    [
        move("send", "送与会人员确认", sources=[S.DRAFT], target=S.CIRCULATED, verb="minutes.write"),
        move("recall", "收回修改", sources=[S.CIRCULATED], target=S.DRAFT, verb="minutes.write", needs_reason=True),
        move("confirm", "确认会议记录", sources=[S.CIRCULATED], target=S.CONFIRMED, verb="minutes.confirm"),
    ],
)

AMENDMENT = Lifecycle(
    "minutes_amendment",
    A,
    [
        move("take_in", "采纳", sources=[A.OPEN], target=A.TAKEN_IN, verb="minutes.write"),
        move("decline", "不采纳", sources=[A.OPEN], target=A.DECLINED, verb="minutes.write", needs_reason=True),
    ],
)


class Minutes(models.Model):
    """会议记录 of one meeting, from its opening. The words stand in the notes; after the confirmation nothing changes.

    ``edition`` counts the texts that were sent out: who confirmed, confirmed one of them. ``number``: of the 会议纪要,
    gapless per body and year, given with the confirmation.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.OneToOneField(
        "deliberation.Meeting", verbose_name="会议", on_delete=models.PROTECT, related_name="minutes"
    )
    body = models.ForeignKey("orgs.Organization", verbose_name="议事主体", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=12, choices=S.choices, default=S.DRAFT, editable=False)
    edition = models.PositiveSmallIntegerField("送确认稿次", default=0, editable=False)
    reason = models.CharField("收回原因", max_length=300, blank=True)
    circulated_at = models.DateTimeField("送确认时间", null=True, blank=True)
    confirm_by_on = models.DateField("确认期限", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "orgs.Person", verbose_name="确认人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    digest = models.CharField("记录校验值", max_length=64, blank=True)
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    serial = models.PositiveSmallIntegerField("序号", null=True, blank=True)
    number = models.CharField("纪要文号", max_length=60, blank=True)
    archived_at = models.DateTimeField("归档时间", null=True, blank=True)
    archive_reason = models.CharField("没有形成决议的原因", max_length=500, blank=True)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会议记录"
        constraints = [
            MINUTES.constraint("minutes_state"),
            models.CheckConstraint(
                name="minutes_circulated_until",
                condition=Q(state="draft")
                | Q(circulated_at__isnull=False, confirm_by_on__isnull=False, edition__gte=1),
            ),
            models.CheckConstraint(
                name="minutes_confirmed_whole",
                condition=Q(state="confirmed", confirmed_by__isnull=False, confirmed_at__isnull=False)
                & Q(serial__isnull=False, digest__regex=r"^[0-9a-f]{64}$")
                | ~Q(state="confirmed") & Q(confirmed_by=None, confirmed_at=None, serial=None, archived_at=None),
            ),
            models.UniqueConstraint(name="minutes_serial_once", fields=["body", "year", "serial"]),
        ]
        indexes = [models.Index(name="minutes_by_due_day", fields=["confirm_by_on", "id"])]

    def __str__(self) -> str:
        return f"{self.meeting.title}会议记录"

    @property
    def place(self) -> Place:
        return Place(self.body.path, self.body_id)


class MinutesNote(models.Model):
    """议题记录: one revision of what is noted to one item. Append-only; the newest revision counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, verbose_name="会议记录", on_delete=models.PROTECT, related_name="notes")
    item = models.ForeignKey(
        "deliberation.AgendaItem", verbose_name="议题", on_delete=models.DO_NOTHING, related_name="notes"
    )
    revision = models.PositiveSmallIntegerField("第几次修订")
    text = models.TextField("记录内容", max_length=8000)
    decision = models.TextField("议定事项", max_length=2000, blank=True)
    written_by = models.ForeignKey("orgs.Person", verbose_name="记录人", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField("记录时间")

    class Meta:
        verbose_name = verbose_name_plural = "议题记录"
        constraints = [
            # The last word when two save at one moment: a revision is written once.
            models.UniqueConstraint(name="minutes_note_revision_once", fields=["item", "revision"]),
            models.CheckConstraint(name="minutes_note_revision", condition=Q(revision__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.item} 第{self.revision}次修订"


class MinutesAgreement(models.Model):
    """与会人员确认: one attendee confirmed one edition of the minutes. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, verbose_name="会议记录", on_delete=models.PROTECT, related_name="agreements")
    attendance = models.ForeignKey(
        "deliberation.Attendance", verbose_name="与会人", on_delete=models.PROTECT, related_name="+"
    )
    edition = models.PositiveSmallIntegerField("稿次")
    agreed_at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = verbose_name_plural = "与会人员确认"
        constraints = [
            models.UniqueConstraint(name="minutes_agreement_once", fields=["minutes", "attendance", "edition"])
        ]

    def __str__(self) -> str:
        return f"{self.attendance} 第{self.edition}稿"


class MinutesAmendment(models.Model):
    """修改意见: what an attendee asks to be changed in the note of one item, and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, verbose_name="会议记录", on_delete=models.PROTECT, related_name="amendments")
    item = models.ForeignKey(
        "deliberation.AgendaItem", verbose_name="议题", on_delete=models.DO_NOTHING, related_name="amendments"
    )
    attendance = models.ForeignKey(
        "deliberation.Attendance", verbose_name="提出人", on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField("修改意见", max_length=1000)
    asked_at = models.DateTimeField("提出时间")
    state = models.CharField("状态", max_length=8, choices=A.choices, default=A.OPEN, editable=False)
    reason = models.CharField("不采纳的理由", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        "orgs.Person", verbose_name="答复人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "修改意见"
        constraints = [
            AMENDMENT.constraint("minutes_amendment_state"),
            models.CheckConstraint(
                name="minutes_amendment_answered",
                condition=Q(state="open", answered_by=None, answered_at=None)
                | ~Q(state="open") & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="minutes_amendment_declined_has_reason", condition=~Q(state="declined") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.text[:20]

    @property
    def place(self) -> Place:
        return self.minutes.place


class MinutesCorrection(models.Model):
    """更正: what is put right after the confirmation, shown beneath the note and never in its place. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, verbose_name="会议记录", on_delete=models.PROTECT, related_name="corrections")
    item = models.ForeignKey(
        "deliberation.AgendaItem", verbose_name="议题", on_delete=models.DO_NOTHING, related_name="corrections"
    )
    text = models.TextField("更正内容", max_length=2000)
    reason = models.CharField("更正原因", max_length=300)
    corrected_by = models.ForeignKey("orgs.Person", verbose_name="更正人", on_delete=models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField("更正时间")

    class Meta:
        verbose_name = verbose_name_plural = "更正"

    def __str__(self) -> str:
        return self.text[:20]


class SignedCopy(models.Model):
    """签字件: a scan of the minutes that were signed on paper, with its SHA-256. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    minutes = models.ForeignKey(Minutes, verbose_name="会议记录", on_delete=models.PROTECT, related_name="copies")
    file = models.ForeignKey("kit.StoredFile", verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField("校验值", max_length=64)
    signed_on = models.DateField("签字日期")
    registered_by = models.ForeignKey("orgs.Person", verbose_name="登记人", on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "签字件"
        constraints = [models.CheckConstraint(name="signed_copy_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$"))]

    def __str__(self) -> str:
        return f"{self.minutes} 签字件 {self.signed_on:%Y-%m-%d}"
