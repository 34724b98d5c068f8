"""Names of the facts that 运行保障 records. Past tense."""

ITEM_NUDGED = "oversight.nudge.sent"  # rule, people

# What the screen calls them, in the trail and under 已办.
TITLES = {ITEM_NUDGED: "催办"}
