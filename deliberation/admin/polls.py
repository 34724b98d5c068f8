"""表决 and 表决规则: what was voted, by which rule, with its arithmetic. No count is shown before a vote is closed."""

from django.urls import reverse
from unfold.decorators import display

from deliberation import selectors
from deliberation.admin import forms
from deliberation.admin.lists import body_choices, on_day, trail
from deliberation.choices import PollState, VoteMethod, Voters
from deliberation.models import POLL, Meeting, Poll, VotingRule
from deliberation.selectors import registers
from deliberation.services import polls, sealed, tallies, voting_rules
from kit.admin import (
    Act,
    Adding,
    Card,
    Cell,
    Column,
    GovernedAdmin,
    Link,
    Panel,
    acts_of,
    capped_count,
    select_filter,
    site,
)
from kit.errors import Forbidden
from orgs import selectors as orgs


def _is_chair(row, person) -> bool:
    return row.item.meeting.chair_id == person.pk


def _is_teller(row, person) -> bool:
    return person.pk in (row.teller_a_id, row.teller_b_id)


def _result(row) -> str:
    """After closing only (V7)."""
    if row.state == PollState.VOID:
        return "作废"
    return "" if row.is_adopted is None else "通过" if row.is_adopted else "未通过"


_ALONE = "两名计票人各自清点、各自录入，互相看不到；不一致就重新清点。"


