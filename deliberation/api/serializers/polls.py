"""表决 and 表决规则 as the API shows and takes them. An open poll shows nothing of its votes (V7)."""

from typing import Any

from rest_framework import serializers

from deliberation import choices, rules, selectors
from kit.api import fields
from kit.api import representation as show
from kit.api.fields import Body
from kit.api.representation import PREFIX, Representation, Row
from kit.scoping import Place
from orgs import selectors as orgs


def counting(row: Row) -> rules.Counting:
    """Where the tellers stand; for whose turn it is, its numbers are never shown."""
    return rules.counting(
        (each["round"], each["teller"], *(each[name] for name in rules.NUMBERS)) for each in row["counts"]
    )


def has_tellers(row: Row) -> bool:
    return bool(row["channel"] != choices.VoteChannel.ONLINE)


def takes_ballots(row: Row) -> bool:
    """Named ballots, on a screen."""
    return bool(row["channel"] != choices.VoteChannel.PAPER) and not is_sealed(row)


def is_sealed(row: Row) -> bool:
    return bool(row["channel"] == choices.VoteChannel.ONLINE and row["method"] == choices.VoteMethod.SECRET)


def is_key_keeper(row: Row, caller: Any) -> bool:
    return is_sealed(row) and caller.person.pk == row["teller_a_id"]


def is_teller(row: Row, caller: Any) -> bool:
    return caller.person.pk in (row["teller_a_id"], row["teller_b_id"])


def is_chair(row: Row, caller: Any) -> bool:
    return row["item__meeting__chair_id"] == caller.person.pk


def _must_recount(row: Row, caller: Any) -> bool:
    """The two counts differ: told to the tellers and the chair, without either number."""
    told = is_teller(row, caller) or is_chair(row, caller)
    return row["state"] == choices.PollState.OPEN and told and counting(row).differs


class Vote(serializers.Serializer):
    """One person's vote of a recorded poll."""

    person = serializers.CharField(label="表决人")
    unit = serializers.CharField(label="单位")
    on_paper = serializers.BooleanField(label="投纸质票，由计票人清点")
    choice = serializers.ChoiceField(choices=choices.Choice.choices, allow_blank=True, label="选择，空为未投")
    choice_label = serializers.CharField(label="选择（中文）")


def _votes(row: Row, caller: Any) -> list[Row]:
    def label(vote: Row) -> str:
        if vote["on_paper"]:
            return "投纸质票"
        return str(choices.Choice(vote["choice"]).label) if vote["choice"] else "未投"

    return [vote | {"choice_label": label(vote)} for vote in row["votes"]]


class BoardLine(serializers.Serializer):
    """One line of the vote's own hash chain; ``hash`` is of ``[poll, serial, kind, content, previous]`` as JSON."""

    serial = serializers.IntegerField(label="序号")
    kind = serializers.ChoiceField(choices=choices.PollBoardKind.choices, label="事项")
    content = serializers.CharField(label="内容，JSON 文本")
    previous = serializers.CharField(label="上一行校验值")
    hash = serializers.CharField(label="校验值")


class PollShown(Representation):
    """表决"""

    resource, title = "polls", "表决"
    subject = "deliberation.poll"
    reads = (
        *("item__meeting__body__path", "item__meeting__body_id", "item__meeting__chair_id", "item__motion_id"),
        *("is_on_roll", "counts"),
    )

    id = show.Id("编号")
    agenda_item = show.Ref("会议议题", "agenda-items", "item_id", "item__title")
    meeting = show.Ref("会议", "meetings", "item__meeting_id", "item__meeting__title")
    state = show.State("poll")
    method = show.Choice("方式", choices.VoteMethod)
    channel = show.Choice("渠道", choices.VoteChannel)
    rule = show.Ref("表决规则", "voting-rules", "rule_id", "rule__name")
    teller_a = show.Ref("计票人甲", "people", "teller_a_id", "teller_a__name", null=True)
    teller_b = show.Ref("计票人乙", "people", "teller_b_id", "teller_b__name", null=True)
    should_attend = show.Integer("应到")
    present = show.Integer("实到")
    all_members = show.Integer("全体成员，按规则需要时", null=True)
    roll_hash = show.Text("名册摘要")
    public_key = show.Text("密封选票用的公钥")
    stopped_at = show.Instant("停止收票时间", null=True)
    has_voted = show.Flag("本人已表决")
    must_recount = show.Computed(
        "须重新清点",
        _must_recount,
        serializers.BooleanField(label="须重新清点", help_text="只对计票人和主持人", read_only=True),
        register=False,
    )
    yes = show.Integer("赞成", null=True)
    no = show.Integer("反对", null=True)
    abstain = show.Integer("弃权", null=True)
    issued = show.Integer("发出票数", null=True)
    returned = show.Integer("收回票数", null=True)
    blank = show.Integer("空白票", null=True)
    invalid = show.Integer("无效票", null=True)
    votes_needed = show.Integer("须赞成", null=True)
    is_adopted = show.Computed(
        "通过",
        lambda row, caller: row["is_adopted"],
        serializers.BooleanField(label="通过", allow_null=True, read_only=True),
        columns=("is_adopted",),
    )
    sentence = show.Text("计算说明")
    votes = show.Computed(
        "记名情况",
        _votes,
        Vote(many=True, label="记名情况", help_text="记名投票结束后，到会的人看得到", read_only=True),
        columns=("votes",),
        register=False,
    )
    board = show.Computed(
        "表决板",
        lambda row, caller: row["board_lines"],
        BoardLine(many=True, label="表决板", help_text="每次表决自己的校验链，没有单张票", read_only=True),
        columns=("board_lines",),
        register=False,
    )
    reason = show.Text("作废原因")
    opened_at = show.Instant("开始时间")
    closed_at = show.Instant("结束时间", null=True)

    @staticmethod
    def place(row: Row) -> Place:
        return Place(row["item__meeting__body__path"], row["item__meeting__body_id"])

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {
            "agenda_item": f"{PREFIX}/agenda-items/{row['item_id']}/",
            "meeting": f"{PREFIX}/meetings/{row['item__meeting_id']}/",
            "motion": f"{PREFIX}/motions/{row['item__motion_id']}/",
            "resolutions": f"{PREFIX}/resolutions/?motion={row['item__motion_id']}",
            "rule": f"{PREFIX}/voting-rules/{row['rule_id']}/",
            "timeline": f"{PREFIX}/timeline/?subject=deliberation.poll:{row['id']}",
        }


