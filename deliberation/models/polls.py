"""Voting rules, polls, the frozen roll, ballots, the tellers' counts and the board of each poll."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from deliberation.choices import (
    ON_SLIPS,
    Choice,
    PollBoardKind,
    PollState,
    VoteBase,
    VoteChannel,
    VoteMethod,
    Voters,
)
from deliberation.rules import NUMBERS, Fraction, Rule
from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place

POLL = Lifecycle(
    "poll",
    PollState,
    [
        move("begin", "开始收票", sources=[PollState.PREPARED], target=PollState.OPEN, verb="poll.run"),
        move("close", "结束表决", sources=[PollState.OPEN], target=PollState.CLOSED, verb="poll.run"),
        move(
            "void",
            "作废",
            sources=[PollState.PREPARED, PollState.OPEN],
            target=PollState.VOID,
            verb="poll.run",
            needs_reason=True,
        ),
    ],
)


# Everything that came back in an urn is one of these (V5).
_COUNTED = F("yes") + F("no") + F("abstain") + F("blank") + F("invalid")
# A comparison with nothing would pass: a check only refuses what is false.
_ALL_SLIPS = Q(issued__isnull=False, returned__isnull=False, blank__isnull=False, invalid__isnull=False)


class VotingRule(models.Model):
    """表决规则: one version of one rule; changing a rule writes a new version (F-23). Append-only.

    Shares are numerator/denominator; quorum is a share of those who should attend, empty for none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField("规则", max_length=20)
    name = models.CharField("名称", max_length=40)
    version = models.PositiveSmallIntegerField("版本")
    base = models.CharField("基数", max_length=16, choices=VoteBase.choices)
    quorum_numerator = models.PositiveSmallIntegerField("到会比例分子", null=True, blank=True)
    quorum_denominator = models.PositiveSmallIntegerField("到会比例分母", null=True, blank=True)
    threshold_numerator = models.PositiveSmallIntegerField("通过比例分子")
    threshold_denominator = models.PositiveSmallIntegerField("通过比例分母")
    is_strict = models.BooleanField("须超过（不含本数）")
    voters = models.CharField("谁来表决", max_length=8, choices=Voters.choices)
    is_paper_only = models.BooleanField("只记录纸质结果", default=False)
    source = models.CharField("依据", max_length=120)
    effective_on = models.DateField("施行日期")

    class Meta:
        verbose_name = verbose_name_plural = "表决规则"
        constraints = [
            models.UniqueConstraint(name="voting_rule_version_once", fields=["code", "version"]),
            models.CheckConstraint(
                name="voting_rule_shares",
                condition=Q(threshold_numerator__gte=1, threshold_denominator__gte=models.F("threshold_numerator")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（第{self.version}版）"

    def as_rule(self) -> Rule:
        """The pure rule that ``rules.judge`` applies."""
        quorum = (
            Fraction(self.quorum_numerator, self.quorum_denominator)
            if self.quorum_numerator and self.quorum_denominator
            else None
        )
        threshold = Fraction(self.threshold_numerator, self.threshold_denominator)
        by_units = self.voters == Voters.UNITS
        return Rule(self.name, self.version, self.base, quorum, threshold, self.is_strict, by_units)


class Poll(models.Model):
    """表决: one vote on one item. Roll and denominators are frozen at opening (V2); there is no reset, only void.

    ``result`` fields are empty until it is closed; ``sentence`` is the verdict with its arithmetic. ``issued``,
    ``returned``, ``blank`` and ``invalid`` are slips of paper, empty for a vote without any. ``all_members`` is empty
    where the rule does not ask for it.

    A sealed vote is prepared first and has no roll until it is begun; ``public_key`` (X25519, hex) is its teller's,
    ``stopped_at`` is when no more ballots were taken.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(
        "deliberation.AgendaItem", verbose_name="议题", on_delete=models.PROTECT, related_name="polls"
    )
    rule = models.ForeignKey(VotingRule, verbose_name="规则", on_delete=models.PROTECT, related_name="+")
    method = models.CharField("方式", max_length=16, choices=VoteMethod.choices)
    channel = models.CharField("渠道", max_length=8, choices=VoteChannel.choices)
    teller_a = models.ForeignKey(
        "orgs.Person", verbose_name="计票人甲", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    teller_b = models.ForeignKey(
        "orgs.Person", verbose_name="计票人乙", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    should_attend = models.PositiveSmallIntegerField("应到", default=0)
    present = models.PositiveSmallIntegerField("实到", default=0)
    all_members = models.PositiveSmallIntegerField("全体成员", null=True, blank=True)
    roll_hash = models.CharField("名册摘要", max_length=64, blank=True)
    state = models.CharField("状态", max_length=8, choices=PollState.choices, default=PollState.OPEN, editable=False)
    reason = models.CharField("作废原因", max_length=300, blank=True)
    public_key = models.CharField("公钥", max_length=64, blank=True)
    opened_at = models.DateTimeField("开始时间")
    stopped_at = models.DateTimeField("停止收票时间", null=True, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    yes = models.PositiveSmallIntegerField("赞成", null=True, blank=True)
    no = models.PositiveSmallIntegerField("反对", null=True, blank=True)
    abstain = models.PositiveSmallIntegerField("弃权", null=True, blank=True)
    issued = models.PositiveSmallIntegerField("发出票数", null=True, blank=True)
    returned = models.PositiveSmallIntegerField("收回票数", null=True, blank=True)
    blank = models.PositiveSmallIntegerField("空白票", null=True, blank=True)
    invalid = models.PositiveSmallIntegerField("无效票", null=True, blank=True)
    votes_needed = models.PositiveSmallIntegerField("须赞成", null=True, blank=True)
    is_adopted = models.BooleanField("通过", null=True, blank=True)
    sentence = models.CharField("计算说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "表决"
        constraints = [
            POLL.constraint("poll_state"),
            models.UniqueConstraint(name="poll_one_live", fields=["item"], condition=~Q(state="void")),
            models.CheckConstraint(
                name="poll_closed_has_result",
                condition=~Q(state="closed")
                | Q(yes__isnull=False, no__isnull=False, abstain__isnull=False, is_adopted__isnull=False),
            ),
            models.CheckConstraint(
                name="poll_votes_within_presence",
                condition=Q(yes__isnull=True) | Q(present__gte=F("yes") + F("no") + F("abstain")),
            ),
            models.CheckConstraint(
                name="poll_channel",
                condition=Q(channel="paper", method__in=sorted(VoteMethod.values))
                | Q(channel__in=["online", "mixed"], method="recorded")
                | Q(channel="online", method="secret"),
            ),
            # Nobody seals a ballot to no key.
            models.CheckConstraint(
                name="poll_sealed_has_key",
                condition=~Q(channel="online", method="secret", state__in=["open", "closed"]) | ~Q(public_key=""),
            ),
            models.CheckConstraint(
                name="poll_slips_within_presence",
                condition=Q(issued=None, returned=None, blank=None, invalid=None)
                | _ALL_SLIPS & Q(issued__lte=F("present"), returned__lte=F("issued")),
            ),
            # V5; in a mixed vote the ballots of the screen come on top.
            models.CheckConstraint(
                name="poll_slips_are_all_counted",
                condition=Q(returned=None) | Q(channel="mixed") | Q(returned=_COUNTED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_method_display()}"

    @property
    def place(self) -> Place:
        return self.item.place

    @property
    def takes_ballots(self) -> bool:
        """Whether anybody votes on a screen."""
        return self.channel != VoteChannel.PAPER

    @property
    def has_tellers(self) -> bool:
        return self.channel != VoteChannel.ONLINE

    @property
    def has_slips(self) -> bool:
        """Whether slips of paper are handed out, collected and counted."""
        return self.has_tellers and self.method in ON_SLIPS

    @property
    def is_sealed(self) -> bool:
        """Whether ballots are sealed on each voter's screen and opened only with the teller's key."""
        return self.is_secret and self.channel == VoteChannel.ONLINE

    @property
    def is_secret(self) -> bool:
        return self.method == VoteMethod.SECRET


class RollEntry(models.Model):
    """表决名册: who may vote in this poll, for which unit; written at opening, never changed (V2).

    ``on_paper``: in a mixed vote, who takes a slip instead of the screen.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    poll = models.ForeignKey(Poll, verbose_name="表决", on_delete=models.PROTECT, related_name="roll")
    person = models.ForeignKey("orgs.Person", verbose_name="表决人", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Organization", verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    on_paper = models.BooleanField("投纸质票", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "表决名册"
        constraints = [models.UniqueConstraint(name="roll_person_once", fields=["poll", "person"])]

    def __str__(self) -> str:
        return f"{self.person} · {self.unit}"


class Ballot(models.Model):
    """记名票: the one effective vote of a roll entry in a recorded poll (V1). Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.OneToOneField(RollEntry, verbose_name="名册", on_delete=models.PROTECT, related_name="ballot")
    choice = models.CharField("选择", max_length=8, choices=Choice.choices)
    cast_at = models.DateTimeField("表决时间")

    class Meta:
        verbose_name = verbose_name_plural = "记名票"
        constraints = [models.CheckConstraint(name="ballot_choice", condition=Q(choice__in=sorted(Choice.values)))]

    def __str__(self) -> str:
        return self.get_choice_display()


class VoteMark(models.Model):
    """已投: this voter has voted in a sealed vote. Append-only; apart from the ballot, without a time of its own."""

    entry = models.OneToOneField(
        RollEntry, verbose_name="名册", primary_key=True, on_delete=models.PROTECT, related_name="mark"
    )

    class Meta:
        verbose_name = verbose_name_plural = "已投"

    def __str__(self) -> str:
        return "已投"


class SealedBallot(models.Model):
    """密封票: a choice sealed to the key of its vote, until that vote ends; nobody's, and of no time.

    Random key, no order, no foreign key. When a vote ends the database writes the whole table anew without its ballots
    (``liancun_forget_ballots``): neither old rows nor their transactions remain.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    poll = models.UUIDField("表决")
    box = models.BinaryField("密封票", max_length=128)

    class Meta:
        verbose_name = verbose_name_plural = "密封票"

    def __str__(self) -> str:
        return "密封票"


class TallyEntry(models.Model):
    """计票: one teller's own count, of hands or of slips; two equal counts make a round, and a round closes the poll.

    Append-only: a mistaken round stays in the record.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    poll = models.ForeignKey(Poll, verbose_name="表决", on_delete=models.PROTECT, related_name="tallies")
    teller = models.ForeignKey("orgs.Person", verbose_name="计票人", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    yes = models.PositiveSmallIntegerField("赞成")
    no = models.PositiveSmallIntegerField("反对")
    abstain = models.PositiveSmallIntegerField("弃权")
    issued = models.PositiveSmallIntegerField("发出票数", null=True, blank=True)
    returned = models.PositiveSmallIntegerField("收回票数", null=True, blank=True)
    blank = models.PositiveSmallIntegerField("空白票", null=True, blank=True)
    invalid = models.PositiveSmallIntegerField("无效票", null=True, blank=True)
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = verbose_name_plural = "计票"
        constraints = [
            models.UniqueConstraint(name="tally_once_per_round", fields=["poll", "teller", "round"]),
            models.CheckConstraint(
                name="tally_slips",
                condition=Q(issued=None, returned=None, blank=None, invalid=None)
                | _ALL_SLIPS & Q(returned__lte=F("issued"), returned=_COUNTED),
            ),
        ]

    def __str__(self) -> str:
        return f"赞成{self.yes} 反对{self.no} 弃权{self.abstain}"

    @property
    def entered(self) -> tuple:
        """(round, teller, *NUMBERS), as ``rules.counting`` takes it."""
        return self.round, self.teller_id, *(getattr(self, name) for name in NUMBERS)


class PollBoardEntry(models.Model):
    """表决板: one line of a vote's own hash chain. Append-only; never a line about one ballot.

    ``content`` is the JSON text that was hashed, byte for byte; ``hash`` covers it and the line before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    poll = models.ForeignKey(Poll, verbose_name="表决", on_delete=models.PROTECT, related_name="board")
    serial = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("事项", max_length=8, choices=PollBoardKind.choices)
    content = models.TextField("内容", max_length=4000)
    previous = models.CharField("上一行校验值", max_length=64)
    hash = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "表决板"
        constraints = [models.UniqueConstraint(name="board_serial_once", fields=["poll", "serial"])]

    def __str__(self) -> str:
        return f"{self.serial} {self.get_kind_display()}"
