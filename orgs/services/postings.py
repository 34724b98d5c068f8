"""Verbs on postings: who holds which role where, from when to when."""

from datetime import date, datetime

from django.utils import timezone

from kit import facts, policies
from kit.actors import System
from kit.errors import DomainError, RuleBroken
from kit.scoping import standing_of
from kit.services import service
from kit.validation import check_fields, refuse_blank
from orgs import events, rules
from orgs.choices import OrganizationKind as Kind
from orgs.choices import OrganizationState, Role
from orgs.models import Organization, Person, Posting


def staffing_verb(organization: Organization, role: str) -> str:
    """The verb that lets somebody fill this role here."""
    return "admin.staff" if role in rules.ADMINISTRATORS else f"{rules.circle(organization.kind)}.staff"


@service
def appoint(
    *,
    actor,
    person: Person,
    organization: Organization,
    role: str,
    from_on: date,
    to_on: date | None = None,
    field: str = "",
    recruitment_channel: str = "",
    document: str = "",
    now: datetime,
) -> Posting:
    """Give a person a role at an organization. Changes nothing at the person's home organization (F-03).

    Raises RuleBroken at role, person, from_on or to_on.
    """
    posting = Posting(
        person=person,
        organization=organization,
        role=role,
        field=field,
        from_on=from_on,
        to_on=to_on,
        recruitment_channel=recruitment_channel,
        document=document.strip(),
    )
    check_fields(posting)
    policies.require(actor, staffing_verb(organization, role), posting)
    if not isinstance(actor, System) and not standing_of(actor).reaches(person.place):
        raise RuleBroken("person_not_found", "人员没有找到，或者不在您的管理范围内。", field="person")
    _check_role(organization, role, field)
    if to_on is not None and to_on < from_on:
        raise RuleBroken("ends_before_start", "免职日期不能早于任职日期。", field="to_on")
    # Lock the organization: two appointments to a single post are decided one after the other.
    Organization.objects.locked().get(pk=organization.pk)
    span = rules.Span(from_on, to_on)
    _check_separation(posting, span)
    _check_overlap(posting, span)
    posting.save(force_insert=True)
    facts.record(
        events.PERSON_APPOINTED,
        actor=actor,
        org=organization,
        subject=posting,
        at=now,
        person=str(person.pk),
        role=role,
    )
    return posting


def _check_role(organization: Organization, role: str, field: str) -> None:
    if organization.state != OrganizationState.ACTIVE:
        raise DomainError("organization_retired", f"{organization.name}已撤销，不能再任职。")
    if role not in rules.roles_at(organization.kind):
        raise RuleBroken(
            "role_not_here", f"“{Role(role).label}”不能设在“{Kind(organization.kind).label}”。", field="role"
        )
    if field and role != Role.TOWNSHIP_OFFICER:
        raise RuleBroken("field_of_officers_only", "只有乡镇干部填写分管。", field="field")


def _check_separation(posting: Posting, span: rules.Span) -> None:
    held = [
        (each.role, rules.Span(each.from_on, each.to_on)) for each in Posting.objects.filter(person=posting.person_id)
    ]
    if clash := rules.separation_clash(posting.role, span, held):
        raise RuleBroken(
            "administrators_separated",
            f"系统管理员、安全管理员、审计管理员须由不同的人担任，且不得兼任业务职务；"
            f"{posting.person.name}同期任{Role(clash).label}。",
            field="role",
        )


def _check_overlap(posting: Posting, span: rules.Span) -> None:
    same = Posting.objects.filter(organization=posting.organization, role=posting.role).select_related("person")
    mine = [each for each in same if each.person_id == posting.person_id]
    if clash := _clash(span, mine):
        raise RuleBroken(
            "overlapping_posting",
            f"{clash.person.name}{_days(clash)}已任{clash.get_role_display()}，时间重叠。",
            field="from_on",
        )
    if posting.role in rules.SINGLE_ROLES and (clash := _clash(span, list(same))):
        raise RuleBroken(
            "post_taken",
            f"{posting.organization.name}的{clash.get_role_display()}只设一人，{_days(clash)}由{clash.person.name}担任。",
            field="from_on",
        )


def _clash(span: rules.Span, postings: list[Posting]) -> Posting | None:
    return next((each for each in postings if span.overlaps(rules.Span(each.from_on, each.to_on))), None)


def _days(posting: Posting) -> str:
    end = f"{posting.to_on:%Y年%-m月%-d日}" if posting.to_on else "今"
    return f"自{posting.from_on:%Y年%-m月%-d日}至{end}"


@service
def end_posting(*, actor, posting: Posting, on: date, reason: str, now: datetime) -> Posting:
    """End a posting on its last day of duty. The person loses what it opened with the next request (S5)."""
    row = Posting.objects.select_related("organization", "person").locked().get(pk=posting.pk)
    policies.require(actor, staffing_verb(row.organization, row.role), row)
    reason = refuse_blank(reason, field="reason", label="免职原因")
    if row.to_on is not None and row.to_on < timezone.localdate(now):
        raise DomainError("posting_ended", f"这项任职已于{row.to_on:%Y年%-m月%-d日}结束。")
    if on < row.from_on:
        raise RuleBroken("ends_before_start", "免职日期不能早于任职日期。", field="on")
    row.to_on = on
    row.save(update_fields=["to_on"])
    facts.record(
        events.POSTING_ENDED,
        actor=actor,
        org=row.organization,
        subject=row,
        at=now,
        person=str(row.person_id),
        role=row.role,
        reason=reason,
    )
    return row