class PollAdmin(GovernedAdmin):
    """表决"""

    selector = selectors.polls
    menu_order = 30
    icon = "how_to_vote"
    purpose = "表决在会场由主持人开始；结束以前谁也看不到票数。没有重新计票，只有写明原因作废、另开一次。"
    list_display = ["show_item", "show_meeting", "show_method", "should_attend", "present", "show_state", "show_result"]
    list_select_related = ["item__meeting__body", "rule", "teller_a", "teller_b"]
    ordering = ["-opened_at", "-pk"]
    columns = (
        Column("议事主体", lambda row, person: row.item.meeting.body.name),
        Column("会议", lambda row, person: row.item.meeting.title),
        Column("议题", lambda row, person: row.item.title),
        Column("方式", lambda row, person: row.get_method_display()),
        Column("渠道", lambda row, person: row.get_channel_display()),
        Column("规则", lambda row, person: str(row.rule)),
        Column("日期", lambda row, person: on_day(row.opened_at)),
        Column("应到", lambda row, person: row.should_attend),
        Column("实到", lambda row, person: row.present),
        Column("赞成", lambda row, person: row.yes),
        Column("反对", lambda row, person: row.no),
        Column("弃权", lambda row, person: row.abstain),
        Column("发出", lambda row, person: row.issued),
        Column("收回", lambda row, person: row.returned),
        Column("空白", lambda row, person: row.blank),
        Column("无效", lambda row, person: row.invalid),
        Column("结果", lambda row, person: _result(row)),
        Column("计算说明", lambda row, person: row.sentence or row.reason),
    )
    search_text = ("item__title", "item__meeting__title")
    search_help_text = "议题或会议"
    list_filter = [
        select_filter("state", "状态", PollState.choices, "state"),
        select_filter("result", "结果", [("True", "通过"), ("False", "未通过")], "is_adopted"),
        select_filter("method", "方式", VoteMethod.choices, "method"),
        select_filter("body", "议事主体", body_choices, "item__meeting__body"),
    ]
    fields = [
        ("show_item", "show_meeting", "show_state"),
        ("show_method", "rule", "show_result"),
        ("should_attend", "present", "votes_needed"),
        ("yes", "no", "abstain"),
        ("issued", "returned", "blank", "invalid"),
        "sentence",
        ("opened_at", "closed_at", "tellers"),
        "roll_hash",
        "reason",
    ]
    acts = (
        Act(
            "tally",
            "录入票数",
            tallies.enter_tally,
            subject="poll",
            verb="poll.run",
            by=_is_teller,
            form=forms.TallyForm,
            when=lambda row: row.state == PollState.OPEN and row.has_tellers and not row.has_slips,
            hint=_ALONE,
            done="已录入您清点的票数，等另一名计票人录入。",
            icon="calculate",
        ),
        Act(
            "slips",
            "录入选票",
            tallies.enter_tally,
            subject="poll",
            verb="poll.run",
            by=_is_teller,
            form=forms.SlipsForm,
            when=lambda row: row.state == PollState.OPEN and row.has_slips,
            hint=_ALONE,
            done="已录入您清点的选票，等另一名计票人录入。",
            icon="ballot",
        ),
        Act(
            "stop",
            "停止收票",
            sealed.stop_poll,
            subject="poll",
            verb="poll.run",
            by=_is_chair,
            when=lambda row: row.state == PollState.OPEN and row.is_sealed and row.stopped_at is None,
            hint="停止后不再收票，由计票人在表决页面用密钥开票。",
            icon="stop",
        ),
        *acts_of(
            POLL,
            {"begin": sealed.begin_poll, "close": polls.close_poll, "void": polls.void_poll},
            subject="poll",
            begin={"by": _is_chair, "hint": "开始后名册和应到人数不再变。", "icon": "play_arrow"},
            close={"by": _is_chair, "hint": "结束后按规则判定，结果不能更改。", "icon": "stop"},
            void={
                "by": _is_chair,
                "hint": "作废后可以另开一次表决；作废的留在记录里。",
                "danger": True,
                "icon": "block",
            },
        ),
    )

    @display(description="议题", ordering="item__title")
    def show_item(self, row):
        return row.item.title

    @display(description="会议")
    def show_meeting(self, row):
        return row.item.meeting.title

    @display(description="方式", ordering="method")
    def show_method(self, row):
        return f"{row.get_method_display()} · {row.get_channel_display()}"

    @display(
        description="状态", ordering="state", label={PollState.OPEN.label: "success", PollState.VOID.label: "danger"}
    )
    def show_state(self, row):
        return row.get_state_display()

    @display(description="结果", label={"通过": "success", "未通过": "warning"})
    def show_result(self, row):
        return _result(row) or None

    @display(description="计票人")
    def tellers(self, row):
        return "、".join(each.name for each in (row.teller_a, row.teller_b) if each is not None)

    def links(self, request, row):
        meeting = site.get_model_admin(Meeting).address("change", row.item.meeting_id)
        return [
            Link("会议", meeting, "groups"),
            Link("表决页面", reverse("poll", args=[row.pk]), "open_in_new"),
        ]

    def panels(self, request, row):
        home = selectors.poll_home(request.user, row.pk)
        panels = [
            Panel(
                "表决名册（开始表决时冻结）",
                ("姓名", "单位", "投票"),
                tuple(
                    (Cell(entry.person.name), Cell(entry.unit.name), Cell("纸质票" if entry.on_paper else ""))
                    for entry in registers.roll(row)
                ),
            )
        ]
        if row.state == PollState.CLOSED and row.has_tellers:
            panels.append(
                Panel(
                    "两名计票人的清点",
                    ("轮次", "计票人", "赞成", "反对", "弃权", "发出", "收回", "空白", "无效"),
                    tuple(
                        (
                            Cell(str(each.round)),
                            Cell(each.teller.name),
                            *(Cell("" if number is None else str(number)) for number in each.entered[2:]),
                        )
                        for each in registers.counts(row)
                    ),
                )
            )
        if home.names:
            panels.append(
                Panel(
                    "记名结果",
                    ("选择", "姓名"),
                    tuple((Cell(choice), Cell(names)) for choice, names in home.names),
                )
            )
        panels.append(
            Panel(
                "表决板（校验链，没有单张票）",
                ("序号", "事项", "内容", "校验值"),
                tuple(
                    (Cell(str(each.serial)), Cell(each.get_kind_display()), Cell(each.content), Cell(each.hash))
                    for each in registers.board_of(row)
                ),
            )
        )
        return [*panels, trail(registers.trail_of(row))]

    def cards(self, request):
        rows, here = super().get_queryset(request), self.address("changelist")
        running = capped_count(rows.filter(state=PollState.OPEN))
        return [
            Card("已结束的表决", capped_count(rows.filter(state=PollState.CLOSED)), f"{here}?state=closed"),
            Card("正在表决", running, f"{here}?state=open", attention=True),
        ]


