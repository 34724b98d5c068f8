"""How the nouns of 组织准备 look from outside, and what their verbs accept."""

from typing import Any

from rest_framework import serializers

from kit.api import fields
from kit.api import representation as show
from kit.api.fields import Body
from kit.api.representation import PREFIX, Representation, Row
from kit.masking import masked_phone
from kit.scoping import Place
from orgs import choices, selectors
from orgs.rules import BODIES


def place_at(row: Row, prefix: str = "") -> Place:
    """The place of the organization whose columns stand in ``row`` under ``prefix``."""
    key = row[f"{prefix}id"]
    return Place(row[f"{prefix}path"], key if row[f"{prefix}kind"] in BODIES else None, unit_id=key, administered=True)


class DivisionShown(Representation):
    """行政区划"""

    resource, title, key = "divisions", "行政区划", "code"

    id = show.Text("区划代码", "code")
    name = show.Text("名称")
    level = show.Choice("层级", choices.DivisionLevel)
    parent = show.Ref("上级区划", "divisions", "parent_id", "parent__name", null=True)

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {
            "children": f"{PREFIX}/divisions/?parent={row['code']}",
            "organizations": f"{PREFIX}/organizations/?division={row['code']}",
        }


class OrganizationShown(Representation):
    """组织"""

    resource, title = "organizations", "组织"
    subject = "orgs.organization"

    id = show.Id("编号")
    name = show.Text("名称")
    kind = show.Choice("类别", choices.OrganizationKind)
    state = show.State("organization")
    parent = show.Ref("上级组织", "organizations", "parent_id", "parent__name", null=True)
    path = show.Text("路径")
    division = show.Ref("行政区划", "divisions", "division_id", "division__name", null=True)
    credit_code = show.Text("统一社会信用代码")
    contact_phone = show.Text("办公电话")
    created_at = show.Instant("登记时间")

    @staticmethod
    def place(row: Row) -> Place:
        return place_at(row)

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        key = row["id"]
        found = {
            "children": f"{PREFIX}/organizations/?parent={key}",
            "people": f"{PREFIX}/people/?organization={key}",
            "postings": f"{PREFIX}/postings/?organization={key}",
            "timeline": f"{PREFIX}/timeline/?subject=orgs.organization:{key}",
        }
        if row["kind"] == choices.OrganizationKind.JOINT_ORG:
            found["joint_org"] = f"{PREFIX}/joint-orgs/{key}/"
        else:
            found["memberships"] = f"{PREFIX}/memberships/?unit={key}"
        return found


