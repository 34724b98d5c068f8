"""投诉建议: what anybody says about the work of an organization, without a name (F-72)."""

from django.db import models
from django.db.models import Q

from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place
from oversight.choices import ComplaintCategory
from oversight.choices import ComplaintState as S
from oversight.querysets import ComplaintQuerySet

COMPLAINT = Lifecycle(
    "complaint",
    S,
    [
        move("answer", "答复", sources=[S.RECEIVED], target=S.ANSWERED, verb="complaint.answer"),
        move("pass_on", "转办", sources=[S.RECEIVED], target=S.PASSED_ON, verb="complaint.answer", needs_reason=True),
    ],
)


class Complaint(models.Model):
    """投诉建议: about the work of one organization. Nobody's name and nobody's number; the ticket is the only way back.

    ``answer`` is the answer, or the reason for which it was passed on to ``passed_to``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        "orgs.Organization", verbose_name="反映的单位", on_delete=models.PROTECT, related_name="+"
    )
    category = models.CharField("类别", max_length=12, choices=ComplaintCategory.choices)
    text = models.TextField("内容", max_length=1000)
    ticket = models.CharField("查询码", max_length=16, unique=True, editable=False)
    received_at = models.DateTimeField("收到时间")
    answer_due_on = models.DateField("答复期限")
    state = models.CharField("状态", max_length=12, choices=S.choices, default=S.RECEIVED, editable=False)
    answer = models.TextField("答复", max_length=1000, blank=True)
    passed_to = models.CharField("转给", max_length=60, blank=True)
    answered_by = models.ForeignKey(
        "orgs.Person", verbose_name="答复人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "投诉建议"
        constraints = [
            COMPLAINT.constraint("complaint_state"),
            models.CheckConstraint(
                name="complaint_category", condition=Q(category__in=sorted(ComplaintCategory.values))
            ),
            models.CheckConstraint(name="complaint_answered", condition=Q(state="received") | ~Q(answer="")),
            models.CheckConstraint(name="complaint_passed_on", condition=~Q(state="passed_on") | ~Q(passed_to="")),
        ]
        indexes = [models.Index(name="complaint_by_place", fields=["organization", "state", "answer_due_on"])]

    def __str__(self) -> str:
        return f"{self.organization.name} {self.get_category_display()}"

    @property
    def place(self) -> Place:
        return Place(self.organization.path, None)
