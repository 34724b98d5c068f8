"""What 议事协调 registers with kit at start-up. No logic."""

from deliberation.policies import TABLE
from kit import audit, guards, policies

policies.register(TABLE)

for _label in (
    *("Motion", "Seconding", "Meeting", "AgendaItem", "Attendance", "Presence", "Recusal", "Statement"),
    *("Poll", "Resolution", "PublicNotice", "Objection", "ResolutionTask"),
):
    audit.govern(f"deliberation.{_label}")
# Written once: a new rule is a new version, a roll and a ballot are never changed (V1, V2, V10).
guards.append_only(
    "deliberation.VotingRule", "deliberation.RollEntry", "deliberation.Ballot", "deliberation.TallyEntry"
)
