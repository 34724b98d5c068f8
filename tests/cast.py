"""The standing cast: the people who tell every story, in the standing case of 三江镇 (511902107).

Use the fixture ``cast`` for everybody with their organizations (``cast.secretary_li``, ``cast.mingyue``), or the
fixture of one person (``secretary_li``). The factories enter every row, so no rule of a service is needed here.
"""

from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import AnonymousUser

from orgs.choices import OrganizationKind as Kind
from orgs.choices import Role
from orgs.models import Division, JointOrg, Membership, Organization, Person, Posting
from tests.factories import JointOrgFactory, OrganizationFactory, PersonFactory, PostingFactory
from tests.kept import Kept

# Who stands for which relation in the permission matrix.
CAST = {
    "district_zhao": "区委组织部干部，巴州区",
    "cadre_chen": "乡镇干部，三江镇",
    "secretary_li": "明月村支书，天马联村党组织的中心村",
    "secretary_wang": "龙门村支书，同镇，属另一联村党组织",
    "secretary_sun": "扬帆村支书，曾口镇",
    "entrepreneur_he": "某农业公司负责人，天马联村党组织的成员单位",
    "discipline_wu": "三江镇纪委干部",
    "outsider": "有账号，无任职",
    "anonymous": "未登录",
    "system_admin": "系统管理员",
    "security_admin": "安全管理员",
    "audit_admin": "审计管理员",
}
NAMES = {
    "district_zhao": "赵启明",
    "cadre_chen": "陈立",
    "secretary_li": "李顺",
    "secretary_wang": "王守田",
    "secretary_sun": "孙长河",
    "entrepreneur_he": "何兴农",
    "discipline_wu": "吴正",
    "outsider": "钱路过",
    "system_admin": "系统管理员甲",
    "security_admin": "安全管理员甲",
    "audit_admin": "审计管理员甲",
}


