"""Whom the deadlines of 议事协调 remind, and who hears of which step. No logic."""

from deliberation import events
from deliberation.selectors import checklist_reminders as villages
from deliberation.selectors import reminders as due
from kit import reminders
from kit.reminders import Rule, To, after, at, before, escalate
from orgs.choices import Role

_LEADERS = (Role.JOINT_SECRETARY, Role.JOINT_DEPUTY, Role.AREA_SECRETARY, Role.AREA_OFFICER)
_SECRETARIES = (Role.JOINT_SECRETARY, Role.AREA_SECRETARY)
# Each at the office where it sits: the township above a joint organization, the district above an area committee.
_REVIEWERS = (Role.TOWNSHIP_OFFICER, Role.ORGANIZATION_OFFICER)
_UNIT = (Role.UNIT_SECRETARY, Role.UNIT_REPRESENTATIVE, *_SECRETARIES)


def _above(body: str) -> tuple[To, ...]:
    """The posting above a body: its area committee, else its township, else the organization department."""
    return (
        To(f"{body}joint_org__superior", (Role.AREA_SECRETARY, Role.AREA_OFFICER)),
        To(f"{body}parent", (Role.TOWNSHIP_SECRETARY, Role.ORGANIZATION_OFFICER)),
        To(f"{body}parent__parent", (Role.ORGANIZATION_OFFICER,)),
    )


_DUTY_STEPS = (
    before("before_5", 5, "还有5个工作日到期"),
    before("before_1", 1, "还有1个工作日到期"),
    at("今天到期"),
    after("overdue", 1, "已超期"),
    escalate("deliberation.escalate_days", "超期多日，请督促"),
)
# One deadline, for the draft and for its review. Those above read no objection; they open its resolution.
_ANSWER_STEPS = (
    before("before_3", 3, "还有3个工作日到期"),
    at("今天到期"),
    after("overdue", 1, "已超期"),
    escalate("deliberation.escalate_days", "超期多日，请督促", page="resolution", key="notice__resolution_id"),
)

for _rule in (
    Rule(
        "deliberation.quarter",
        "季度联席会议",
        "F-20",
        "orgs.organization",
        page="meetings",
        subjects=due.quarter_open,
        holders=(To("", _LEADERS),),
        steps=(
            before("early", "deliberation.quarter_early_days", "本季度还没有召开，请着手筹备", working=False),
            before("again", "deliberation.quarter_again_days", "本季度还没有召开，请定下时间和议题", working=False),
            before("last", "deliberation.quarter_last_days", "本季度快结束了，还没有召开", working=False),
        ),
    ),
    Rule(
        "deliberation.quarter_missed",
        "季度联席会议",
        "F-20",
        "orgs.organization",
        page="meetings",
        subjects=due.quarter_missed,
        holders=(To("", _LEADERS),),
        above=_above(""),
        steps=(
            after("missed", 1, "上季度没有召开，已报上级", working=False),
            escalate(1, "上季度没有召开，请督促", working=False),
        ),
    ),
    Rule(
        "deliberation.notice",
        "公示",
        "F-28",
        "deliberation.publicnotice",
        page="resolution",
        subjects=due.notices_running,
        holders=(To("resolution__body", _LEADERS), To("publisher")),
        steps=(before("ending", 1, "明天公示期满", working=False),),
    ),
    Rule(
        "deliberation.notice_ended",
        "公示",
        "F-28",
        "deliberation.publicnotice",
        page="resolution",
        subjects=due.notices_ended,
        holders=(To("resolution__body", _LEADERS), To("publisher")),
        steps=(after("ended", 1, "公示期已满，请看结果", working=False),),
    ),
    Rule(
        "deliberation.objection",
        "答复异议",
        "F-28",
        "deliberation.objection",
        page="objection-answer",
        subjects=due.objections_to_answer,
        holders=(To("notice__resolution__body", _SECRETARIES),),
        above=_above("notice__resolution__body__"),
        steps=_ANSWER_STEPS,
    ),
    Rule(
        "deliberation.objection_review",
        "审核异议答复",
        "F-28",
        "deliberation.objection",
        page="objection-review",
        subjects=due.answers_to_review,
        holders=(To("notice__resolution__body__parent", _REVIEWERS),),
        above=(
            *_above("notice__resolution__body__"),
            # Above the organization department, where it reviews itself, is the district committee.
            To("notice__resolution__body__parent", (Role.DISTRICT_VIEWER,)),
        ),
        steps=_ANSWER_STEPS,
    ),
    Rule(
        *("deliberation.checklist", "办理四议两公开", "F-28", "deliberation.checklist"),
        page="checklist",
        subjects=villages.checklists_running,
        holders=(To("village", (Role.UNIT_SECRETARY,)),),
        above=(To("resolution__body", _SECRETARIES), *_above("resolution__body__")),
        waiting=(To("resolution__body", _LEADERS),),
        steps=_DUTY_STEPS,
    ),
    *(
        Rule(
            name,
            "落实任务",
            "F-28",
            "deliberation.resolutiontask",
            page="task",
            subjects=subjects,
            holders=holders,
            above=above,
            waiting=(To("resolution__body", _LEADERS), To("resolution__motion__unit", _UNIT)),
            steps=_DUTY_STEPS,
        )
        for name, subjects, holders, above in (
            (
                "deliberation.task",
                due.tasks_of_units,
                (To("owner", _UNIT),),
                (To("resolution__body", _SECRETARIES), *_above("resolution__body__")),
            ),
            (
                "deliberation.outside_task",
                due.tasks_of_outside_bodies,
                (To("resolution__body", _LEADERS),),
                _above("resolution__body__"),
            ),
        )
    ),
    Rule(
        "deliberation.invitation",
        "会议回执",
        "F-22",
        "deliberation.attendance",
        page="meeting-step",
        arguments=("reply",),
        home="meeting",
        is_personal=True,
        subjects=due.invitations_without_reply,
        holders=(To("person"),),
        waiting=(To("meeting__contact"), To("meeting__clerk"), To("meeting__chair")),
        steps=(
            before("before_2", 2, "还没有回执，请回复能否出席", working=False),
            before("before_1", 1, "明天开会，请回复能否出席", working=False),
        ),
    ),
    Rule(
        "deliberation.minutes_agree",
        "确认会议记录",
        "F-29",
        "deliberation.attendance",
        page="minutes",
        is_personal=True,
        subjects=due.minutes_to_agree,
        holders=(To("person"),),
        steps=(
            before("before_2", 2, "会议记录等您确认，还有2个工作日"),
            at("会议记录今天是确认的最后一天"),
        ),
    ),
    Rule(
        "deliberation.minutes_amendment",
        "答复修改意见",
        "F-29",
        "deliberation.minutesamendment",
        page="minutes",
        is_personal=True,
        subjects=due.amendments_to_answer,
        holders=(To("minutes__meeting__clerk"),),
        above=(To("minutes__body__parent", (Role.TOWNSHIP_OFFICER,)),),
        steps=(
            before("before_1", 1, "会议记录有修改意见等您答复，明天确认期满"),
            after("overdue", 1, "会议记录确认期已满，修改意见还没有答复"),
            escalate("deliberation.escalate_days", "修改意见超期多日没有答复，请督促"),
        ),
    ),
    Rule(
        "deliberation.minutes_confirm",
        "主持人确认会议记录",
        "F-29",
        "deliberation.minutes",
        page="minutes",
        is_personal=True,
        subjects=due.minutes_to_confirm,
        holders=(To("meeting__chair"),),
        above=(To("body__parent", (Role.TOWNSHIP_OFFICER,)),),
        steps=(
            after("ended", 1, "会议记录确认期已满，请您确认"),
            escalate("deliberation.escalate_days", "会议记录超期多日没有确认，请督促"),
        ),
    ),
    Rule(
        "deliberation.motion",
        "受理议题",
        "F-21",
        "deliberation.motion",
        page="motion",
        subjects=due.motions_to_handle,
        holders=(To("body", _LEADERS),),
        waiting=(To("unit", _UNIT),),
    ),
):
    reminders.declare(_rule)

