"""What 运行保障 registers with kit at start-up. No logic."""

from kit import audit, constraints, facts, navigation, parameters, policies, providers, sinks
from kit.guards import append_only
from kit.parameters import Kind
from oversight import events, selectors
from oversight.policies import TABLE
from oversight.services import digests

policies.register(TABLE)
facts.entitle(events.TITLES)
providers.register("unread", selectors.unread_shown)
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

append_only("oversight.Nudge")
audit.exempt("oversight.Reminder", because="由规则从业务记录算出，随时可以再算；催办和业务本身另有记录")
audit.exempt("oversight.Notification", because="告知本人的副本和已读标记，不是业务记录")

constraints.explain(
    "nudge_one_at_a_time", code="nudged_lately", message="同一件事两个工作日内只催办一次，刚刚已经有人催过。"
)
