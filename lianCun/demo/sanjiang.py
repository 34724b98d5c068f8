"""Who and what the demo shows: two townships, four joint organizations, one person for every role.

Pure data. ``lianCun.demo.load`` turns it into rows through the services, so every row has its trail.
"""

from dataclasses import dataclass

from orgs.choices import OrganizationKind as Kind
from orgs.choices import Role

DISTRICT = "511902"
AREA = "曾口三产融合发展片区联合党委"
SANJIANG = "三江镇党委"
ZENGKOU = "曾口镇党委"


@dataclass(frozen=True)
class Township:
    """A township committee with its discipline commission, villages (name, code) and other units (name, kind)."""

    name: str
    code: str
    villages: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...] = ()


TOWNSHIPS = (
    Township(
        SANJIANG,
        "511902107",
        (
            ("三江口社区党支部", "511902107001"),
            ("民主村党支部", "511902107200"),
            ("龙门村党支部", "511902107202"),
            ("双寨村党支部", "511902107203"),
            ("明月村党支部", "511902107205"),
            ("大兴村党支部", "511902107207"),
            ("天马山村党支部", "511902107208"),
            ("中兴村党支部", "511902107210"),
        ),
        (
            ("某农业公司", Kind.ENTERPRISE),
            ("某蔬菜专业合作社", Kind.COOPERATIVE),
            ("某养蜂专业合作社", Kind.COOPERATIVE),
            ("三江镇农业综合服务中心", Kind.INSTITUTION),
        ),
    ),
    Township(
        ZENGKOU,
        "511902105",
        (("扬帆村党支部", "511902105201"), ("椿树村党支部", "511902105202")),
        (("某生态养殖合作社", Kind.COOPERATIVE),),
    ),
)


@dataclass(frozen=True)
class Joint:
    """A joint organization of the case; the first unit is the hub."""

    name: str
    township: str
    units: tuple[str, ...]
    type: str
    subtype: str
    content_areas: tuple[str, ...]
    approval_number: str
    funds_source: str


TIANMA = "天马粮油农旅融合联村党组织"
LONGMEN = "龙门农副产品基地联村党组织"
SANJIANG_WATER = "三江水乡文旅发展联村党组织"
YANGFAN = "扬帆果蔬产业联村党组织"

JOINTS = (
    Joint(
        TIANMA,
        SANJIANG,
        ("明月村党支部", "大兴村党支部", "天马山村党支部"),
        "village_alliance",
        "strong_led",
        ("industry", "culture", "ecology"),
        "三委〔2022〕31号",
        "镇党委党建工作经费，成员单位联建投入",
    ),
    Joint(
        LONGMEN,
        SANJIANG,
        ("龙门村党支部", "双寨村党支部", "某农业公司"),
        "village_enterprise",
        "",
        ("industry", "talent", "organization"),
        "三委〔2022〕32号",
        "镇党委党建工作经费，企业联建投入",
    ),
    Joint(
        SANJIANG_WATER,
        SANJIANG,
        ("民主村党支部", "中兴村党支部", "三江口社区党支部"),
        "village_alliance",
        "mutual_aid",
        ("industry", "culture"),
        "三委〔2022〕33号",
        "镇党委党建工作经费",
    ),
    Joint(
        YANGFAN,
        ZENGKOU,
        ("扬帆村党支部", "椿树村党支部", "某生态养殖合作社"),
        "village_enterprise",
        "",
        ("industry",),
        "曾委〔2022〕18号",
        "镇党委党建工作经费",
    ),
)


@dataclass(frozen=True)
class Somebody:
    """One person: name, login, home organization, posts as (role, organization, field, channel)."""

    name: str
    login: str
    home: str
    party_post: str
    identity: str
    posts: tuple[tuple[str, str, str, str], ...]
    sex: str = "male"


def _post(role: str, organization: str, field: str = "", channel: str = "") -> tuple[str, str, str, str]:
    return (role, organization, field, channel)


def _secretary(
    name: str, login: str, village: str, joint: str, role: str = Role.JOINT_MEMBER, sex: str = "male"
) -> Somebody:
    """A village secretary, who is by that a member (or deputy) of the joint organization (§3.2.2)."""
    return Somebody(
        name,
        login,
        village,
        "党支部书记",
        "village_cadre",
        (_post(Role.UNIT_SECRETARY, village), _post(role, joint, "", "dispatched")),
        sex,
    )


