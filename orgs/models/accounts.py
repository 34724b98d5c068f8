"""What belongs to a login: sign-ins, trusted phones, the second factor. Business rows never point here."""

from django.db import models
from django.db.models import F, Q

from kit.ids import new_id
from kit.scoping import Place
from orgs.choices import SignInEnd
from orgs.querysets import RecoveryCodeQuerySet, SignInQuerySet, TrustedDeviceQuerySet


class TrustedDevice(models.Model):
    """受信任手机: after 30 idle minutes it asks for a PIN instead of the password. Made on the phone itself.

    The cookie on the phone carries the secret, the row its keyed hash; the PIN is hashed like a password.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        "orgs.Person", verbose_name="人员", on_delete=models.PROTECT, related_name="trusted_devices"
    )
    label = models.CharField("名称", max_length=60)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    pin_hash = models.CharField(max_length=128, editable=False)
    failed_pins = models.PositiveSmallIntegerField("连续输错次数", default=0, editable=False)
    trusted_at = models.DateTimeField("信任时间", editable=False)
    trusted_until = models.DateTimeField("信任至", editable=False)
    used_at = models.DateTimeField("最近使用", editable=False)
    revoked_at = models.DateTimeField("解除时间", null=True, blank=True, editable=False)

    objects = TrustedDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "受信任手机"
        constraints = [
            models.CheckConstraint(name="trusted_device_span", condition=Q(trusted_until__gt=F("trusted_at"))),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def place(self) -> Place:
        return self.person.place


class SignIn(models.Model):
    """登录记录: one browser session of a person, from login to its end. It counts nothing and scores nobody.

    ``session_key`` is what django_session keeps as well, so that a session can be ended from elsewhere; it is emptied
    at the end.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("orgs.Person", verbose_name="人员", on_delete=models.PROTECT, related_name="sign_ins")
    session_key = models.CharField(max_length=40, null=True, unique=True, editable=False)
    device = models.ForeignKey(
        TrustedDevice, verbose_name="受信任手机", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.GenericIPAddressField("网络地址", null=True, editable=False)
    browser = models.CharField("浏览器", max_length=60, blank=True, editable=False)
    at = models.DateTimeField("登录时间", editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True, editable=False)
    end = models.CharField("结束方式", max_length=20, choices=SignInEnd.choices, blank=True, editable=False)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登录记录"
        constraints = [
            models.CheckConstraint(
                name="sign_in_end",
                condition=Q(ended_at__isnull=True, end="")
                | Q(ended_at__isnull=False, end__in=sorted(SignInEnd.values), session_key__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["person", "-at"], name="sign_in_person_at")]

    def __str__(self) -> str:
        return f"{self.person} {self.at:%Y-%m-%d %H:%M}"

    @property
    def place(self) -> Place:
        return self.person.place


class SecondFactor(models.Model):
    """动态口令: the shared secret of a TOTP app (RFC 6238, 30 seconds, 6 digits), sealed at rest.

    ``last_step`` is the newest time step that was accepted; a code of this or an earlier step is a replay.
    """

    person = models.OneToOneField(
        "orgs.Person", verbose_name="人员", primary_key=True, on_delete=models.PROTECT, related_name="second_factor"
    )
    sealed_secret = models.CharField(max_length=255, editable=False)
    last_step = models.BigIntegerField(default=0, editable=False)
    failed_codes = models.PositiveSmallIntegerField("连续输错次数", default=0, editable=False)
    created_at = models.DateTimeField("登记时间", editable=False)
    confirmed_at = models.DateTimeField("启用时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "动态口令"

    def __str__(self) -> str:
        return f"{self.person}的动态口令"

    @property
    def place(self) -> Place:
        return self.person.place


class RecoveryCode(models.Model):
    """备用码: lets a person in once when the phone with the TOTP app is lost. Only the keyed hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    used_at = models.DateTimeField("使用时间", null=True, blank=True, editable=False)

    objects = RecoveryCodeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "备用码"

    def __str__(self) -> str:
        return "备用码"