@dataclass
class Cast:
    """Organizations and people of the standing case; ``cast["cadre_chen"]`` works too."""

    district: Organization
    area: Organization
    sanjiang: Organization
    discipline: Organization
    zengkou: Organization
    mingyue: Organization
    daxing: Organization
    tianmashan: Organization
    longmen: Organization
    shuangzhai: Organization
    yangfan: Organization
    chunshu: Organization
    company: Organization
    tianma: JointOrg
    longmen_base: JointOrg
    zengkou_joint: JointOrg
    people: dict[str, Person | AnonymousUser] = field(default_factory=dict)

    def __getitem__(self, name: str):
        return self.people[name]

    def __getattr__(self, name: str):
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def make_cast() -> Cast:
    """Fill an empty database with the standing case; about sixty rows."""

    def village(parent: Organization, code: str, name: str) -> Organization:
        return OrganizationFactory(kind=Kind.VILLAGE_BRANCH, parent=parent, code=code, name=name)

    district = OrganizationFactory(kind=Kind.DISTRICT_COMMITTEE, code="511902", name="巴州区委")
    area = OrganizationFactory(kind=Kind.AREA_COMMITTEE, parent=district, number=1, name="曾口三产融合发展片区联合党委")
    sanjiang = OrganizationFactory(kind=Kind.TOWNSHIP_COMMITTEE, parent=district, code="511902107", name="三江镇党委")
    zengkou = OrganizationFactory(kind=Kind.TOWNSHIP_COMMITTEE, parent=district, code="511902105", name="曾口镇党委")
    discipline = OrganizationFactory(kind=Kind.DISCIPLINE_COMMISSION, parent=sanjiang, number=1, name="三江镇纪委")
    mingyue = village(sanjiang, "511902107205", "明月村党支部")
    daxing = village(sanjiang, "511902107207", "大兴村党支部")
    tianmashan = village(sanjiang, "511902107208", "天马山村党支部")
    longmen = village(sanjiang, "511902107202", "龙门村党支部")
    shuangzhai = village(sanjiang, "511902107203", "双寨村党支部")
    yangfan = village(zengkou, "511902105201", "扬帆村党支部")
    chunshu = village(zengkou, "511902105202", "椿树村党支部")
    company = OrganizationFactory(kind=Kind.ENTERPRISE, parent=sanjiang, number=1, name="某农业公司")
    tianma = JointOrgFactory(
        organization=OrganizationFactory(
            kind=Kind.JOINT_ORG, parent=sanjiang, number=1, name="天马粮油农旅融合联村党委"
        ),
        superior=area,
        units=[mingyue, daxing, tianmashan, company],
    )
    longmen_base = JointOrgFactory(
        organization=OrganizationFactory(
            kind=Kind.JOINT_ORG, parent=sanjiang, number=2, name="龙门农副产品基地联村党委"
        ),
        subtype="mutual_aid",
        superior=area,
        approval_number="三委〔2026〕2号",
        units=[longmen, shuangzhai],
    )
    zengkou_joint = JointOrgFactory(
        organization=OrganizationFactory(kind=Kind.JOINT_ORG, parent=zengkou, number=1, name="扬帆联村党委"),
        approval_number="曾委〔2026〕1号",
        units=[yangfan, chunshu],
    )
    cast = Cast(
        district=district,
        area=area,
        sanjiang=sanjiang,
        discipline=discipline,
        zengkou=zengkou,
        mingyue=mingyue,
        daxing=daxing,
        tianmashan=tianmashan,
        longmen=longmen,
        shuangzhai=shuangzhai,
        yangfan=yangfan,
        chunshu=chunshu,
        company=company,
        tianma=tianma,
        longmen_base=longmen_base,
        zengkou_joint=zengkou_joint,
    )
    posts = {
        "district_zhao": (district, Role.ORGANIZATION_OFFICER),
        "cadre_chen": (sanjiang, Role.TOWNSHIP_OFFICER),
        "secretary_li": (mingyue, Role.UNIT_SECRETARY),
        "secretary_wang": (longmen, Role.UNIT_SECRETARY),
        "secretary_sun": (yangfan, Role.UNIT_SECRETARY),
        "entrepreneur_he": (company, Role.UNIT_SECRETARY),
        "discipline_wu": (discipline, Role.DISCIPLINE_OFFICER),
        "outsider": (chunshu, None),
        "system_admin": (district, Role.SYSTEM_ADMIN),
        "security_admin": (district, Role.SECURITY_ADMIN),
        "audit_admin": (district, Role.AUDIT_ADMIN),
    }
    for index, (name, (organization, role)) in enumerate(posts.items()):
        person = PersonFactory(
            name=NAMES[name], organization=organization, username=name, work_phone=f"139{index:04d}0000"
        )
        if role:
            PostingFactory(person=person, role=role, field="organization" if role == Role.TOWNSHIP_OFFICER else "")
        cast.people[name] = person
    cast.people["anonymous"] = AnonymousUser()
    return cast


_kept: Kept[Cast] | None = None


@pytest.fixture
def cast(db) -> Cast:
    """The standing case in the test's own transaction."""
    global _kept
    if _kept is None:
        made = make_cast()
        _kept = Kept(made, [Division, Organization, Person, JointOrg, Membership, Posting])
        return made
    return _kept.put_back()


def _member(name: str):
    @pytest.fixture(name=name)
    def person(cast):
        return cast[name]

    person.__doc__ = CAST[name]
    return person


district_zhao = _member("district_zhao")
cadre_chen = _member("cadre_chen")
secretary_li = _member("secretary_li")
secretary_wang = _member("secretary_wang")
secretary_sun = _member("secretary_sun")
entrepreneur_he = _member("entrepreneur_he")
discipline_wu = _member("discipline_wu")
outsider = _member("outsider")
system_admin = _member("system_admin")
security_admin = _member("security_admin")
audit_admin = _member("audit_admin")
