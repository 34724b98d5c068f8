"""The very first people of an installation, instead of a seed password; and the way back in when all are locked out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from kit import policies
from kit.errors import DomainError, RuleBroken
from kit.services import service
from orgs import rules
from orgs.choices import OrganizationKind, Role
from orgs.models import Division, Organization, Person, Posting, SecondFactor
from orgs.services.accounts import enable_account, open_account, reset_password
from orgs.services.organizations import create_organization
from orgs.services.people import register_person
from orgs.services.postings import appoint
from orgs.services.second_factor import reset_second_factor

FIRST_ROLES = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.ORGANIZATION_OFFICER)
SETTING_UP = frozenset({"office.create", "office.staff", "admin.staff", "person.create", "account.open"})
RESCUING = frozenset({"account.enable", "account.reset_password", "account.reset_totp"})


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be set up: role, name, login name."""

    role: str
    name: str
    username: str


@dataclass(frozen=True)
class HandedOut:
    """A login with its temporary password, to be shown once."""

    role: str
    name: str
    username: str
    password: str


@service
def set_up_district(
    *, actor, division_code: str, committee: str, people: Sequence[Newcomer], now: datetime
) -> list[HandedOut]:
    """Register the district committee and its first people: the three administrators and one officer of 组织部.

    The officer appoints everybody else; the administrators can appoint nobody to business. All or nothing. Raises
    DomainError ``set_up_already`` once an administrator exists; RuleBroken at division, committee or people.
    """
    # Two installers at once: the second waits and then finds the administrators of the first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('orgs.set_up_district'))")
    today = timezone.localdate(now)
    if Posting.objects.on(today).filter(role__in=rules.ADMINISTRATORS).exists():
        raise DomainError("set_up_already", "系统已有管理员，首次设置只能做一次；登不上的请用 rescue_administrator。")
    if sorted(person.role for person in people) != sorted(FIRST_ROLES):
        raise RuleBroken(
            "people_incomplete", "须设系统管理员、安全管理员、审计管理员和一名组织部干部。", field="people"
        )
    division = Division.objects.filter(code=division_code).first()
    if division is None or len(division_code) != 6:
        raise RuleBroken(
            "division_missing",
            f"没有代码为“{division_code}”的县（区），请先用 import_divisions 导入区划。",
            field="division",
        )
    district = Organization.objects.filter(kind=OrganizationKind.DISTRICT_COMMITTEE, division=division).first()
    if district is None:
        district = create_organization(
            actor=actor,
            kind=OrganizationKind.DISTRICT_COMMITTEE,
            name=committee or f"{division.name}委",
            parent=None,
            division=division,
            now=now,
        )
    handed = []
    for each in people:
        person = register_person(actor=actor, name=each.name, organization=district, now=now)
        password = open_account(actor=actor, person=person, username=each.username, now=now)
        appoint(
            actor=actor,
            person=person,
            organization=district,
            role=each.role,
            from_on=today,
            document="首次设置",
            now=now,
        )
        handed.append(HandedOut(each.role, person.name, rules.login_name(each.username), password))
    return handed


@service
def rescue_administrator(*, actor, username: str, now: datetime) -> HandedOut:
    """From the server's console, when no other administrator can help: enable, new password, new second factor.

    Only for the three administrators. Raises DomainError ``no_such_administrator``.
    """
    person = Person.objects.select_related("organization").filter(username=rules.login_name(username)).first()
    posting = (
        Posting.objects.on(timezone.localdate(now)).filter(person=person, role__in=rules.ADMINISTRATORS).first()
        if person
        else None
    )
    if person is None or posting is None:
        raise DomainError("no_such_administrator", f"没有登录名为“{username}”的在任管理员。")
    policies.require(actor, "account.reset_password", person)
    if not person.is_active:
        enable_account(actor=actor, person=person, now=now)
    password = reset_password(actor=actor, person=person, now=now)
    if SecondFactor.objects.filter(person=person).exists():
        reset_second_factor(actor=actor, person=person, reason="在服务器上恢复管理员", now=now)
    return HandedOut(posting.role, person.name, person.username or "", password)
