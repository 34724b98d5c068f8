"""People and the posts they hold."""

from django.contrib.auth import hashers
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When

from kit.ids import new_id
from kit.scoping import Place, standing_of
from orgs.choices import IdentityType, RecruitmentChannel, Role, Sex, TownshipField
from orgs.models.joint_orgs import Key, SpanRange
from orgs.querysets import PersonQuerySet, PostingQuerySet
from orgs.rules import ADMINISTRATORS, SINGLE_ROLES


class Person(AbstractBaseUser):
    """人员: somebody who works with the system. Without ``username`` there is no account, only the person.

    Nothing here grants anything: what a person may do follows from postings alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField("姓名", max_length=30)
    initials = models.CharField("拼音首字母", max_length=30, blank=True, editable=False)
    sex = models.CharField("性别", max_length=8, choices=Sex.choices, blank=True)
    organization = models.ForeignKey(
        "orgs.Organization", verbose_name="所在单位", on_delete=models.PROTECT, related_name="people"
    )
    party_post = models.CharField("党内职务", max_length=40, blank=True)
    identity_type = models.CharField("身份类型", max_length=20, choices=IdentityType.choices, blank=True)
    work_phone = models.CharField("工作电话", max_length=20, blank=True)
    username = models.CharField("登录名", max_length=40, null=True, blank=True, unique=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    temporary_password_until = models.DateTimeField("临时密码有效至", null=True, blank=True, editable=False)
    account_since = models.DateTimeField("账号启用时间", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("登记时间", editable=False)

    # The sign-ins tell when an account was last used; a login writes nothing into this row.
    last_login = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Place:
        return self.organization.place

    def get_full_name(self) -> str:
        """For Django's and Unfold's templates, which ask by this name."""
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whoever holds a post may open the admin; each screen asks reach and policy itself."""
        return bool(standing_of(self).posts)

    def check_password(self, raw_password: str | None) -> bool:
        """Compare only. Django would also store a stronger hash here, a change without a verb and an actor."""
        return hashers.check_password(raw_password, self.password)

    def has_perm(self, perm: str, obj=None) -> bool:
        """Django's permission strings grant nothing here; see ``kit.policies``."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class SeparatedRole(Case):
    """``role`` for a separated administrator, ``business`` for everything else, for the exclusion constraint."""

    def __init__(self) -> None:
        super().__init__(
            When(role__in=sorted(ADMINISTRATORS), then=F("role")),
            default=Value("business"),
            output_field=models.CharField(),
        )


class Posting(models.Model):
    """任职: a role at an organization, with start, end and source. Dates are days of duty, both included."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="postings")
    organization = models.ForeignKey(
        "orgs.Organization", verbose_name="任职组织", on_delete=models.PROTECT, related_name="postings"
    )
    role = models.CharField("职责", max_length=24, choices=Role.choices)
    field = models.CharField("分管", max_length=16, choices=TownshipField.choices, blank=True)
    from_on = models.DateField("任职日期")
    to_on = models.DateField("免职日期", null=True, blank=True)
    recruitment_channel = models.CharField("来源", max_length=16, choices=RecruitmentChannel.choices, blank=True)
    document = models.CharField("任职文件", max_length=80, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        # A role that few hold would else be looked for in every posting.
        indexes = [models.Index(fields=["role"], name="posting_by_role")]
        constraints = [
            models.CheckConstraint(name="posting_span", condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on"))),
            models.CheckConstraint(name="posting_role", condition=Q(role__in=sorted(Role.values))),
            ExclusionConstraint(
                name="posting_no_overlap",
                expressions=[
                    (Key("person"), RangeOperators.EQUAL),
                    (Key("organization"), RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (SpanRange(), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="posting_single_roles",
                expressions=[
                    (Key("organization"), RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (SpanRange(), RangeOperators.OVERLAPS),
                ],
                condition=Q(role__in=sorted(SINGLE_ROLES)),
            ),
            # The three administrators are separated from each other and from all business, also when two people race.
            ExclusionConstraint(
                name="posting_administrators_separated",
                expressions=[
                    (Key("person"), RangeOperators.EQUAL),
                    (SeparatedRole(), RangeOperators.NOT_EQUAL),
                    (SpanRange(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"

    @property
    def place(self) -> Place:
        return self.organization.place
