"""Names of the facts that 运行保障 records. Past tense."""

ITEM_NUDGED = "oversight.nudge.sent"  # rule, people
# A complaint's words and its writer stand in none of them.
COMPLAINT_RECEIVED = "oversight.complaint.received"  # category
COMPLAINT_ANSWERED = "oversight.complaint.answered"
COMPLAINT_PASSED_ON = "oversight.complaint.passed_on"  # to

# What the screen calls them, in the trail and under 已办.
TITLES = {
    ITEM_NUDGED: "催办",
    COMPLAINT_RECEIVED: "收到投诉建议",
    COMPLAINT_ANSWERED: "答复投诉建议",
    COMPLAINT_PASSED_ON: "转办投诉建议",
}
