"""Who may use which verb on demands. A demand stands at its unit and belongs to its body."""

from kit.policies import grant, own, own_body, subtree
from orgs.choices import Role

_UNIT = grant(Role.UNIT_SECRETARY, where=own)
_UNIT_CLERK = grant(Role.UNIT_REPRESENTATIVE, where=own)
_TOWNSHIP = grant(Role.TOWNSHIP_OFFICER, where=subtree)
_LEADERS = grant(Role.JOINT_SECRETARY, Role.JOINT_DEPUTY, where=own_body)

TABLE = {
    "demand.write": [_UNIT, _UNIT_CLERK],
    "demand.object": [_UNIT],
    "demand.consent": [_UNIT],
    "demand.confirm": [_UNIT],
    "demand.handle": [_TOWNSHIP],
    # The partner's secretary agrees; the service checks that it is the named partner.
    "demand.settle": [_UNIT],
    # Who tables it proposes the motion, so it is the unit or the leaders of the body.
    "demand.table": [_UNIT, _LEADERS],
    "demand.follow": [_UNIT, _UNIT_CLERK, _LEADERS, _TOWNSHIP],
}
