"""What 议事协调 registers with kit at start-up. No logic."""

from deliberation import events, selectors
from deliberation.policies import TABLE
from deliberation.services import voting_rules  # noqa: F401 - registers its seed
from kit import audit, facts, guards, parameters, policies, providers, tickets, todos
from kit.parameters import Kind

policies.register(TABLE)
todos.register("deliberation", selectors.todos)
providers.register("subjects", selectors.subjects)
tickets.register("deliberation", selectors.objection_progress)

for _name, _default, _says, _source, _unit, _least, _most in (
    ("notice_days", 3, "例会提前通知", "F-22", "个工作日", 1, 30),
    ("publicity_days", 7, "公示期", "F-28", "天", 1, 60),
    ("objection_days", 10, "异议答复期限", "F-28", "个工作日", 1, 60),
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
parameters.declare("deliberation.document_mark", Kind.TEXT, "联村", "决议机关代字", "F-28·文号")

for _label in (
    *("Motion", "Seconding", "Meeting", "AgendaItem", "Attendance", "Presence", "Recusal", "Statement"),
    *("Poll", "Resolution", "PublicNotice", "ResolutionTask"),
):
    audit.govern(f"deliberation.{_label}")
# A villager's own words can be erased; the ticket stands in no trail.
audit.govern("deliberation.Objection", personal=("text",), secret=("ticket",))
# Written once: a new rule is a new version, a roll and a ballot are never changed (V1, V2, V10).
guards.append_only(
    "deliberation.VotingRule", "deliberation.RollEntry", "deliberation.Ballot", "deliberation.TallyEntry"
)

facts.entitle(events.TITLES)
