"""The closed lists of 组织准备. Values are the identifiers of the glossary, labels are what the screen shows."""

from django.db.models import IntegerChoices, TextChoices


class DivisionLevel(IntegerChoices):
    """Level of a statistical division; the value is the length of its unpadded code."""

    DISTRICT = 6, "县（区）"
    TOWNSHIP = 9, "乡镇（街道）"
    VILLAGE = 12, "村（社区）"


class OrganizationKind(TextChoices):
    DISTRICT_COMMITTEE = "district_committee", "区委"
    AREA_COMMITTEE = "area_committee", "片区联合党委"
    TOWNSHIP_COMMITTEE = "township_committee", "乡镇党委"
    DISCIPLINE_COMMISSION = "discipline_commission", "镇纪委"
    JOINT_ORG = "joint_org", "联村党组织"
    VILLAGE_BRANCH = "village_branch", "村党组织"
    ENTERPRISE = "enterprise", "企业"
    COOPERATIVE = "cooperative", "合作社"
    RESIDENTS_COMMITTEE = "residents_committee", "居民委员会"
    COLLECTIVE_ECONOMY = "collective_economy", "集体经济组织"
    INSTITUTION = "institution", "事业单位"
    FOUNDATION = "foundation", "基金会"
    SOCIAL_ORG = "social_org", "社会组织"


class OrganizationState(TextChoices):
    ACTIVE = "active", "正常"
    RETIRED = "retired", "已撤销"


class JointOrgState(TextChoices):
    ACTIVE = "active", "运行中"
    DISSOLVED = "dissolved", "已撤销"


class JointOrgType(TextChoices):
    """The three types of the report (§2.2)."""

    VILLAGE_ALLIANCE = "village_alliance", "村村抱团型"
    VILLAGE_ENTERPRISE = "village_enterprise", "村企牵引型"
    VILLAGE_COMMUNITY = "village_community", "村社融合型"


class AllianceSubtype(TextChoices):
    """Subtypes of 村村抱团型 only (§2.2)."""

    STRONG_LED = "strong_led", "强村带动型"
    MUTUAL_AID = "mutual_aid", "弱弱互助型"


class ContentArea(TextChoices):
    """五大内容 (§2.1)."""

    INDUSTRY = "industry", "产业共营"
    TALENT = "talent", "人才共育"
    CULTURE = "culture", "文化共兴"
    ECOLOGY = "ecology", "生态共创"
    ORGANIZATION = "organization", "组织共建"


class Role(TextChoices):
    """A role sits on a posting, never on a person."""

    DISTRICT_VIEWER = "district_viewer", "区级查看"
    ORGANIZATION_OFFICER = "organization_officer", "组织部干部"
    AREA_SECRETARY = "area_secretary", "片区书记"
    AREA_OFFICER = "area_officer", "片区干部"
    TOWNSHIP_SECRETARY = "township_secretary", "乡镇党委书记"
    TOWNSHIP_OFFICER = "township_officer", "乡镇干部"
    DISCIPLINE_OFFICER = "discipline_officer", "纪检干部"
    JOINT_SECRETARY = "joint_secretary", "联村书记"
    JOINT_DEPUTY = "joint_deputy", "联村副书记"
    JOINT_MEMBER = "joint_member", "联村委员"
    UNIT_SECRETARY = "unit_secretary", "单位负责人"
    UNIT_REPRESENTATIVE = "unit_representative", "单位经办人"
    TREASURER = "treasurer", "出纳"
    BOOKKEEPER = "bookkeeper", "记账员"
    OVERSIGHT_MEMBER = "oversight_member", "村务监督委员"
    MENTOR = "mentor", "导师"
    ADVISER = "adviser", "顾问（列席）"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


class TownshipField(TextChoices):
    """What a 乡镇干部 is in charge of; a field of the posting, not a role of its own."""

    ORGANIZATION = "organization", "组织"
    FINANCE = "finance", "财政"
    AGRICULTURE = "agriculture", "农业"
    CIVIL_AFFAIRS = "civil_affairs", "民政"
    GENERAL = "general", "综合"


class RecruitmentChannel(TextChoices):
    """班子来源 (F-04)."""

    DISPATCHED = "dispatched", "上级选派"
    VOLUNTEERED = "volunteered", "自愿申请"
    NOMINATED = "nominated", "联名推荐"
    ENTERPRISE = "enterprise", "企业推荐"
    COOPERATIVE = "cooperative", "合作社推荐"
    ACADEMIA = "academia", "高校院所"


class Sex(TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class IdentityType(TextChoices):
    """身份类型: how a person came to this work; says nothing about beliefs or attitude."""

    CIVIL_SERVANT = "civil_servant", "公务员"
    PUBLIC_INSTITUTION = "public_institution", "事业人员"
    VILLAGE_CADRE = "village_cadre", "村（社区）干部"
    STATIONED = "stationed", "驻村干部"
    ENTREPRENEUR = "entrepreneur", "企业人员"
    COOPERATIVE = "cooperative", "合作社人员"
    EXPERT = "expert", "专家"
    OTHER = "other", "其他"


class SignInEnd(TextChoices):
    """Why a session ended."""

    SIGNED_OUT = "signed_out", "本人退出"
    ENDED_BY_OWNER = "ended_by_owner", "本人在别处结束"
    IDLE = "idle", "闲置超时"
    OVER = "over", "达到最长时间"
    PASSWORD_CHANGED = "password_changed", "密码已修改"
    PASSWORD_RESET = "password_reset", "密码已重置"
    ACCOUNT_DISABLED = "account_disabled", "账号已停用"
    DEVICE_REVOKED = "device_revoked", "手机信任已解除"
    REPLACED = "replaced", "重新登录"
