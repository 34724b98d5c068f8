"""What 组织准备 registers with kit at start-up. No logic."""

from kit import audit, constraints, facts, guards, navigation, policies, providers, todos
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
audit.govern("orgs.Person", personal=("name", "initials", "work_phone"), secret=("password",), ignore=("last_login",))

audit.govern(
    "orgs.TrustedDevice", personal=("label",), secret=("secret_hash", "pin_hash"), ignore=("used_at", "failed_pins")
)
audit.govern("orgs.SignIn", personal=("address", "browser"), secret=("session_key",))
audit.govern("orgs.SecondFactor", secret=("sealed_secret",), ignore=("last_step", "failed_codes"))
audit.govern("orgs.RecoveryCode", secret=("code_hash",))

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
