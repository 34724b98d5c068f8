"""What 议事协调 registers with kit at start-up. No logic."""

from collections.abc import Iterator

from deliberation import events, selectors
from deliberation.declarations import deadlines  # noqa: F401 - registers whom they remind
from deliberation.policies import TABLE
from deliberation.services import checklist_templates, voting_rules  # noqa: F401 - register their seeds
from kit import (
    audit,
    constraints,
    facts,
    guards,
    parameters,
    policies,
    providers,
    tickets,
    todos,
    trace,
    verify,
)
from kit.parameters import Kind

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