def _share(title: str, name: str) -> show.Computed:
    """``[2, 3]`` for two thirds, null for none."""

    def read(row: Row, caller: Any) -> list[int] | None:
        share = [row[f"{name}_numerator"], row[f"{name}_denominator"]]
        return None if None in share else share

    return show.Computed(
        title,
        read,
        serializers.ListField(
            child=serializers.IntegerField(), label=title, help_text="分子和分母", allow_null=True, read_only=True
        ),
        columns=(f"{name}_numerator", f"{name}_denominator"),
        register=False,
    )


class VotingRuleShown(Representation):
    """表决规则"""

    resource, title = "voting-rules", "表决规则"
    subject = "deliberation.votingrule"

    id = show.Id("编号")
    code = show.Text("规则")
    name = show.Text("名称")
    version = show.Integer("版本")
    base = show.Choice("基数", choices.VoteBase)
    quorum = _share("到会比例", "quorum")
    threshold = _share("通过比例", "threshold")
    is_strict = show.Flag("须超过（不含本数）")
    voters = show.Choice("谁来表决", choices.Voters)
    is_paper_only = show.Flag("只记录纸质结果")
    source = show.Text("依据")
    effective_on = show.Day("施行日期")
    is_in_force = show.Flag("今天施行")

    @staticmethod
    def neighbours(row: Row) -> dict[str, str]:
        return {
            "versions": f"{PREFIX}/voting-rules/?code={row['code']}",
            "timeline": f"{PREFIX}/timeline/?subject=deliberation.votingrule:{row['id']}",
        }


# --- bodies -----------------------------------------------------------------------------------------------------------


class PollBody(Body):
    agenda_item = fields.Visible(selectors.agenda_items, label="会议议题", source="item")
    method = fields.Choice(choices.VoteMethod, label="表决方式")
    channel = fields.Choice(choices.VoteChannel, label="渠道，空为按方式定", allow_null=True, default=None)
    teller_a = fields.Visible(orgs.people_in_office, label="计票人甲", allow_null=True, default=None)
    teller_b = fields.Visible(orgs.people_in_office, label="计票人乙", allow_null=True, default=None)


class CastBody(Body):
    choice = fields.Choice(choices.Choice, label="选择")


class KeyBody(Body):
    public_key = fields.Text(max_length=100, label="公钥，64位十六进制数字")


class SealBody(Body):
    sealed_ballot = fields.Text(max_length=200, label="密封票，base64")


class UnsealBody(Body):
    private_key = fields.Text(max_length=100, label="密钥，64位十六进制数字")


class TallyBody(Body):
    yes = fields.Integer(min_value=0, max_value=9999, label="赞成")
    no = fields.Integer(min_value=0, max_value=9999, label="反对")
    abstain = fields.Integer(min_value=0, max_value=9999, label="弃权")
    issued = fields.Integer(min_value=0, max_value=9999, label="发出票数，有选票的才填", allow_null=True, default=None)
    returned = fields.Integer(min_value=0, max_value=9999, label="收回票数", allow_null=True, default=None)
    blank = fields.Integer(min_value=0, max_value=9999, label="空白票", allow_null=True, default=None)
    invalid = fields.Integer(min_value=0, max_value=9999, label="无效票", allow_null=True, default=None)


class VoidBody(Body):
    reason = fields.Text(max_length=300, label="作废原因")


class VotingRuleBody(Body):
    district = fields.Visible(orgs.organizations, label="区委")
    code = fields.Text(max_length=20, label="规则")
    name = fields.Text(max_length=40, label="名称")
    base = fields.Choice(choices.VoteBase, label="基数")
    quorum = fields.Many(
        fields.Integer(min_value=1, max_value=100),
        min_length=2,
        max_length=2,
        label="到会比例：分子和分母，没有写 null",
        allow_null=True,
    )
    threshold = fields.Many(
        fields.Integer(min_value=1, max_value=100), min_length=2, max_length=2, label="通过比例：分子和分母"
    )
    is_strict = fields.Flag(label="须超过（不含本数）")
    voters = fields.Choice(choices.Voters, label="谁来表决")
    is_paper_only = fields.Flag(label="只记录纸质结果", default=False)
    source = fields.Text(max_length=120, label="依据")  # type: ignore[assignment]  # a field by that name
    effective_on = fields.Day(label="施行日期")
