"""Verbs on the tree of organizations."""

from datetime import datetime

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from stdnum.cn import uscc

from kit import facts, policies
from kit.errors import RuleBroken
from kit.pinyin import initials
from kit.services import service
from kit.validation import check_fields, refuse_blank
from orgs import events, rules
from orgs.choices import OrganizationKind as Kind
from orgs.models import ORGANIZATION, Division, FormerPath, Membership, Organization, Posting

CHANGEABLE = ("name", "credit_code", "contact_phone")


@service
def create_organization(
    *,
    actor,
    kind: str,
    name: str,
    parent: Organization | None,
    division: Division | None = None,
    credit_code: str = "",
    contact_phone: str = "",
    now: datetime,
) -> Organization:
    """Register an organization under ``parent`` (none for a district committee). Not for joint organizations.

    Raises RuleBroken at kind, parent, division or credit_code (GB 32100 check digit).
    """
    row = Organization(kind=kind, name=(name or "").strip(), contact_phone=contact_phone, created_at=now)
    row.parent, row.division, row.credit_code = parent, division, _credit_code(credit_code)
    check_fields(row, only=["kind", "name", "contact_phone"])
    if kind == Kind.JOINT_ORG:
        raise RuleBroken("use_founding", "联村党组织须凭批复办理成立，不能直接新增。", field="kind")
    row.path = parent.path if parent else f"d{division.code if division else ''}/"
    policies.require(actor, f"{rules.circle(kind)}.create", row)
    return insert_organization(row, actor=actor, now=now)


def insert_organization(row: Organization, *, actor, now: datetime) -> Organization:
    """Check the row's place in the tree, number it and save it. Shared with the founding of joint organizations."""
    _check_place(row)
    if row.parent is None:
        assert row.division is not None
        row.path = rules.segment(row.kind, division_code=row.division.code, number=0)
    else:
        # One registration at a time under a parent, so that numbers are never given twice.
        parent = Organization.objects.locked().get(pk=row.parent.pk)
        number = Organization.objects.filter(parent=parent, kind=row.kind).count() + 1 if not row.division_id else 0
        path = parent.path + rules.segment(
            row.kind, division_code=row.division.code if row.division else "", number=number
        )
        while number and Organization.objects.filter(path=path).exists():
            number += 1
            path = parent.path + rules.segment(row.kind, division_code="", number=number)
        row.path = path
    row.initials = initials(row.name)
    row.save(force_insert=True)
    facts.record(
        events.ORGANIZATION_CREATED,
        actor=actor,
        org=row,
        subject=row,
        at=now,
        kind=row.kind,
        name=row.name,
        path=row.path,
    )
    return row


def _check_place(row: Organization) -> None:
    kind_label = Kind(row.kind).label
    wanted = rules.parent_kind(row.kind)
    if (row.parent.kind if row.parent else None) != wanted:
        where = f"“{Kind(wanted).label}”之下" if wanted else "最上级"
        raise RuleBroken("wrong_parent", f"“{kind_label}”只能设在{where}。", field="parent")
    if row.parent and row.parent.state != "active":
        raise RuleBroken("parent_retired", f"{row.parent.name}已撤销，不能在其下新增。", field="parent")
    digits = rules.code_length(row.kind)
    if digits is None:
        return
    if row.division is None:
        raise RuleBroken("division_missing", f"“{kind_label}”须选择行政区划。", field="division")
    if len(row.division.code) != digits:
        raise RuleBroken(
            "wrong_level", f"“{kind_label}”对应{digits}位区划代码，{row.division.code}不是。", field="division"
        )
    if row.parent and row.parent.division_id and row.division.parent_id != row.parent.division_id:
        raise RuleBroken(
            "wrong_township",
            f"{row.division.name}（{row.division.code}）不在{row.parent.name}的区划之下。",
            field="division",
        )


def _credit_code(text: str) -> str:
    code = (text or "").strip().upper()
    if code and not uscc.is_valid(code):
        raise RuleBroken(
            "wrong_check_digit", "统一社会信用代码应为18位，且校验位须符合 GB 32100。", field="credit_code"
        )
    return code


