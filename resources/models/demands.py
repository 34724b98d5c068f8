"""需求: what a unit asks for, or a villagers' request it brings, and what every level added beside the words."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place
from resources.choices import Category, DemandKind, LayerLevel
from resources.choices import DemandState as S
from resources.querysets import DemandLayerQuerySet, DemandQuerySet

DEMAND = Lifecycle(
    "demand",
    S,
    [
        move("submit", "提交", sources=[S.DRAFT], target=S.SUBMITTED, verb="demand.write"),
        move("resubmit", "补正后提交", sources=[S.RETURNED], target=S.SUBMITTED, verb="demand.write"),
        move("accept", "受理", sources=[S.SUBMITTED], target=S.ACCEPTED, verb="demand.handle"),
        move("return", "退回补正", sources=[S.SUBMITTED], target=S.RETURNED, verb="demand.handle", needs_reason=True),
        move("verify", "核实", sources=[S.ACCEPTED, S.WAITING], target=S.VERIFIED, verb="demand.handle"),
        move(
            "wait",
            "等外部答复",
            sources=[S.ACCEPTED, S.VERIFIED],
            target=S.WAITING,
            verb="demand.handle",
            needs_reason=True,
        ),
        move("offer", "提出简易办理", sources=[S.VERIFIED], target=S.SETTLING, verb="demand.settle"),
        move(
            "decline",
            "不同意简易办理",
            sources=[S.SETTLING],
            target=S.VERIFIED,
            verb="demand.settle",
            needs_reason=True,
        ),
        move("settle", "双方商定", sources=[S.SETTLING], target=S.SETTLED, verb="demand.settle"),
        move("table", "提为议题", sources=[S.VERIFIED], target=S.TABLED, verb="demand.table"),
        move(
            "untable",
            "议题未通过、撤回或决议终止",
            sources=[S.TABLED, S.DECIDED, S.IN_PROGRESS],
            target=S.VERIFIED,
            verb="demand.follow",
        ),
        move(
            "table_again",
            "退回审议",
            sources=[S.DECIDED, S.IN_PROGRESS],
            target=S.TABLED,
            verb="demand.follow",
        ),
        move("decide", "已议定", sources=[S.TABLED], target=S.DECIDED, verb="demand.follow"),
        move("start", "开始落实", sources=[S.DECIDED, S.SETTLED], target=S.IN_PROGRESS, verb="demand.follow"),
        move(
            "fulfil", "报落实", sources=[S.IN_PROGRESS, S.SETTLED, S.DECIDED], target=S.FULFILLED, verb="demand.follow"
        ),
        move("confirm", "确认办结", sources=[S.FULFILLED], target=S.CONFIRMED, verb="demand.confirm"),
        move(
            "reopen", "没有落实", sources=[S.FULFILLED], target=S.IN_PROGRESS, verb="demand.confirm", needs_reason=True
        ),
        move(
            "close",
            "了结",
            sources=[S.ACCEPTED, S.WAITING, S.VERIFIED],
            target=S.CLOSED,
            verb="demand.handle",
            needs_reason=True,
        ),
        move(
            "withdraw",
            "撤回",
            sources=[S.DRAFT, S.SUBMITTED, S.RETURNED],
            target=S.WITHDRAWN,
            verb="demand.write",
            needs_reason=True,
        ),
    ],
)


class Demand(models.Model):
    """需求: the author's own words, immutable from submission. A 群众诉求 carries no name and no contact.

    ``quantity`` is a whole number of ``quantity_unit``. Deadlines are dates in working days, stopped while 待补正.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField("来源", max_length=20, choices=DemandKind.choices, default=DemandKind.UNIT)
    unit = models.ForeignKey(
        "orgs.Organization", verbose_name="单位", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # The unit's township, written by the database alone (kit.homes).
    home = models.ForeignKey(
        "orgs.Organization",
        verbose_name="所属乡镇",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    body = models.ForeignKey(
        "orgs.Organization", verbose_name="联村党组织", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    author = models.ForeignKey("orgs.Person", verbose_name="填报人", on_delete=models.PROTECT, related_name="+")
    is_filled_in = models.BooleanField("代填", default=False)
    category = models.CharField("类别", max_length=16, choices=Category.choices)
    title = models.CharField("需要什么", max_length=60)
    text = models.TextField("具体情况", max_length=2000)
    quantity = models.PositiveIntegerField("数量", null=True, blank=True)
    quantity_unit = models.CharField("单位", max_length=10, blank=True)
    needed_by_on = models.DateField("希望办到", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=S.choices, default=S.DRAFT, editable=False)
    reason = models.CharField("理由", max_length=500, blank=True)
    objection = models.CharField("对初核的异议", max_length=500, blank=True)
    objected_at = models.DateTimeField("提出异议时间", null=True, blank=True)
    created_at = models.DateTimeField("起草时间", editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    accept_by_on = models.DateField("受理期限", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    answer_by_on = models.DateField("答复期限", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    escalated_at = models.DateTimeField("转上级时间", null=True, blank=True)

    objects = DemandQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "需求"
        constraints = [
            DEMAND.constraint("demand_state"),
            models.CheckConstraint(name="demand_category", condition=Q(category__in=sorted(Category.values))),
            models.CheckConstraint(
                name="demand_submitted_has_deadline",
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(submitted_at__isnull=False, accept_by_on__isnull=False),
            ),
            models.CheckConstraint(
                name="demand_reason_given", condition=~Q(state__in=["returned", "closed", "waiting"]) | ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(name="demand_by_body", fields=["body", "-id"]),
            models.Index(name="demand_by_unit", fields=["unit", "-id"]),
            models.Index(name="demand_by_home", fields=["home", "-id"]),
            models.Index(name="demand_by_home_state", fields=["home", "state", "-id"]),
            models.Index(name="demand_by_state", fields=["state", "-id"]),
            BrinIndex(name="demand_by_time", fields=["created_at"]),
            # The lights: whoever must accept or answer, by the day until which.
            models.Index(name="demand_to_accept", fields=["accept_by_on"], condition=Q(state="submitted")),
            models.Index(name="demand_to_answer", fields=["answer_by_on"], condition=Q(state="accepted")),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def place(self) -> Place:
        return Place(self.unit.path, self.body_id)


class DemandLayer(models.Model):
    """需求加注: what a level says beside the author's words. Append-only; a difference is visible (F-10)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    demand = models.ForeignKey(Demand, verbose_name="需求", on_delete=models.PROTECT, related_name="layers")
    level = models.CharField("层级", max_length=12, choices=LayerLevel.choices)
    author = models.ForeignKey("orgs.Person", verbose_name="加注人", on_delete=models.PROTECT, related_name="+")
    category = models.CharField("类别", max_length=16, choices=Category.choices)
    text = models.TextField("加注内容", max_length=2000)
    quantity = models.PositiveIntegerField("数量", null=True, blank=True)
    quantity_unit = models.CharField("单位", max_length=10, blank=True)
    added_at = models.DateTimeField("加注时间")

    objects = DemandLayerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "需求加注"
        constraints = [models.CheckConstraint(name="layer_level", condition=Q(level__in=sorted(LayerLevel.values)))]

    def __str__(self) -> str:
        return f"{self.get_level_display()}：{self.text[:20]}"

    @property
    def place(self) -> Place:
        return self.demand.place


class LayerConsent(models.Model):
    """同意改动: the unit agrees to what a layer made of its category or quantity; then it is no distortion (F-10)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    layer = models.OneToOneField(DemandLayer, verbose_name="加注", on_delete=models.PROTECT, related_name="consent")
    person = models.ForeignKey("orgs.Person", verbose_name="同意人", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField("同意时间")

    class Meta:
        verbose_name = verbose_name_plural = "同意改动"

    def __str__(self) -> str:
        return f"{self.person} 同意"


class Settlement(models.Model):
    """简易事项: two units settle it between themselves; reported at the next meeting."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    demand = models.OneToOneField(Demand, verbose_name="需求", on_delete=models.PROTECT, related_name="settlement")
    partner = models.ForeignKey(
        "orgs.Organization", verbose_name="对方单位", on_delete=models.PROTECT, related_name="+"
    )
    terms = models.TextField("商定内容", max_length=1000)
    offered_by = models.ForeignKey("orgs.Person", verbose_name="提出人", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField("提出时间")
    agreed_by = models.ForeignKey(
        "orgs.Person", verbose_name="对方同意人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField("商定时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "简易事项"

    def __str__(self) -> str:
        return self.terms[:20]
