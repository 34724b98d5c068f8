"""What 运行保障 registers with kit at start-up. No logic."""

from kit import (
    audit,
    constraints,
    facts,
    navigation,
    parameters,
    policies,
    providers,
    reminders,
    sinks,
    tickets,
    todos,
)
from kit.guards import append_only
from kit.parameters import Kind
from kit.reminders import Rule, To, after, at, before, escalate
from orgs.choices import Role
from oversight import events, selectors
from oversight.policies import TABLE
from oversight.services import digests

policies.register(TABLE)
facts.entitle(events.TITLES)
providers.register("unread", selectors.unread_shown)
providers.register("subjects", selectors.subjects)
todos.register("oversight", selectors.todos)
tickets.register("oversight", selectors.complaint_progress)
sinks.register(digests.CHANNEL, digests.send)
navigation.register(navigation.Section(12, "看板", "chart", "dashboard", verb="dashboard.read"))

for _name, _default, _says, _least, _most in (
    ("quiet_from", 21, "免打扰开始", 18, 23),
    ("quiet_until", 8, "免打扰结束，当日到期的提醒也在此刻发出", 6, 10),
):
    parameters.declare(
        f"oversight.{_name}",
        *(Kind.INTEGER, _default, _says, "提醒·免打扰"),
        unit="时",
        least=_least,
        most=_most,
        by_township=False,
    )

parameters.declare("oversight.on_time_line", Kind.RATIO, "9/10", "看板达标线（按期率）", "F-70", least="1/2", most=1)

for _name, _default, _says in (
    ("complaint_days", 10, "投诉建议答复期限"),
    ("complaint_escalate_days", 5, "投诉建议超期转上级"),
):
    parameters.declare(f"oversight.{_name}", Kind.INTEGER, _default, _says, "F-72", unit="个工作日", least=1, most=60)
reminders.declare(
    Rule(
        "oversight.complaint",
        "答复投诉建议",
        "F-72",
        "oversight.complaint",
        page="complaint",
        subjects=selectors.complaints_to_answer,
        # What is said of a township stands below the district, and is answered there.
        holders=(To("organization__parent", (Role.TOWNSHIP_OFFICER, Role.ORGANIZATION_OFFICER)),),
        above=(To("organization__parent__parent", (Role.ORGANIZATION_OFFICER,)),),
        steps=(
            before("before_3", 3, "还有3个工作日到期"),
            at("今天到期"),
            after("overdue", 1, "已超期"),
            escalate("oversight.complaint_escalate_days", "超期多日，请督促"),
        ),
    )
)

# A villager's own words can be erased; the ticket stands in no trail.
audit.govern("oversight.Complaint", personal=("text",), secret=("ticket",))
append_only("oversight.Nudge")
audit.exempt("oversight.Reminder", because="由规则从业务记录算出，随时可以再算；催办和业务本身另有记录")
audit.exempt("oversight.Notification", because="告知本人的副本和已读标记，不是业务记录")

constraints.explain(
    "nudge_one_at_a_time", code="nudged_lately", message="同一件事两个工作日内只催办一次，刚刚已经有人催过。"
)
