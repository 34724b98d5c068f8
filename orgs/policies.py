"""Who may use which verb of 组织准备 (the starting table, design of the house › who may do what)."""

from kit.policies import district, grant, own, subtree
from orgs.choices import Role

_TOWNSHIP_KEEPS = grant(Role.TOWNSHIP_OFFICER, where=subtree)
_DISTRICT_KEEPS = grant(Role.ORGANIZATION_OFFICER, where=district)
_ACCOUNTS = grant(Role.SYSTEM_ADMIN, where=district)
_SECURITY = grant(Role.SECURITY_ADMIN, where=district)

TABLE = {
    # Villages, enterprises and other units, and their people: the township keeps them.
    "unit.create": [_TOWNSHIP_KEEPS],
    "unit.change": [_TOWNSHIP_KEEPS],
    "unit.retire": [_TOWNSHIP_KEEPS],
    "unit.staff": [_TOWNSHIP_KEEPS],
    # Joint organizations: the lead township, after the registered reply (the path runs through the lead township).
    # Across townships it is the organization department that decides, so it founds and admits as well.
    "joint_org.found": [_TOWNSHIP_KEEPS, _DISTRICT_KEEPS],
    "joint_org.change": [_TOWNSHIP_KEEPS],
    "joint_org.dissolve": [_TOWNSHIP_KEEPS],
    "joint_org.staff": [_TOWNSHIP_KEEPS],
    "membership.join": [_TOWNSHIP_KEEPS, _DISTRICT_KEEPS],
    "membership.leave": [_TOWNSHIP_KEEPS],
    # District, area and township bodies, and any move in the tree: the organization department.
    "office.create": [_DISTRICT_KEEPS],
    "office.change": [_DISTRICT_KEEPS],
    "office.retire": [_DISTRICT_KEEPS],
    "office.staff": [_DISTRICT_KEEPS],
    "organization.move": [_DISTRICT_KEEPS],
    "parameter.set": [_DISTRICT_KEEPS],
    "division.import": [_DISTRICT_KEEPS],
    "calendar.keep": [_DISTRICT_KEEPS],
    # People: registered by whoever keeps their home organization.
    "person.create": [_TOWNSHIP_KEEPS, _DISTRICT_KEEPS],
    "person.change": [_TOWNSHIP_KEEPS, _DISTRICT_KEEPS],
    # The full work phone: whoever leads or keeps the township, and colleagues in the same unit; others see 138****1234.
    "person.read_phone": [
        grant(Role.TOWNSHIP_OFFICER, Role.TOWNSHIP_SECRETARY, where=subtree),
        grant(Role.ORGANIZATION_OFFICER, where=district),
        grant(Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE, where=own),
    ],
    # The three separated administrators hold no business verb.
    "account.open": [_ACCOUNTS],
    "account.unlock": [_ACCOUNTS],
    "account.reset_password": [_ACCOUNTS],
    "account.disable": [_ACCOUNTS],
    "account.enable": [_ACCOUNTS],
    "account.reset_totp": [_SECURITY],
    "outbox.send_again": [_ACCOUNTS],
    "admin.staff": [_SECURITY],
    "audit.read": [grant(Role.AUDIT_ADMIN, where=district)],
}
