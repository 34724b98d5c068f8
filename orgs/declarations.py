"""What 组织准备 registers with kit at start-up. No logic."""

from kit import audit, constraints, facts, guards, navigation, parameters, policies, providers, todos
from kit.parameters import Kind
from orgs import events, selectors
from orgs.policies import TABLE
from orgs.selectors import registers

policies.register(TABLE)
providers.register("standing", selectors.standing)
providers.register("subjects", selectors.subjects)
providers.register("people_names", registers.names_of)
todos.register("orgs", selectors.todos)
navigation.register(navigation.Section(15, "联村党组织", "org", "joint-orgs"))

facts.entitle(events.TITLES)

audit.govern("orgs.Organization")
audit.govern("orgs.FormerPath")
audit.govern("orgs.JointOrg")
audit.govern("orgs.Membership")
audit.govern("orgs.Posting")
audit.govern("orgs.Person", personal=("name", "initials", "work_phone"), secret=("password",))

audit.govern(
    "orgs.TrustedDevice", personal=("label",), secret=("secret_hash", "pin_hash"), ignore=("used_at", "failed_pins")
)
audit.govern("orgs.SignIn", personal=("address", "browser"), secret=("session_key",))
audit.govern("orgs.SecondFactor", secret=("sealed_secret",), ignore=("last_step", "failed_codes"))
audit.govern("orgs.RecoveryCode", secret=("code_hash",))
# The list of sign-ins is added to and ended, never shortened.
guards.access(frozenset({"SELECT", "INSERT", "UPDATE"}), "orgs.SignIn")

# Loaded and renamed by the import, never removed; a load is one event a statement, naming each file's hash.
audit.govern("orgs.Division", loads=True)
guards.access(frozenset({"SELECT", "INSERT", "UPDATE"}), "orgs.Division")

constraints.explain(
    "posting_no_overlap", code="overlapping_posting", message="同一人同一职责的任职时间重叠。", field="from_on"
)
constraints.explain(
    "posting_administrators_separated",
    code="administrators_separated",
    message="系统管理员、安全管理员、审计管理员须由不同的人担任，且不得兼任业务职务。",
    field="role",
)
constraints.explain("posting_single_roles", code="post_taken", message="这个职务只设一人，时间重叠。", field="from_on")
constraints.explain("membership_no_overlap", code="already_member", message="这段时间已是成员单位。", field="from_on")
constraints.explain("membership_one_hub", code="hub_exists", message="一个联村党组织只有一个中心村。", field="is_hub")
constraints.explain(
    "organization_credit_code_once",
    code="credit_code_taken",
    message="这个统一社会信用代码已登记在另一个组织名下。",
    field="credit_code",
)
constraints.explain(
    "orgs_organization_path_key", code="division_taken", message="这个区划已登记过组织。", field="division"
)
constraints.explain(
    "organization_one_branch_per_division", code="division_taken", message="这个区划已登记过组织。", field="division"
)

for _name, _default, _label, _unit, _least, _most in (
    ("wrong_passwords", 5, "连续输错多少次密码即锁定", "次", 3, 10),
    ("lock_minutes", 30, "登录锁定时长", "分钟", 10, 1440),
    ("idle_minutes", 30, "闲置多久须重新确认身份", "分钟", 5, 60),
    ("administrator_hours", 8, "三类管理员一次登录最长时间", "小时", 1, 12),
    ("trusted_phone_days", 30, "手机信任期", "天", 1, 30),
    ("wrong_pins", 5, "连续输错多少次 PIN 即解除手机信任", "次", 3, 10),
    ("temporary_password_hours", 72, "临时密码有效期", "小时", 1, 168),
    ("unused_account_days", 90, "账号多久未使用自动停用", "天", 30, 365),
):
    parameters.declare(
        f"orgs.{_name}",
        Kind.INTEGER,
        _default,
        _label,
        "账号安全规则",
        unit=_unit,
        least=_least,
        most=_most,
        by_township=False,
    )
