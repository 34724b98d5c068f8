"""What 议事协调 registers with kit at start-up. No logic."""

from collections.abc import Iterator

from deliberation import events, selectors
from deliberation.policies import TABLE
from deliberation.selectors import checklist_reminders as villages
from deliberation.selectors import reminders as due
from deliberation.services import checklist_templates, voting_rules  # noqa: F401 - register their seeds
from kit import (
    audit,
    constraints,
    facts,
    guards,
    parameters,
    policies,
    providers,
    reminders,
    tickets,
    todos,
    trace,
    verify,
)
from kit.parameters import Kind
from kit.reminders import Rule, To, after, at, before, escalate
from orgs.choices import Role

policies.register(TABLE)
todos.register("deliberation", selectors.todos)
providers.register("subjects", selectors.subjects)
providers.register("joint_org.links", selectors.quality_links)
tickets.register("deliberation", selectors.objection_progress)
providers.register("files.may_read.deliberation", selectors.may_read_file)
for _kind in selectors.TRACED_KINDS:
    trace.register(_kind)
# A motion is what everything hangs on.
trace.joins(selectors.together)

for _name, _default, _says, _source, _unit, _least, _most in (
    ("notice_days", 3, "例会提前通知", "F-22", "个工作日", 1, 30),
    ("publicity_days", 7, "公示期", "F-28", "天", 1, 60),
    ("checklist_days", 20, "四议两公开办理期限", "F-28", "个工作日", 1, 120),
    ("objection_days", 10, "异议答复期限", "F-28", "个工作日", 1, 60),
    ("secret_least", 7, "无记名投票少于此人数时提醒", "议事·无记名", "人", 3, 30),
    ("minutes_days", 5, "会议记录确认期", "F-29", "个工作日", 1, 30),
    ("minutes_again_days", 2, "采纳修改后至少再留", "F-29", "个工作日", 1, 15),
    ("sign_in_before_minutes", 30, "签到提前", "议事·签到", "分钟", 0, 240),
    ("sign_in_after_minutes", 30, "开会后签到截止", "议事·签到", "分钟", 0, 240),
):
    parameters.declare(
        f"deliberation.{_name}", Kind.INTEGER, _default, _says, _source, unit=_unit, least=_least, most=_most
    )
# When people are reminded of the quarter is the same in the whole district.
for _name, _default, _says, _least, _most in (
    ("quarter_early_days", 30, "季度联席会议首次提醒", 15, 60),
    ("quarter_again_days", 14, "季度联席会议再次提醒", 8, 30),
    ("quarter_last_days", 7, "季度联席会议末次提醒", 1, 14),
):
    parameters.declare(
        f"deliberation.{_name}",
        *(Kind.INTEGER, _default, _says, "F-20"),
        unit="天（季末前）",
        least=_least,
        most=_most,
        by_township=False,
    )
parameters.declare(
    "deliberation.escalate_days",
    *(Kind.INTEGER, 5, "红灯转上级", "督办"),
    unit="个工作日",
    least=1,
    most=60,
    by_township=False,
)
parameters.declare(
    "deliberation.similar_titles", Kind.RATIO, "3/5", "题目相近（三元组相似度）", "F-26", least="1/2", most=1
)
parameters.declare("deliberation.document_mark", Kind.TEXT, "联村", "决议机关代字", "F-28·文号")

for _label in (
    *("Motion", "Seconding", "Meeting", "AgendaItem", "Attendance", "Presence", "Recusal", "Statement"),
    *("Poll", "Resolution", "Checklist", "PublicNotice", "ResolutionTask", "Minutes", "MinutesAmendment"),
):
    audit.govern(f"deliberation.{_label}")
audit.govern("deliberation.CalendarFeed", secret=("digest",))
# A villager's own words can be erased; the ticket stands in no trail.
audit.govern("deliberation.Objection", personal=("text",), secret=("ticket",))
# Written once: a new rule is a new version, a roll and a ballot are never changed (V1, V2, V10).
guards.append_only(
    *("deliberation.VotingRule", "deliberation.RollEntry", "deliberation.Ballot", "deliberation.TallyEntry"),
    *("deliberation.PollBoardEntry", "deliberation.VoteMark"),
)
# A trail of sealed ballots would keep what the end of the vote destroys (V6, G6).
audit.exempt("deliberation.SealedBallot", because="密封票不留痕：表决一结束就连同旧行一起销毁")
guards.access(guards.TRANSIENT, "deliberation.SealedBallot")


@guards.functions_from
def _forget_ballots() -> Iterator[str]:
    """When a sealed vote ends its ballots go, and the table is written anew: no dead row, no transaction to join.

    Its lock lets the ballots of other votes that are on their way arrive first; they are kept in no order.
    """
    yield (
        "CREATE OR REPLACE FUNCTION liancun_forget_ballots() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        " SET search_path = pg_catalog, public, pg_temp AS $function$"
        " DECLARE kept deliberation_sealedballot[];"
        " BEGIN"
        " IF EXISTS (SELECT 1 FROM old_rows o JOIN new_rows n ON n.id = o.id WHERE o.state = 'open'"
        " AND n.state <> 'open' AND n.method = 'secret' AND n.channel = 'online') THEN"
        " LOCK TABLE deliberation_sealedballot IN ACCESS EXCLUSIVE MODE;"
        " SELECT array_agg(b ORDER BY b.id) INTO kept FROM deliberation_sealedballot b"
        " JOIN deliberation_poll p ON p.id = b.poll WHERE p.state = 'open';"
        " TRUNCATE deliberation_sealedballot;"
        " INSERT INTO deliberation_sealedballot SELECT (unnest(kept)).*;"
        " END IF; RETURN NULL; END $function$"
    )


@guards.triggers_from
def _ballots() -> Iterator[guards.Trigger]:
    yield guards.Trigger(
        "deliberation_poll",
        "liancun_forget_ballots",
        ("UPDATE",),
        "liancun_forget_ballots",
        before=False,
        old="old_rows",
        new="new_rows",
    )


# What a village entered stays; a correction is one entry more. Steps are changed by a new version.
guards.append_only("deliberation.ChecklistTemplate", "deliberation.ChecklistEntry")
# What was printed and filed stays as it was; what changed is a new version.
guards.append_only("deliberation.Paper")
# A note is saved over nobody's: each revision is a row, and what is put right later stands beneath.
guards.append_only(
    *("deliberation.MinutesNote", "deliberation.MinutesAgreement", "deliberation.MinutesCorrection"),
    "deliberation.SignedCopy",
)

# Two saves at one moment, past the lock: the database has the last word.
for _constraint, _code, _says, _field in (
    ("minutes_note_revision_once", "stale_note", "这个议题的记录刚被别人存过，没有覆盖，请对照后再存。", "text"),
    ("checklist_entry_once", "step_done", "这一步刚由另一人登记过，要改请用“更正”。", "position"),
    ("resolution_replaced_once", "replaced_already", "这项决议刚由另一项决议变更或终止。", "replaces"),
):
    constraints.explain(_constraint, code=_code, message=_says, field=_field)

facts.entitle(events.TITLES)
verify.also("表决板")(selectors.board_faults)

# --- whom the deadlines of 议事协调 remind ----------------------------------------------------------------------------

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