class JointOrgShown(Representation):
    """联村党组织"""

    resource, title, key = "joint-orgs", "联村党组织", "organization_id"
    subject = "orgs.jointorg"
    reads = ("organization__path",)

    id = show.Id("编号", "organization_id")
    name = show.Text("名称", "organization__name")
    type = show.Choice("类型", choices.JointOrgType)
    subtype = show.Choice("子类型", choices.AllianceSubtype, blank=True)
    content_areas = show.Choices("五大内容", choices.ContentArea)
    state = show.State("joint_org")
    lead_township = show.Ref("牵头乡镇党委", "organizations", "organization__parent_id", "organization__parent__name")
    superior = show.Ref("所属片区联合党委", "organizations", "superior_id", "superior__name", null=True)
    approval_number = show.Text("批复文号")
    approved_on = show.Day("批复日期")
    funds_source = show.Text("经费来源")
    founded_on = show.Day("成立日期")
    dissolved_on = show.Day("撤销日期", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        key = row["organization_id"]
        return Place(row["organization__path"], key, unit_id=key, administered=True)

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        key = row["organization_id"]
        return {
            "organization": f"{PREFIX}/organizations/{key}/",
            "memberships": f"{PREFIX}/memberships/?joint_org={key}",
            "postings": f"{PREFIX}/postings/?organization={key}",
            "timeline": f"{PREFIX}/timeline/?subject=orgs.jointorg:{key}",
        }


class MembershipShown(Representation):
    """成员单位"""

    resource, title = "memberships", "成员单位"
    subject = "orgs.membership"
    reads = ("joint_org__organization__path", "joint_org__state", "unit__kind")

    id = show.Id("编号")
    joint_org = show.Ref("联村党组织", "joint-orgs", "joint_org_id", "joint_org__organization__name")
    unit = show.Ref("成员单位", "organizations", "unit_id", "unit__name")
    is_hub = show.Flag("中心村")
    from_on = show.Day("加入日期")
    to_on = show.Day("退出日期", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        key = row["joint_org_id"]
        return Place(row["joint_org__organization__path"], key, unit_id=key, administered=True)

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {
            "joint_org": f"{PREFIX}/joint-orgs/{row['joint_org_id']}/",
            "unit": f"{PREFIX}/organizations/{row['unit_id']}/",
            "timeline": f"{PREFIX}/timeline/?subject=orgs.membership:{row['id']}",
        }


def _phone(row: Row, caller: Any) -> str:
    """In full for oneself and where the policy says so, else ``138****1234``."""
    own = row["id"] == caller.person.pk
    if own or caller.may("person.read_phone", place_at(_home(row))):
        return row["work_phone"]
    return masked_phone(row["work_phone"])


def _home(row: Row) -> Row:
    return {
        "id": row["organization_id"],
        "path": row["organization__path"],
        "kind": row["organization__kind"],
    }


class PersonShown(Representation):
    """人员"""

    resource, title = "people", "人员"
    subject = "orgs.person"
    reads = ("organization__path", "organization__kind", "work_phone")

    id = show.Id("编号")
    name = show.Text("姓名")
    sex = show.Choice("性别", choices.Sex, blank=True)
    organization = show.Ref("所在单位", "organizations", "organization_id", "organization__name")
    party_post = show.Text("党内职务")
    identity_type = show.Choice("身份类型", choices.IdentityType, blank=True)
    work_phone = show.Computed(
        "工作电话",
        _phone,
        serializers.CharField(label="工作电话", read_only=True),
        columns=("work_phone",),
    )

    @staticmethod
    def place(row: Row) -> Place:
        return place_at(_home(row))

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {
            "organization": f"{PREFIX}/organizations/{row['organization_id']}/",
            "postings": f"{PREFIX}/postings/?person={row['id']}",
            "timeline": f"{PREFIX}/timeline/?subject=orgs.person:{row['id']}",
        }


def is_running(row: Row, caller: Any) -> bool:
    """Today lies within the days of duty."""
    return row["from_on"] <= caller.today and (row["to_on"] is None or row["to_on"] >= caller.today)


class PostingShown(Representation):
    """任职"""

    resource, title = "postings", "任职"
    subject = "orgs.posting"
    reads = ("organization__path", "organization__kind")

    id = show.Id("编号")
    person = show.Ref("人员", "people", "person_id", "person__name")
    organization = show.Ref("任职组织", "organizations", "organization_id", "organization__name")
    role = show.Choice("职责", choices.Role)
    field = show.Choice("分管", choices.TownshipField, blank=True)
    from_on = show.Day("任职日期")
    to_on = show.Day("免职日期", null=True)
    is_running = show.Computed(
        "在任", is_running, serializers.BooleanField(label="在任", read_only=True), columns=("from_on", "to_on")
    )
    recruitment_channel = show.Choice("来源", choices.RecruitmentChannel, blank=True)
    document = show.Text("任职文件")

    @staticmethod
    def place(row: Row) -> Place:
        return place_at(_home(row))

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {
            "person": f"{PREFIX}/people/{row['person_id']}/",
            "organization": f"{PREFIX}/organizations/{row['organization_id']}/",
            "timeline": f"{PREFIX}/timeline/?subject=orgs.posting:{row['id']}",
        }


# --- bodies -----------------------------------------------------------------------------------------------------------


class OrganizationBody(Body):
    kind = fields.Choice(choices.OrganizationKind, label="类别")
    name = fields.Text(max_length=80, label="名称")
    # DRF keeps its own ``parent`` on every field; declared ones live apart from it.
    parent = fields.Visible(  # type: ignore[assignment]
        selectors.organizations, label="上级组织", allow_null=True, default=None
    )
    division = fields.VisibleCode(lambda _: selectors.divisions(), label="行政区划", allow_null=True, default=None)
    credit_code = fields.Text(max_length=18, label="统一社会信用代码", allow_blank=True, default="")
    contact_phone = fields.Text(max_length=20, label="办公电话", allow_blank=True, default="")


class OrganizationChangeBody(Body):
    name = fields.Text(max_length=80, label="名称", required=False)
    credit_code = fields.Text(max_length=18, label="统一社会信用代码", allow_blank=True, required=False)
    contact_phone = fields.Text(max_length=20, label="办公电话", allow_blank=True, required=False)


class ReasonBody(Body):
    reason = fields.reason()


class MoveBody(Body):
    parent = fields.Visible(selectors.organizations, label="新的上级组织")  # type: ignore[assignment]  # as above
    reason = fields.reason("调整依据")


class JointOrgBody(Body):
    name = fields.Text(max_length=80, label="名称")
    lead_township = fields.Visible(selectors.organizations, label="牵头乡镇党委")
    units = fields.Many(fields.Visible(selectors.organizations), max_length=60, label="成员单位")
    hub = fields.Visible(selectors.organizations, label="中心村")
    type = fields.Choice(choices.JointOrgType, label="类型")
    subtype = fields.Choice(choices.AllianceSubtype, label="子类型", allow_blank=True, default="")
    content_areas = fields.Many(fields.Choice(choices.ContentArea), max_length=5, label="五大内容", default=list)
    superior = fields.Visible(selectors.organizations, label="所属片区联合党委", allow_null=True, default=None)
    approval_number = fields.Text(max_length=60, label="批复文号")
    approved_on = fields.Day(label="批复日期")
    founded_on = fields.Day(label="成立日期")
    funds_source = fields.Text(max_length=200, label="经费来源", allow_blank=True, default="")


class JointOrgChangeBody(Body):
    name = fields.Text(max_length=80, label="名称", required=False)
    type = fields.Choice(choices.JointOrgType, label="类型", required=False)
    subtype = fields.Choice(choices.AllianceSubtype, label="子类型", allow_blank=True, required=False)
    content_areas = fields.Many(fields.Choice(choices.ContentArea), max_length=5, label="五大内容", required=False)
    superior = fields.Visible(selectors.organizations, label="所属片区联合党委", allow_null=True, required=False)
    funds_source = fields.Text(max_length=200, label="经费来源", allow_blank=True, required=False)


class DissolveBody(Body):
    document = fields.Text(max_length=80, label="批复文号")
    reason = fields.reason("撤销原因")
    on = fields.Day(label="撤销日期")


class MembershipBody(Body):
    joint_org = fields.Visible(selectors.joint_orgs, label="联村党组织")
    unit = fields.Visible(selectors.organizations, label="成员单位")
    from_on = fields.Day(label="加入日期")
    is_hub = fields.Flag(label="中心村", default=False)


class EndBody(Body):
    on = fields.Day(label="最后一天")
    reason = fields.reason()


class PersonBody(Body):
    name = fields.Text(max_length=30, label="姓名")
    organization = fields.Visible(selectors.organizations, label="所在单位")
    sex = fields.Choice(choices.Sex, label="性别", allow_blank=True, default="")
    party_post = fields.Text(max_length=40, label="党内职务", allow_blank=True, default="")
    identity_type = fields.Choice(choices.IdentityType, label="身份类型", allow_blank=True, default="")
    work_phone = fields.Text(max_length=20, label="工作电话", allow_blank=True, default="")


class PersonChangeBody(Body):
    name = fields.Text(max_length=30, label="姓名", required=False)
    sex = fields.Choice(choices.Sex, label="性别", allow_blank=True, required=False)
    party_post = fields.Text(max_length=40, label="党内职务", allow_blank=True, required=False)
    identity_type = fields.Choice(choices.IdentityType, label="身份类型", allow_blank=True, required=False)
    work_phone = fields.Text(max_length=20, label="工作电话", allow_blank=True, required=False)


class PostingBody(Body):
    person = fields.Visible(selectors.people, label="人员")
    organization = fields.Visible(selectors.organizations, label="任职组织")
    role = fields.Choice(choices.Role, label="职责")
    from_on = fields.Day(label="任职日期")
    to_on = fields.Day(label="免职日期", allow_null=True, default=None)
    field = fields.Choice(choices.TownshipField, label="分管", allow_blank=True, default="")
    recruitment_channel = fields.Choice(choices.RecruitmentChannel, label="来源", allow_blank=True, default="")
    document = fields.Text(max_length=80, label="任职文件", allow_blank=True, default="")