PEOPLE = (
    Somebody(
        "赵启明",
        "zhaoqiming",
        "巴州区委",
        "组织部干部",
        "civil_servant",
        (_post(Role.ORGANIZATION_OFFICER, "巴州区委"),),
    ),
    Somebody(
        "林静",
        "linjing",
        "巴州区委",
        "区委办干部",
        "civil_servant",
        (_post(Role.DISTRICT_VIEWER, "巴州区委"),),
        "female",
    ),
    Somebody("何建国", "hejianguo", AREA, "片区联合党委书记", "civil_servant", (_post(Role.AREA_SECRETARY, AREA),)),
    Somebody("罗敏", "luomin", AREA, "片区联合党委干部", "civil_servant", (_post(Role.AREA_OFFICER, AREA),), "female"),
    Somebody("杜文涛", "duwentao", SANJIANG, "党委书记", "civil_servant", (_post(Role.TOWNSHIP_SECRETARY, SANJIANG),)),
    Somebody(
        "陈立",
        "chenli",
        SANJIANG,
        "组织干事",
        "civil_servant",
        (_post(Role.TOWNSHIP_OFFICER, SANJIANG, "organization"),),
    ),
    Somebody(
        "苏雨",
        "suyu",
        SANJIANG,
        "财政所干部",
        "civil_servant",
        (_post(Role.TOWNSHIP_OFFICER, SANJIANG, "finance"), _post(Role.BOOKKEEPER, SANJIANG)),
        "female",
    ),
    Somebody(
        "吴正", "wuzheng", "三江镇纪委", "纪委副书记", "civil_servant", (_post(Role.DISCIPLINE_OFFICER, "三江镇纪委"),)
    ),
    Somebody(
        "冯远",
        "fengyuan",
        SANJIANG,
        "党委委员",
        "civil_servant",
        (_post(Role.JOINT_SECRETARY, TIANMA, "", "dispatched"),),
    ),
    Somebody(
        "邓小川",
        "dengxiaochuan",
        SANJIANG,
        "党委委员",
        "civil_servant",
        (_post(Role.JOINT_SECRETARY, LONGMEN, "", "dispatched"),),
    ),
    Somebody(
        "彭丽",
        "pengli",
        SANJIANG,
        "党委委员",
        "civil_servant",
        (_post(Role.JOINT_SECRETARY, SANJIANG_WATER, "", "dispatched"),),
        "female",
    ),
    _secretary("李顺", "lishun", "双寨村党支部", LONGMEN),
    _secretary("王守田", "wangshoutian", "龙门村党支部", LONGMEN, Role.JOINT_DEPUTY),
    _secretary("马福生", "mafusheng", "明月村党支部", TIANMA, Role.JOINT_DEPUTY),
    _secretary("谢春梅", "xiechunmei", "大兴村党支部", TIANMA, sex="female"),
    _secretary("唐国安", "tangguoan", "天马山村党支部", TIANMA),
    _secretary("袁明", "yuanming", "民主村党支部", SANJIANG_WATER, Role.JOINT_DEPUTY),
    _secretary("蒋桂芳", "jiangguifang", "中兴村党支部", SANJIANG_WATER, sex="female"),
    _secretary("郭立新", "guolixin", "三江口社区党支部", SANJIANG_WATER),
    Somebody(
        "周文书", "zhouwenshu", "双寨村党支部", "", "village_cadre", (_post(Role.UNIT_REPRESENTATIVE, "双寨村党支部"),)
    ),
    Somebody(
        "何兴农",
        "hexingnong",
        "某农业公司",
        "",
        "entrepreneur",
        (_post(Role.UNIT_SECRETARY, "某农业公司"), _post(Role.JOINT_MEMBER, LONGMEN, "", "enterprise")),
    ),
    Somebody(
        "田守成",
        "tianshoucheng",
        "三江镇农业综合服务中心",
        "",
        "expert",
        (_post(Role.ADVISER, LONGMEN, "", "nominated"),),
    ),
    Somebody(
        "曾海",
        "zenghai",
        ZENGKOU,
        "组织干事",
        "civil_servant",
        (_post(Role.TOWNSHIP_OFFICER, ZENGKOU, "organization"),),
    ),
    Somebody(
        "梁书田",
        "liangshutian",
        ZENGKOU,
        "党委委员",
        "civil_servant",
        (_post(Role.JOINT_SECRETARY, YANGFAN, "", "dispatched"),),
    ),
    _secretary("孙长河", "sunchanghe", "扬帆村党支部", YANGFAN, Role.JOINT_DEPUTY),
    _secretary("黄玉珍", "huangyuzhen", "椿树村党支部", YANGFAN, sex="female"),
    Somebody("系统管理员", "sysadmin", "巴州区委", "", "civil_servant", (_post(Role.SYSTEM_ADMIN, "巴州区委"),)),
    Somebody("安全管理员", "secadmin", "巴州区委", "", "civil_servant", (_post(Role.SECURITY_ADMIN, "巴州区委"),)),
    Somebody("审计管理员", "audadmin", "巴州区委", "", "civil_servant", (_post(Role.AUDIT_ADMIN, "巴州区委"),)),
)

# One login per role, in the order of the mission's table.
SHOWN = (
    "lishun",
    "zhouwenshu",
    "hexingnong",
    "wangshoutian",
    "dengxiaochuan",
    "chenli",
    "duwentao",
    "luomin",
    "hejianguo",
    "wuzheng",
    "zhaoqiming",
    "linjing",
    "tianshoucheng",
    "sysadmin",
    "secadmin",
    "audadmin",
)

PASSWORD = "Lianchun-Demo-2026"