def _rules(person):
    return selectors.voting_rules()


def _share(numerator, denominator) -> str:
    return f"{numerator}/{denominator}" if numerator else ""


class VotingRuleAdmin(GovernedAdmin):
    """表决规则"""

    selector = _rules
    menu_order = 80
    icon = "balance"
    purpose = "每次修改写一个新版本，旧版本不动；已经开始的表决按它开始时的版本判定。由区委组织部维护。"
    list_display = ["name", "version", "show_base", "quorum", "threshold", "show_voters", "effective_on"]
    ordering = ["code", "-version", "pk"]
    columns = (
        Column("规则", lambda row, person: row.name),
        Column("版本", lambda row, person: row.version),
        Column("基数", lambda row, person: row.get_base_display()),
        Column("到会比例", lambda row, person: _share(row.quorum_numerator, row.quorum_denominator)),
        Column("通过比例", lambda row, person: _threshold(row)),
        Column("谁来表决", lambda row, person: row.get_voters_display()),
        Column("依据", lambda row, person: row.source),
        Column("施行日期", lambda row, person: row.effective_on),
    )
    search_text = ("name", "source")
    search_help_text = "规则名称或依据"
    list_filter = [select_filter("voters", "谁来表决", Voters.choices, "voters")]
    add_form = forms.RuleForm
    add_label = "写表决规则的新版本"
    add_tool = "写新版本"
    add = Adding(
        voting_rules.add_rule_version,
        verbs=("voting_rule.add",),
        fields=(
            ("code", "name"),
            ("base", "voters"),
            ("quorum_numerator", "quorum_denominator"),
            ("threshold_numerator", "threshold_denominator"),
            ("is_strict", "is_paper_only"),
            ("source", "effective_on"),
        ),
    )
    fields = [
        ("name", "version"),
        ("show_base", "show_voters"),
        ("quorum", "threshold"),
        ("is_paper_only", "effective_on"),
        "source",
    ]

    def get_changeform_initial_data(self, request):
        """The next version begins with the words of the present one."""
        code = request.GET.get("code", "")
        present = next((rule for rule in registers.newest_versions() if rule.code == code), None)
        if present is None:
            return {}
        names = [name for line in self.add.fields for name in line if name != "effective_on"]
        return {name: getattr(present, name) for name in names}

    def arguments(self, request, values, *, adding):
        def share(kind: str):
            pair = values[f"{kind}_numerator"], values[f"{kind}_denominator"]
            return None if pair == (None, None) else (pair[0] or 0, pair[1] or 0)

        unit = orgs.own_units(request.user).first()
        if unit is None:
            raise Forbidden
        plain = ("code", "name", "base", "voters", "is_strict", "is_paper_only", "source", "effective_on")
        return {name: values[name] for name in plain} | {
            "quorum": share("quorum"),
            "threshold": share("threshold"),
            "district": orgs.district_of(unit),
        }

    @display(description="基数", ordering="base")
    def show_base(self, row):
        return row.get_base_display()

    @display(description="到会比例")
    def quorum(self, row):
        return _share(row.quorum_numerator, row.quorum_denominator) or "不要求"

    @display(description="通过比例")
    def threshold(self, row):
        return _threshold(row)

    @display(description="谁来表决", ordering="voters")
    def show_voters(self, row):
        return row.get_voters_display()

    def links(self, request, row):
        if not self.has_add_permission(request):
            return []
        return [Link("写新版本", f"{self.address('add')}?code={row.code}", "edit_note")]

    def cards(self, request):
        return [Card("表决规则", capped_count(self.get_queryset(request)), self.address("changelist"))]


def _threshold(row) -> str:
    share = _share(row.threshold_numerator, row.threshold_denominator)
    return f"{'超过' if row.is_strict else '达到'} {share}"


site.register(Poll, PollAdmin)
site.register(VotingRule, VotingRuleAdmin)

__all__ = ["PollAdmin", "VotingRuleAdmin"]