@service
def change_organization(*, actor, organization: Organization, now: datetime, **changes: str) -> Organization:
    """Change name, credit code or office phone. Returns the row; a change of nothing records nothing."""
    row = Organization.objects.locked().get(pk=organization.pk)
    policies.require(actor, f"{rules.circle(row.kind)}.change", row)
    if unknown := set(changes) - set(CHANGEABLE):
        raise RuleBroken(
            "not_changeable", "这些内容不能在这里改。", errors={f: ["不能修改。"] for f in sorted(unknown)}
        )
    if "credit_code" in changes:
        changes["credit_code"] = _credit_code(changes["credit_code"])
    changed = sorted(f for f, value in changes.items() if getattr(row, f) != value)
    for field in changed:
        setattr(row, field, changes[field])
    check_fields(row, only=[f for f in changed if f != "credit_code"])
    if changed:
        row.initials = initials(row.name)
        row.save(update_fields=[*changed, "initials"])
        facts.record(events.ORGANIZATION_CHANGED, actor=actor, org=row, subject=row, at=now, changed=changed)
    return row


@service
def retire_organization(*, actor, organization: Organization, reason: str, now: datetime) -> Organization:
    """Take a unit or office out of use. Refused while anybody holds a post there or it is a member anywhere."""
    row = Organization.objects.locked().get(pk=organization.pk)
    policies.require(actor, f"{rules.circle(row.kind)}.{'dissolve' if row.kind == Kind.JOINT_ORG else 'retire'}", row)
    reason = refuse_blank(reason, field="reason", label="撤销原因")
    if row.kind == Kind.JOINT_ORG:
        raise RuleBroken("use_dissolution", "联村党组织须凭批复办理撤销。", field="kind")
    today = timezone.localdate(now)
    if posts := Posting.objects.on(today).filter(organization=row).count():
        raise RuleBroken("posts_running", f"{row.name}还有{posts}人在任，请先办理免职。")
    if Membership.objects.on(today).filter(unit=row).exists():
        raise RuleBroken("membership_running", f"{row.name}还是联村党组织的成员单位，请先办理退出。")
    if children := Organization.objects.active().filter(parent=row).count():
        raise RuleBroken("children_running", f"{row.name}之下还有{children}个组织。")
    ORGANIZATION.advance(row, "retire")
    facts.record(events.ORGANIZATION_RETIRED, actor=actor, org=row, subject=row, at=now, reason=reason)
    return row


@service
def move_organization(
    *, actor, organization: Organization, parent: Organization, reason: str, now: datetime
) -> Organization:
    """Move a unit with everything under it, for a real merger or transfer only. The old paths stay readable.

    One UPDATE rewrites the subtree; rows that belong to it join by key and are not touched.
    """
    # One move at a time in the whole tree: two crossing moves could otherwise build a loop.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('orgs.move_organization'))")
    row = Organization.objects.locked().get(pk=organization.pk)
    policies.require(actor, "organization.move", row)
    policies.require(actor, "organization.move", parent)
    reason = refuse_blank(reason, field="reason", label="调整依据")
    parent = Organization.objects.locked().get(pk=parent.pk)
    old = row.path
    if parent.path.startswith(old):
        raise RuleBroken("move_into_itself", "不能移到自己之下。", field="parent")
    if parent.pk == row.parent_id:
        raise RuleBroken("already_there", f"{row.name}已经在{parent.name}之下。", field="parent")
    if parent.kind != rules.parent_kind(row.kind) or parent.state != "active":
        raise RuleBroken("wrong_parent", f"“{row.get_kind_display()}”不能移到{parent.name}之下。", field="parent")
    new = parent.path + old.rstrip("/").rsplit("/", 1)[-1] + "/"
    if Organization.objects.filter(path=new).exists():
        raise RuleBroken("place_taken", f"{parent.name}之下已有相同编号的组织。", field="parent")
    subtree = Organization.objects.under(old)
    FormerPath.objects.bulk_create(
        FormerPath(organization_id=pk, path=path, left_at=now) for pk, path in subtree.values_list("pk", "path")
    )
    Organization.objects.filter(pk=row.pk).update(parent=parent)
    rows = subtree.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    row.refresh_from_db()
    facts.record(
        events.ORGANIZATION_MOVED,
        actor=actor,
        org=row,
        subject=row,
        at=now,
        old_path=old,
        new_path=new,
        rows=rows,
        reason=reason,
    )
    return row
