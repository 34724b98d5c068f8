"""The tree of organizations, kept by stored path."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q

from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place
from orgs.choices import OrganizationKind, OrganizationState
from orgs.querysets import OrganizationQuerySet
from orgs.rules import BODIES

ORGANIZATION = Lifecycle(
    "organization",
    OrganizationState,
    [
        move(
            "retire",
            "撤销",
            sources=[OrganizationState.ACTIVE],
            target=OrganizationState.RETIRED,
            verb="unit.retire",
            needs_reason=True,
        )
    ],
)


class Organization(models.Model):
    """组织: any node of the tree, from 区委 to a member enterprise.

    ``path`` is the chain of segments from the district down, trailing slash always: ``d511902/t107/v205/``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField("类别", max_length=24, choices=OrganizationKind.choices)
    name = models.CharField("名称", max_length=80)
    initials = models.CharField("拼音首字母", max_length=80, blank=True, editable=False)
    parent = models.ForeignKey(
        "self", verbose_name="上级组织", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # Collation C: the one unique index then serves both the prefix of a reach and the order of every register.
    path = models.CharField("路径", max_length=120, unique=True, editable=False, db_collation="C")
    division = models.ForeignKey(
        "orgs.Division",
        verbose_name="行政区划",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    contact_phone = models.CharField("办公电话", max_length=20, blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=OrganizationState.choices, default=OrganizationState.ACTIVE, editable=False
    )
    created_at = models.DateTimeField("登记时间", editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织"
        constraints = [
            ORGANIZATION.constraint("organization_state"),
            models.CheckConstraint(name="organization_kind", condition=Q(kind__in=sorted(OrganizationKind.values))),
            models.CheckConstraint(
                name="organization_path_form", condition=Q(path__regex=r"^d[0-9]{6}/([a-z][0-9]+/)*$")
            ),
            models.CheckConstraint(
                name="organization_root_is_district",
                condition=Q(parent__isnull=True, kind="district_committee")
                | Q(parent__isnull=False) & ~Q(kind="district_committee"),
            ),
            models.UniqueConstraint(
                name="organization_credit_code_once", fields=["credit_code"], condition=~Q(credit_code="")
            ),
            models.UniqueConstraint(
                name="organization_one_branch_per_division",
                fields=["division", "kind"],
                condition=Q(state="active", kind__in=["district_committee", "township_committee", "village_branch"]),
            ),
        ]
        indexes = [
            # The registers of one kind, joint organizations above all, in the order of the tree.
            models.Index(fields=["kind", "path"], name="organization_kind_path"),
            # Named here instead of db_index, which would add a second one for patterns.
            models.Index(fields=["division"], name="organization_division"),
            GinIndex(OpClass("name", "gin_trgm_ops"), name="organization_name_trgm"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Place:
        return Place(self.path, self.pk if self.kind in BODIES else None, unit_id=self.pk, administered=True)


class FormerPath(models.Model):
    """曾用路径: where an organization stood before a real merger or transfer moved it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="former_paths")
    path = models.CharField("原路径", max_length=120)
    left_at = models.DateTimeField("离开时间")

    class Meta:
        verbose_name = verbose_name_plural = "曾用路径"

    def __str__(self) -> str:
        return self.path
