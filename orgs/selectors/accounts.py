"""Reads of accounts: limits, sessions, trusted phones, who is locked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kit import parameters, sealing, sessions
from kit.scoping import standing_of
from orgs import rules
from orgs.choices import Role
from orgs.models import Organization, Person, Posting, RecoveryCode, SecondFactor, SignIn, TrustedDevice

# Dangerous steps ask for the password again when it was typed longer ago than this.
FRESH = timedelta(minutes=10)
DEVICE_PURPOSE = "trusted-device"


@dataclass(frozen=True)
class Limits:
    """The numbers of the account rules on a day."""

    wrong_passwords: int
    lock: timedelta
    idle: timedelta
    administrator: timedelta
    trust: timedelta
    wrong_pins: int
    temporary_password: timedelta
    unused: timedelta


def limits(on: date, *, path: str = "") -> Limits:
    """In force on a day in the district of ``path``; without a path the only district's, so that a login page, which
    knows nobody yet, treats known and unknown names alike."""
    district = path.split("/", 1)[0] + "/" if path else _only_district()

    def number(name: str) -> int:
        return parameters.get(f"orgs.{name}", on=on, path=district)

    return Limits(
        wrong_passwords=number("wrong_passwords"),
        lock=timedelta(minutes=number("lock_minutes")),
        idle=timedelta(minutes=number("idle_minutes")),
        administrator=timedelta(hours=number("administrator_hours")),
        trust=timedelta(days=number("trusted_phone_days")),
        wrong_pins=number("wrong_pins"),
        temporary_password=timedelta(hours=number("temporary_password_hours")),
        unused=timedelta(days=number("unused_account_days")),
    )


def limits_for(person: Person, now: datetime) -> Limits:
    return limits(timezone.localdate(now), path=person.organization.path)


def _only_district() -> str:
    districts = Organization.objects.filter(parent__isnull=True).order_by("path", "pk")
    roots = list(districts.values_list("path", flat=True)[:2])
    return roots[0] if len(roots) == 1 else ""


def needs_second_factor(person: Person) -> bool:
    """Must this person type a TOTP code at login? By their roles today."""
    return standing_of(person).has_role(*rules.SECOND_FACTOR_ROLES)


def is_administrator(person: Person) -> bool:
    """One of the three separated administrators today."""
    return standing_of(person).has_role(*rules.ADMINISTRATORS)


def has_second_factor(person: Person) -> bool:
    return SecondFactor.objects.filter(person=person, confirmed_at__isnull=False).exists()


def recovery_codes_left(person: Person) -> int:
    return RecoveryCode.objects.unused().filter(factor__person=person).count()


def login_person(pk) -> Person | None:
    """The active person behind a half-finished login, or None."""
    return Person.objects.filter(pk=pk, is_active=True).select_related("organization").first()


@dataclass(frozen=True)
class OpenSession:
    """One browser in which the person is signed in. ``seen_at`` to the minute."""

    id: UUID
    at: datetime
    seen_at: datetime
    address: str
    browser: str
    device: str


def open_sessions(person: Person, *, now: datetime) -> list[OpenSession]:
    """Where the person is signed in, newest first; sessions left alone for too long are not shown."""
    rows = list(SignIn.objects.open().filter(person=person).select_related("device").order_by("-at", "pk"))
    found = {
        each.session_key: each.get_decoded()
        for each in Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=now)
    }
    idle = limits(timezone.localdate(now)).idle
    return [
        OpenSession(
            id=row.pk,
            at=row.at,
            seen_at=sessions.seen_at(found[row.session_key]) or row.at,
            address=row.address or "",
            browser=row.browser,
            device=row.device.label if row.device else "",
        )
        for row in rows
        if row.session_key in found and (row.device or not sessions.idle(found[row.session_key], now=now, limit=idle))
    ]


def trusted_devices(person: Person, *, now: datetime) -> QuerySet[TrustedDevice]:
    return TrustedDevice.objects.trusted(now).filter(person=person).order_by("-used_at", "pk")


def trusted_device(person: Person, pk: UUID, *, secret: str, now: datetime) -> TrustedDevice | None:
    """A phone of this person that is still trusted and shows the secret it was given."""
    device = TrustedDevice.objects.trusted(now).filter(person=person, pk=pk).first()
    return device if device and sealing.matches(secret, device.secret_hash, purpose=DEVICE_PURPOSE) else None


# What the list of accounts can be narrowed to.
ACCOUNT_STATES = (
    ("", "全部人员"),
    ("open", "已开通"),
    ("locked", "已锁定"),
    ("disabled", "已停用"),
    ("none", "未开通"),
)


def keeps_accounts(person) -> bool:
    """Does this person open and unlock accounts, or reset second factors?"""
    return standing_of(person).has_role(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)


def reads_logs(person) -> bool:
    return standing_of(person).has_role(Role.AUDIT_ADMIN)


def people_with_accounts(person, *, search: str = "", state: str = "", now: datetime) -> QuerySet[Person]:
    """The people in reach of whoever keeps accounts."""
    rows = Person.objects.visible_to(person).select_related("organization")
    if search:
        rows = rows.filter(
            Q(name__contains=search)
            | Q(initials__istartswith=search)
            | Q(username__contains=search.lower())
            | Q(organization__name__contains=search)
        )
    if state == "open":
        rows = rows.filter(username__isnull=False, is_active=True)
    elif state == "disabled":
        rows = rows.filter(username__isnull=False, is_active=False)
    elif state == "none":
        rows = rows.filter(username__isnull=True)
    elif state == "locked":
        rows = rows.filter(username__in=list(locked_names(now=now)))
    return rows.order_by("organization__path", "name", "pk")


def person_in_reach(person, pk) -> Person | None:
    return Person.objects.visible_to(person).select_related("organization").filter(pk=pk).first()


def account_light(person: Person, locked: dict[str, int]) -> tuple[str, str]:
    """(colour, word) for the state of an account."""
    if not person.username:
        return "grey", "未开通"
    if not person.is_active:
        return "grey", "已停用"
    if person.username in locked:
        return "red", "已锁定"
    if person.must_change_password:
        return "yellow", "等本人改临时密码"
    return "green", "正常"


def possible_steps(person: Person, locked: dict[str, int]) -> set[str]:
    """What can be done with an account in its present state."""
    if not person.username:
        return {"open"}
    steps = {"reset", "disable"} if person.is_active else {"enable"}
    if person.username in locked:
        steps.add("unlock")
    if SecondFactor.objects.filter(person=person).exists():
        steps.add("second-factor")
    return steps


def sign_ins(person, *, search: str = "") -> QuerySet[SignIn]:
    """登录记录 of the people in reach, newest first."""
    rows = SignIn.objects.filter(person__in=Person.objects.visible_to(person)).select_related(
        "person__organization", "device"
    )
    if search:
        rows = rows.filter(Q(person__name__contains=search) | Q(person__username__contains=search.lower()))
    return rows.order_by("-at", "-pk")


def locked_names(*, now: datetime) -> dict[str, int]:
    """Login names locked somewhere now → number of addresses from which they are."""
    bound = limits(timezone.localdate(now))
    rows = AccessAttempt.objects.filter(
        failures_since_start__gte=bound.wrong_passwords, attempt_time__gt=now - bound.lock
    ).values_list("username", "ip_address")
    found: dict[str, int] = {}
    for name, _ in set(rows):
        found[name] = found.get(name, 0) + 1
    return found


def unused_accounts(*, now: datetime) -> QuerySet[Person]:
    """Active accounts that nobody has used for the number of days in the rule."""
    before = now - limits(timezone.localdate(now)).unused
    used = SignIn.objects.filter(person=OuterRef("pk"), at__gte=before)
    return (
        Person.objects.filter(username__isnull=False, is_active=True)
        .filter(Q(account_since__isnull=True) | Q(account_since__lt=before))
        .exclude(Exists(used))
        .order_by("pk")
    )


def own_postings(person: Person, *, on: date) -> QuerySet[Posting]:
    """One's own posts on a day."""
    return Posting.objects.on(on).filter(person=person).select_related("organization").order_by("from_on", "pk")


def last_used(person: Person) -> datetime | None:
    """When the person last signed in."""
    return SignIn.objects.filter(person=person).order_by("-at", "-pk").values_list("at", flat=True).first()


@dataclass(frozen=True)
class Contact:
    """How a person with a login is reached: nothing more leaves this app."""

    pk: UUID
    login: str
    phone: str


def contact_of(pk: UUID) -> Contact | None:
    """The contact of a person whose account is open; None for anybody else."""
    found = Person.objects.filter(pk=pk, is_active=True, username__isnull=False).first()
    return Contact(found.pk, found.username or "", found.work_phone) if found else None
