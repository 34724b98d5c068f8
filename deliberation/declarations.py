"""What 议事协调 registers with kit at start-up. No logic."""

from deliberation.policies import TABLE
from kit import audit, guards, parameters, policies
from kit.parameters import Kind

policies.register(TABLE)

parameters.declare(
    "deliberation.notice_days", Kind.INTEGER, 3, "例会提前通知", "F-22", unit="个工作日", least=1, most=30
)
parameters.declare("deliberation.publicity_days", Kind.INTEGER, 7, "公示期", "F-28", unit="天", least=1, most=60)
parameters.declare(
    "deliberation.objection_days", Kind.INTEGER, 10, "异议答复期限", "F-28", unit="个工作日", least=1, most=60
)
parameters.declare(
    "deliberation.sign_in_before_minutes", Kind.INTEGER, 30, "签到提前", "议事·签到", unit="分钟", least=0, most=240
)
parameters.declare(
    "deliberation.sign_in_after_minutes",
    Kind.INTEGER,
    30,
    "签到截止（开会后）",
    "议事·签到",
    unit="分钟",
    least=0,
    most=240,
)

for _label in (
    *("Motion", "Seconding", "Meeting", "AgendaItem", "Attendance", "Presence", "Recusal", "Statement"),
    *("Poll", "Resolution", "PublicNotice", "Objection", "ResolutionTask"),
):
    audit.govern(f"deliberation.{_label}")
# Written once: a new rule is a new version, a roll and a ballot are never changed (V1, V2, V10).
guards.append_only(
    "deliberation.VotingRule", "deliberation.RollEntry", "deliberation.Ballot", "deliberation.TallyEntry"
)
