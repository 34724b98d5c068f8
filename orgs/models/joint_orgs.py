"""Joint organizations and their members. Neither ever touches the establishment (the five invariants, F-03)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast

from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place
from orgs.choices import AllianceSubtype, ContentArea, JointOrgState, JointOrgType
from orgs.querysets import JointOrgQuerySet, MembershipQuerySet

JOINT_ORG = Lifecycle(
    "joint_org",
    JointOrgState,
    [
        move(
            "dissolve",
            "撤销",
            sources=[JointOrgState.ACTIVE],
            target=JointOrgState.DISSOLVED,
            verb="joint_org.dissolve",
            needs_reason=True,
        )
    ],
)


class SpanRange(Func):
    """``daterange(from_on, to_on, '[]')`` over two columns, for exclusion constraints."""

    function = "daterange"

    def __init__(self) -> None:
        super().__init__(F("from_on"), F("to_on"), Value("[]"))


class Key(Cast):
    """A foreign key as text, for exclusion constraints.

    Their GiST index then answers no plain look-up by key: the planner takes it for as cheap as a B-tree, and at
    400,000 rows one look-up by its second column cost 90 ms.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, models.TextField())


class JointOrg(models.Model):
    """联村党组织: a functional Party organization that links villages and other units; not a legal person.

    It shares its key with its row in the tree of organizations, so ``body_id`` means the same everywhere.
    """

    organization = models.OneToOneField(
        "orgs.Organization", on_delete=models.PROTECT, primary_key=True, related_name="joint_org", verbose_name="组织"
    )
    type = models.CharField("类型", max_length=20, choices=JointOrgType.choices)
    subtype = models.CharField("子类型", max_length=12, choices=AllianceSubtype.choices, blank=True)
    content_areas = ArrayField(
        models.CharField(max_length=12, choices=ContentArea.choices), verbose_name="五大内容", default=list, blank=True
    )
    superior = models.ForeignKey(
        "orgs.Organization",
        verbose_name="所属片区联合党委",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_joint_orgs",
    )
    approval_number = models.CharField("批复文号", max_length=60)
    approved_on = models.DateField("批复日期")
    funds_source = models.CharField("经费来源", max_length=200, blank=True)
    founded_on = models.DateField("成立日期")
    dissolved_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    state = models.CharField(
        "状态", max_length=12, choices=JointOrgState.choices, default=JointOrgState.ACTIVE, editable=False
    )

    objects = JointOrgQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联村党组织"
        constraints = [
            JOINT_ORG.constraint("joint_org_state"),
            models.CheckConstraint(
                name="joint_org_dissolved_has_date",
                condition=Q(state="dissolved", dissolved_on__isnull=False)
                | Q(state="active", dissolved_on__isnull=True),
            ),
            models.CheckConstraint(
                name="joint_org_subtype_of_alliance_only", condition=Q(type="village_alliance") | Q(subtype="")
            ),
        ]

    def __str__(self) -> str:
        return self.organization.name

    @property
    def place(self) -> Place:
        return self.organization.place


class Membership(models.Model):
    """联建成员: a unit's time in a joint organization. ``to_on`` is the last day, empty while it lasts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    joint_org = models.ForeignKey(
        JointOrg, verbose_name="联村党组织", on_delete=models.PROTECT, related_name="memberships"
    )
    unit = models.ForeignKey(
        "orgs.Organization", verbose_name="成员单位", on_delete=models.PROTECT, related_name="memberships"
    )
    is_hub = models.BooleanField("中心村", default=False)
    from_on = models.DateField("加入日期")
    to_on = models.DateField("退出日期", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "成员单位"
        constraints = [
            models.CheckConstraint(
                name="membership_span", condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on"))
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    (Key("joint_org"), RangeOperators.EQUAL),
                    (Key("unit"), RangeOperators.EQUAL),
                    (SpanRange(), RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                name="membership_one_hub", fields=["joint_org"], condition=Q(is_hub=True, to_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.joint_org}"

    @property
    def place(self) -> Place:
        return self.joint_org.place
