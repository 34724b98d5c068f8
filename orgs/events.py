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
