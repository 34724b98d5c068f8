"""What the registers of units and people take in from a workbook."""

from collections.abc import Callable, Mapping
from typing import Any

from kit import policies
from kit.admin.intake import Intake
from kit.workbook import Field, parsing
from orgs import rules, selectors
from orgs.choices import IdentityType, Sex
from orgs.choices import OrganizationKind as Kind
from orgs.services import intake

NOT_FOUND = "没有找到，或者不在您的管理范围内。"


def _by_name(person) -> Callable[[str], Any]:
    """An organization in reach by its full name; read once for the whole upload."""
    known: dict[str, list] = {}
    for row in selectors.organizations(person).active().select_related("parent"):
        known.setdefault(row.name, []).append(row)

    def parse(cell: str) -> Any:
        found = known.get(cell.strip(), [])
        if not found:
            raise ValueError(NOT_FOUND)
        if len(found) > 1:
            raise ValueError("同名的组织不止一个，请在系统里逐个登记。")
        return found[0]

    return parse


def _division(cell: str) -> Any:
    found = selectors.divisions().filter(code=parsing.digits(len(cell.strip()))(cell)).first()
    if found is None:
        raise ValueError("没有这个区划代码。")
    return found


def _words(choices: Mapping[Any, Any] | Any) -> dict[str, str]:
    return {str(each.label): str(each.value) for each in choices}


def organization_fields(person) -> list[Field]:
    kinds = _words([k for k in Kind if k != Kind.JOINT_ORG and policies.holds(person, f"{rules.circle(k)}.create")])
    return [
        Field("名称", parsing.text(most=80), name="name", aliases=("单位名称",)),
        Field("类别", parsing.choice(kinds), name="kind", choices=tuple(kinds)),
        Field("上级组织", _by_name(person), name="parent", hint="写全称，例如 三江镇党委"),
        Field("区划代码", _division, required=False, name="division", as_text=True, hint="村党组织须填 12 位"),
        Field("统一社会信用代码", parsing.text(most=18), required=False, name="credit_code", as_text=True),
        Field("办公电话", parsing.text(most=20), required=False, name="contact_phone", as_text=True),
    ]


def person_fields(person) -> list[Field]:
    sexes, identities = _words(Sex), _words(IdentityType)
    return [
        Field("姓名", parsing.text(most=30), name="name"),
        Field("所在单位", _by_name(person), name="organization", aliases=("单位",), hint="写全称"),
        Field("性别", parsing.choice(sexes), required=False, name="sex", choices=tuple(sexes)),
        Field("党内职务", parsing.text(most=40), required=False, name="party_post"),
        Field("身份类型", parsing.choice(identities), required=False, name="identity_type", choices=tuple(identities)),
        Field("工作电话", parsing.text(most=20), required=False, name="work_phone", as_text=True),
    ]


ORGANIZATIONS = Intake(
    organization_fields,
    intake.take_in_organization,
    verbs=("unit.create", "office.create"),
    notes=("已登记的单位按“类别、上级组织、名称”认定，再次导入只更正填写了的内容，不会重复登记。",),
)
PEOPLE = Intake(
    person_fields,
    intake.take_in_person,
    verbs=("person.create",),
    notes=(
        "已登记的人员按“所在单位、姓名”认定，再次导入只更正填写了的内容，不会重复登记。",
        "只填工作电话；不要填身份证号、银行卡号、家庭住址。",
    ),
)
