"""Names of the facts that 组织准备 records. Past tense; ``details`` keys stand beside each."""

ORGANIZATION_CREATED = "orgs.organization.created"  # kind, name, path
ORGANIZATION_CHANGED = "orgs.organization.changed"  # changed: field names
ORGANIZATION_RETIRED = "orgs.organization.retired"  # reason
ORGANIZATION_MOVED = "orgs.organization.moved"  # old_path, new_path, rows
JOINT_ORG_FOUNDED = "orgs.joint_org.founded"  # name, approval_number, units
JOINT_ORG_CHANGED = "orgs.joint_org.changed"  # changed: field names
JOINT_ORG_DISSOLVED = "orgs.joint_org.dissolved"  # document, reason
UNIT_JOINED = "orgs.membership.joined"  # unit, is_hub
UNIT_LEFT = "orgs.membership.left"  # unit, reason
HUB_MOVED = "orgs.membership.hub_moved"  # unit
PERSON_REGISTERED = "orgs.person.registered"  # home organization
PERSON_CHANGED = "orgs.person.changed"  # changed: field names
PERSON_APPOINTED = "orgs.posting.appointed"  # person, role
POSTING_ENDED = "orgs.posting.ended"  # person, role, reason
DIVISIONS_IMPORTED = "orgs.divisions.imported"  # files: name and sha256, rows, created, changed
ACCOUNT_OPENED = "orgs.account.opened"
ACCOUNT_DISABLED = "orgs.account.disabled"  # reason
ACCOUNT_ENABLED = "orgs.account.enabled"
ACCOUNT_UNLOCKED = "orgs.account.unlocked"
PASSWORD_RESET = "orgs.account.password_reset"  # by an administrator
PASSWORD_CHANGED = "orgs.account.password_changed"  # by oneself
DEVICE_TRUSTED = "orgs.account.device_trusted"  # device
DEVICE_REVOKED = "orgs.account.device_revoked"  # device, why
SECOND_FACTOR_CONFIRMED = "orgs.account.second_factor_confirmed"
SECOND_FACTOR_RESET = "orgs.account.second_factor_reset"  # reason
RECOVERY_CODE_USED = "orgs.account.recovery_code_used"  # left
SESSIONS_ENDED = "orgs.account.sessions_ended"  # sessions, why

# What the screen calls them, in the trail and under 已办.
TITLES = {
    ORGANIZATION_CREATED: "登记组织",
    ORGANIZATION_CHANGED: "更正组织信息",
    ORGANIZATION_RETIRED: "撤销组织",
    ORGANIZATION_MOVED: "调整组织隶属",
    JOINT_ORG_FOUNDED: "成立联村党组织",
    JOINT_ORG_CHANGED: "变更联村党组织",
    JOINT_ORG_DISSOLVED: "撤销联村党组织",
    UNIT_JOINED: "成员单位加入",
    UNIT_LEFT: "成员单位退出",
    HUB_MOVED: "指定中心村",
    PERSON_REGISTERED: "登记人员",
    PERSON_CHANGED: "更正人员信息",
    PERSON_APPOINTED: "任职",
    POSTING_ENDED: "免职",
    DIVISIONS_IMPORTED: "导入行政区划",
    ACCOUNT_OPENED: "开通账号",
    ACCOUNT_DISABLED: "停用账号",
    ACCOUNT_ENABLED: "启用账号",
    ACCOUNT_UNLOCKED: "解锁账号",
    PASSWORD_RESET: "重置密码",
    PASSWORD_CHANGED: "修改密码",
    DEVICE_TRUSTED: "信任手机",
    DEVICE_REVOKED: "解除手机信任",
    SECOND_FACTOR_CONFIRMED: "启用动态口令",
    SECOND_FACTOR_RESET: "重置动态口令",
    RECOVERY_CODE_USED: "使用备用码",
    SESSIONS_ENDED: "退出其他登录",
}
