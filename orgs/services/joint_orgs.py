"""Verbs on joint organizations and their members. None of them writes a row of the establishment (F-03)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from kit import facts, policies, providers
from kit.actors import System
from kit.errors import DomainError, RuleBroken
from kit.pinyin import initials
from kit.scoping import standing_of
from kit.services import service
from kit.validation import check_fields, refuse_blank
from orgs import events, rules
from orgs.choices import ContentArea, OrganizationState
from orgs.choices import OrganizationKind as Kind
from orgs.models import JOINT_ORG, JointOrg, Membership, Organization, Posting
from orgs.services.organizations import insert_organization

CHANGEABLE = ("name", "type", "subtype", "content_areas", "superior", "funds_source")


@service
def found_joint_org(
    *,
    actor,
    name: str,
    lead_township: Organization,
    units: Sequence[Organization],
    hub: Organization,
    type: str,
    subtype: str = "",
    content_areas: Sequence[str] = (),
    superior: Organization | None = None,
    approval_number: str,
    approved_on: date,
    founded_on: date,
    funds_source: str = "",
    now: datetime,
) -> JointOrg:
    """Found a joint organization on a registered reply: its row in the tree, its members and its hub at once.

    Raises RuleBroken at units, hub, type, subtype, superior or the dates.
    """
    organization = Organization(kind=Kind.JOINT_ORG, name=(name or "").strip(), parent=lead_township, created_at=now)
    organization.path = lead_township.path
    policies.require(actor, "joint_org.found", organization)
    joint_org = JointOrg(
        type=type,
        subtype=subtype,
        content_areas=list(content_areas),
        superior=superior,
        approval_number=(approval_number or "").strip(),
        approved_on=approved_on,
        founded_on=founded_on,
        funds_source=funds_source,
    )
    check_fields(organization, only=["name"])
    check_fields(joint_org)
    _check_units(actor, units, hub, lead_township, superior)
    _check_character(joint_org, units)
    today = timezone.localdate(now)
    if approved_on > founded_on:
        raise RuleBroken("founded_before_reply", "成立日期不能早于批复日期。", field="founded_on")
    if founded_on > today:
        raise RuleBroken("date_in_future", "成立日期不能晚于今天。", field="founded_on")
    joint_org.organization = insert_organization(organization, actor=actor, now=now)
    joint_org.save(force_insert=True)
    Membership.objects.bulk_create(
        Membership(joint_org=joint_org, unit=unit, is_hub=unit.pk == hub.pk, from_on=founded_on) for unit in units
    )
    facts.record(
        events.JOINT_ORG_FOUNDED,
        actor=actor,
        org=joint_org.organization,
        subject=joint_org,
        at=now,
        name=organization.name,
        approval_number=joint_org.approval_number,
        units=[unit.name for unit in units],
    )
    return joint_org


def _check_units(actor, units, hub, lead_township, superior) -> None:
    if len({unit.pk for unit in units}) != len(units):
        raise RuleBroken("unit_twice", "同一成员单位选了两次。", field="units")
    if len(units) < 2:
        raise RuleBroken("too_few_units", "联村党组织至少要有两个成员单位。", field="units")
    for unit in units:
        _check_unit(actor, unit)
    if hub.pk not in {unit.pk for unit in units} or hub.kind != Kind.VILLAGE_BRANCH:
        raise RuleBroken("hub_not_a_member_village", "中心村须是成员单位中的一个村。", field="hub")
    if superior is not None and superior.kind != Kind.AREA_COMMITTEE:
        raise RuleBroken("superior_not_an_area", "上级须是片区联合党委。", field="superior")
    if superior is None and any(not unit.path.startswith(lead_township.path) for unit in units):
        raise RuleBroken(
            "cross_township_needs_superior",
            "跨乡镇的联村党组织须由区委组织部明确隶属的片区联合党委。",
            field="superior",
        )


def _check_unit(actor, unit: Organization) -> None:
    if unit.kind not in rules.UNITS or unit.state != OrganizationState.ACTIVE:
        raise RuleBroken("not_a_unit", f"{unit.name}不能作为成员单位。", field="units")
    if not isinstance(actor, System) and not standing_of(actor).reaches(unit.place):
        raise RuleBroken("unit_not_found", "成员单位没有找到，或者不在您的管理范围内。", field="units")


def _check_character(joint_org: JointOrg, units: Sequence[Organization]) -> None:
    if not rules.subtype_fits(joint_org.type, joint_org.subtype):
        raise RuleBroken(
            "subtype_mismatch", "村村抱团型须选强村带动型或弱弱互助型，其他类型不选子类型。", field="subtype"
        )
    if unknown := set(joint_org.content_areas) - set(ContentArea.values):
        raise RuleBroken("unknown_content_area", f"五大内容里没有{'、'.join(sorted(unknown))}。", field="content_areas")
    if sentence := rules.type_mismatch(joint_org.type, [unit.kind for unit in units]):
        raise RuleBroken("type_mismatch", sentence, field="type")


@service
def change_joint_org(*, actor, joint_org: JointOrg, now: datetime, **changes) -> JointOrg:
    """Change name, type, content areas, superior or source of funds. A change of nothing records nothing."""
    row = JointOrg.objects.select_related("organization").select_for_update(of=("self",)).get(pk=joint_org.pk)
    policies.require(actor, "joint_org.change", row)
    _require_active(row)
    if unknown := set(changes) - set(CHANGEABLE):
        raise RuleBroken(
            "not_changeable", "这些内容不能在这里改。", errors={f: ["不能修改。"] for f in sorted(unknown)}
        )
    name = changes.pop("name", row.organization.name).strip()
    changed = sorted(f for f, value in changes.items() if getattr(row, f) != value)
    for field in changed:
        setattr(row, field, changes[field])
    today = timezone.localdate(now)
    members = Organization.objects.filter(memberships__in=Membership.objects.on(today).filter(joint_org=row))
    check_fields(row, only=["type", "subtype", "content_areas", "funds_source"])
    if row.superior is not None and row.superior.kind != Kind.AREA_COMMITTEE:
        raise RuleBroken("superior_not_an_area", "上级须是片区联合党委。", field="superior")
    _check_character(row, list(members))
    if name != row.organization.name:
        row.organization.name = name
        check_fields(row.organization, only=["name"])
        row.organization.initials = initials(name)
        row.organization.save(update_fields=["name", "initials"])
        changed.append("name")
    if changed:
        row.save()
        facts.record(
            events.JOINT_ORG_CHANGED, actor=actor, org=row.organization, subject=row, at=now, changed=sorted(changed)
        )
    return row


@service
def dissolve_joint_org(*, actor, joint_org: JointOrg, document: str, reason: str, on: date, now: datetime) -> JointOrg:
    """Dissolve on a reply document (F-08): memberships and posts end that day, the archive stays readable.

    Raises DomainError ``open_business`` while an upper mechanism still has something running.
    """
    row = JointOrg.objects.select_related("organization").select_for_update(of=("self",)).get(pk=joint_org.pk)
    policies.require(actor, "joint_org.dissolve", row)
    document = refuse_blank(document, field="document", label="批复文号")
    reason = refuse_blank(reason, field="reason", label="撤销原因")
    if on > timezone.localdate(now) or on < row.founded_on:
        raise RuleBroken("bad_date", "撤销日期须在成立日期之后，且不晚于今天。", field="on")
    if open_business := [line for answer in providers.ask("open_before_dissolution", joint_org=row) for line in answer]:
        raise DomainError("open_business", "还有未了结的事项：" + "；".join(open_business) + "。")
    JOINT_ORG.advance(row, "dissolve", dissolved_on=on)
    Membership.objects.on(on).filter(joint_org=row).update(to_on=on)
    Posting.objects.on(on).filter(organization=row.pk).update(to_on=on)
    Organization.objects.filter(pk=row.pk).update(state=OrganizationState.RETIRED)
    facts.record(
        events.JOINT_ORG_DISSOLVED,
        actor=actor,
        org=row.organization,
        subject=row,
        at=now,
        document=document,
        reason=reason,
    )
    return row


def _require_active(row: JointOrg) -> None:
    if row.state != "active":
        raise DomainError("joint_org_dissolved", f"{row.organization.name}已撤销，档案只能查看。")


@service
def join_unit(
    *, actor, joint_org: JointOrg, unit: Organization, from_on: date, is_hub: bool = False, now: datetime
) -> Membership:
    """Take a unit in. It may be in two joint organizations at once; the pages flag it."""
    row = JointOrg.objects.select_related("organization").select_for_update(of=("self",)).get(pk=joint_org.pk)
    policies.require(actor, "membership.join", row)
    _require_active(row)
    _check_unit(actor, unit)
    lead = row.organization.path.rsplit("/", 2)[0] + "/"
    if row.superior_id is None and not unit.path.startswith(lead):
        raise RuleBroken(
            "cross_township_needs_superior", "跨乡镇加入前，须由区委组织部明确隶属的片区联合党委。", field="unit"
        )
    if from_on < row.founded_on:
        raise RuleBroken("before_founding", "加入日期不能早于联村党组织成立日期。", field="from_on")
    span = rules.Span(from_on, None)
    others = [
        rules.Span(*s) for s in Membership.objects.filter(joint_org=row, unit=unit).values_list("from_on", "to_on")
    ]
    if rules.overlapping(span, others):
        raise RuleBroken("already_member", f"{unit.name}在这段时间已是成员单位。", field="from_on")
    if is_hub and unit.kind != Kind.VILLAGE_BRANCH:
        raise RuleBroken("hub_not_a_member_village", "中心村须是成员单位中的一个村。", field="is_hub")
    if is_hub:
        Membership.objects.filter(joint_org=row, is_hub=True, to_on=None).update(is_hub=False)
    membership = Membership.objects.create(joint_org=row, unit=unit, from_on=from_on, is_hub=is_hub)
    facts.record(
        events.UNIT_JOINED, actor=actor, org=row.organization, subject=membership, at=now, unit=unit.name, is_hub=is_hub
    )
    return membership


@service
def leave_unit(*, actor, membership: Membership, on: date, reason: str, now: datetime) -> Membership:
    """End a unit's membership on a last day. A joint organization keeps at least two members and its hub."""
    row = Membership.objects.select_related("joint_org__organization", "unit").locked().get(pk=membership.pk)
    policies.require(actor, "membership.leave", row.joint_org)
    reason = refuse_blank(reason, field="reason", label="退出原因")
    # Lock the organization, so that of three members two cannot leave at the same moment.
    JointOrg.objects.select_for_update().get(pk=row.joint_org_id)
    if row.to_on is not None:
        raise DomainError("membership_ended", f"{row.unit.name}已于{row.to_on:%Y年%-m月%-d日}退出。")
    if on < row.from_on:
        raise RuleBroken("bad_date", "退出日期不能早于加入日期。", field="on")
    staying = Membership.objects.filter(joint_org=row.joint_org, to_on=None).exclude(pk=row.pk).count()
    if staying < 2:
        raise RuleBroken("too_few_units", "退出后成员单位少于两个；请办理撤销，而不是退出。")
    if row.is_hub:
        raise RuleBroken("hub_leaving", f"{row.unit.name}是中心村，请先指定新的中心村。")
    row.to_on = on
    row.save(update_fields=["to_on"])
    facts.record(
        events.UNIT_LEFT,
        actor=actor,
        org=row.joint_org.organization,
        subject=row,
        at=now,
        unit=row.unit.name,
        reason=reason,
    )
    return row


@service
def move_hub(*, actor, membership: Membership, now: datetime) -> Membership:
    """Make this member village the hub instead of the present one."""
    row = Membership.objects.select_related("joint_org__organization", "unit").locked().get(pk=membership.pk)
    policies.require(actor, "joint_org.change", row.joint_org)
    _require_active(row.joint_org)
    if row.to_on is not None or row.unit.kind != Kind.VILLAGE_BRANCH:
        raise RuleBroken("hub_not_a_member_village", "中心村须是成员单位中的一个村。", field="unit")
    Membership.objects.filter(joint_org=row.joint_org, is_hub=True, to_on=None).update(is_hub=False)
    Membership.objects.filter(pk=row.pk).update(is_hub=True)
    row.is_hub = True
    facts.record(events.HUB_MOVED, actor=actor, org=row.joint_org.organization, subject=row, at=now, unit=row.unit.name)
    return row