# The proposer and the seconders hear of each step (F-28).
reminders.hear(
    *(events.MOTION_ACCEPTED, events.MOTION_RETURNED, events.MOTION_MERGED, events.MOTION_DEFERRED),
    *(events.MOTION_WITHDRAWN, events.MOTION_SECONDED, events.MOTION_SCHEDULED, events.MOTION_ADOPTED),
    *(events.MOTION_REJECTED, events.ITEM_DEFERRED, events.RESOLUTION_FORMED, events.NOTICE_PUBLISHED),
    *(events.RESOLUTION_CONDITION_MET, events.CHECKLIST_REFUSED),
    *(events.NOTICE_TAKEN_DOWN, events.OBJECTION_ANSWERED, events.RESOLUTION_EFFECTIVE),
    *(events.RESOLUTION_SENT_BACK, events.RESOLUTION_TERMINATED, events.RESOLUTION_COMPLETED),
    *(events.TASK_ASSIGNED, events.TASK_WAITING, events.TASK_REPORTED, events.TASK_EXTENDED),
    *(events.TASK_RETURNED, events.TASK_ACCEPTED, events.TASK_CONFIRMED),
    told=due.told_to_proposers,
)
reminders.hear(
    *(events.TASK_ASSIGNED, events.TASK_RETURNED, events.TASK_EXTENDED, events.TASK_ACCEPTED), told=due.told_to_owner
)
reminders.hear(events.OBJECTION_DRAFTED, told=due.told_to_reviewers)
reminders.hear(events.OBJECTION_RETURNED, told=due.told_to_answerers)
reminders.hear(
    *(events.MINUTES_SENT, events.MINUTES_RECALLED, events.AMENDMENT_TAKEN_IN, events.MINUTES_CONFIRMED),
    events.MINUTES_CORRECTED,
    told=due.told_to_attended,
)
reminders.hear(events.AMENDMENT_ASKED, told=due.told_to_clerk)
reminders.hear(*(events.AMENDMENT_TAKEN_IN, events.AMENDMENT_DECLINED), told=due.told_to_asker)
reminders.hear(events.CHECKLIST_OPENED, told=villages.told_to_village)
reminders.hear(events.CHECKLIST_REFUSED, events.RESOLUTION_CONDITION_MET, told=due.told_to_answerers)
reminders.hear(*(events.MEETING_CONVENED, events.MEETING_POSTPONED, events.MEETING_CANCELLED), told=due.told_to_invited)
