"""Who may use which verb of 议事协调. Chair, clerk, tellers and voters are named per meeting, checked in services."""

from kit.policies import directly_under, district, grant, own, own_body, subtree
from orgs.choices import Role

# A motion stands at its unit and belongs to its body; a meeting stands at its body.
_UNIT = grant(Role.UNIT_SECRETARY, where=own)
_UNIT_CLERK = grant(Role.UNIT_REPRESENTATIVE, where=own)
_JOINT_MEMBER = grant(Role.JOINT_MEMBER, Role.JOINT_DEPUTY, Role.JOINT_SECRETARY, where=own_body)
# What a body itself proposes, before itself or before the area committee above; a unit's motion stays the unit's own.
_FOR_THE_BODY = grant(Role.JOINT_MEMBER, Role.JOINT_DEPUTY, Role.JOINT_SECRETARY, Role.AREA_SECRETARY, where=own)
_LEADERS = [
    grant(Role.JOINT_SECRETARY, Role.JOINT_DEPUTY, where=own_body),
    grant(Role.AREA_SECRETARY, Role.AREA_OFFICER, where=own_body),
]
# The township does the desk work for its joint organizations (their path runs through it).
_TOWNSHIP = grant(Role.TOWNSHIP_OFFICER, where=subtree)
# Who stands above a body and is none of it: the township above its joint organizations, the organization department
# above the area committees, which stand beside the townships.
_ABOVE = [_TOWNSHIP, grant(Role.ORGANIZATION_OFFICER, where=directly_under)]
_SECRETARIES = [
    grant(Role.JOINT_SECRETARY, where=own_body),
    grant(Role.AREA_SECRETARY, where=own_body),
]

TABLE = {
    "motion.propose": [_UNIT, _UNIT_CLERK, _FOR_THE_BODY],
    "motion.second": [_UNIT, _JOINT_MEMBER],
    "motion.handle": _LEADERS,
    "motion.schedule": [*_LEADERS, _TOWNSHIP],
    "meeting.plan": [*_LEADERS, _TOWNSHIP],
    # In the meeting itself: the chair, the clerk, the tellers, the persons on the roll; checked by name as well.
    "meeting.chair": [*_LEADERS, _TOWNSHIP],
    "meeting.clerk": [*_LEADERS, _TOWNSHIP, _JOINT_MEMBER],
    # Minutes: the named clerk or the desk writes and files, the chair confirms, those who were there agree.
    "minutes.write": [*_LEADERS, _TOWNSHIP],
    "minutes.confirm": [*_LEADERS, _TOWNSHIP],
    "minutes.archive": [*_LEADERS, _TOWNSHIP],
    "poll.run": [*_LEADERS, _TOWNSHIP],
    "resolution.form": _SECRETARIES,
    # A checklist stands at its village and belongs to the body: the village alone says what it has decided.
    "checklist.mark": [_UNIT, _UNIT_CLERK],
    "checklist.correct": [_UNIT, _UNIT_CLERK],
    "checklist.refuse": [_UNIT, _UNIT_CLERK],
    "notice.publish": _ABOVE,
    "objection.answer": _SECRETARIES,
    # Whoever may publish the notice reviews what is answered to an objection against it: no notice without a reviewer.
    "objection.review": _ABOVE,
    # The desk of the body: notice, sign-in sheet, resolution and public notice as Word.
    "paper.issue": [*_LEADERS, _TOWNSHIP, _JOINT_MEMBER],
    "task.assign": _SECRETARIES,
    # A task stands at its owner and belongs to its body.
    "task.report": [_UNIT, _UNIT_CLERK],
    "task.accept": _LEADERS,
    # A result is confirmed by whoever may speak for the proposer of the motion; a clerk does not confirm.
    "task.confirm": [_UNIT, _FOR_THE_BODY],
    # How a body deliberates: its leaders and members, and those above it. Of which bodies, reach says
    # (``selectors.quality_view``).
    "quality.read": [
        grant(
            *(Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE, Role.JOINT_MEMBER, Role.JOINT_DEPUTY),
            *(Role.JOINT_SECRETARY, Role.AREA_SECRETARY, Role.AREA_OFFICER, Role.TOWNSHIP_SECRETARY),
            *(Role.TOWNSHIP_OFFICER, Role.ORGANIZATION_OFFICER, Role.DISTRICT_VIEWER),
            where=district,
        )
    ],
    "checklist_template.add": [grant(Role.ORGANIZATION_OFFICER, where=district)],
    "voting_rule.add": [grant(Role.ORGANIZATION_OFFICER, where=district)],
}
