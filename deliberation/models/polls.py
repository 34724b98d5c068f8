"""Voting rules, polls, the frozen roll, ballots and the tellers' counts."""

from django.db import models
from django.db.models import Q

from deliberation.choices import Choice, PollState, VoteBase, VoteMethod, Voters
from deliberation.rules import Fraction, Rule
from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place

POLL = Lifecycle(
    "poll",
    PollState,
    [
        move("close", "结束表决", sources=[PollState.OPEN], target=PollState.CLOSED, verb="poll.run"),
        move("void", "作废", sources=[PollState.OPEN], target=PollState.VOID, verb="poll.run", needs_reason=True),
    ],
)


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
        return Rule(self.name, self.version, self.base, quorum, threshold, self.is_strict)


class Poll(models.Model):
    """表决: one vote on one item. Roll and denominators are frozen at opening (V2); there is no reset, only void.

    ``result`` fields are empty until it is closed; ``sentence`` is the verdict with its arithmetic.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(
        "deliberation.AgendaItem", verbose_name="议题", on_delete=models.PROTECT, related_name="polls"
    )
    rule = models.ForeignKey(VotingRule, verbose_name="规则", on_delete=models.PROTECT, related_name="+")
    method = models.CharField("方式", max_length=16, choices=VoteMethod.choices)
    teller_a = models.ForeignKey(
        "orgs.Person", verbose_name="计票人甲", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    teller_b = models.ForeignKey(
        "orgs.Person", verbose_name="计票人乙", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    should_attend = models.PositiveSmallIntegerField("应到")
    present = models.PositiveSmallIntegerField("实到")
    roll_hash = models.CharField("名册摘要", max_length=64)
    state = models.CharField("状态", max_length=8, choices=PollState.choices, default=PollState.OPEN, editable=False)
    reason = models.CharField("作废原因", max_length=300, blank=True)
    opened_at = models.DateTimeField("开始时间")
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    yes = models.PositiveSmallIntegerField("赞成", null=True, blank=True)
    no = models.PositiveSmallIntegerField("反对", null=True, blank=True)
    abstain = models.PositiveSmallIntegerField("弃权", null=True, blank=True)
    votes_needed = models.PositiveSmallIntegerField("须赞成", null=True, blank=True)
    is_adopted = models.BooleanField("通过", null=True, blank=True)
    sentence = models.CharField("计算说明", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "表决"
        constraints = [
            POLL.constraint("poll_state"),
            models.UniqueConstraint(name="poll_one_live", fields=["item"], condition=Q(state__in=["open", "closed"])),
            models.CheckConstraint(
                name="poll_closed_has_result",
                condition=~Q(state="closed")
                | Q(yes__isnull=False, no__isnull=False, abstain__isnull=False, is_adopted__isnull=False),
            ),
            models.CheckConstraint(
                name="poll_votes_within_presence",
                condition=Q(yes__isnull=True) | Q(present__gte=models.F("yes") + models.F("no") + models.F("abstain")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.get_method_display()}"

    @property
    def place(self) -> Place:
        return self.item.place


class RollEntry(models.Model):
    """表决名册: who may vote in this poll, for which unit; written at opening, never changed (V2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    poll = models.ForeignKey(Poll, verbose_name="表决", on_delete=models.PROTECT, related_name="roll")
    person = models.ForeignKey("orgs.Person", verbose_name="表决人", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Organization", verbose_name="单位", on_delete=models.PROTECT, related_name="+")

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


class TallyEntry(models.Model):
    """计票: one teller's own count of a show of hands; two equal counts make a round, and a round closes the poll.

    Append-only: a mistaken round stays in the record.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    poll = models.ForeignKey(Poll, verbose_name="表决", on_delete=models.PROTECT, related_name="tallies")
    teller = models.ForeignKey("orgs.Person", verbose_name="计票人", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField("轮次", default=1)
    yes = models.PositiveSmallIntegerField("赞成")
    no = models.PositiveSmallIntegerField("反对")
    abstain = models.PositiveSmallIntegerField("弃权")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = verbose_name_plural = "计票"
        constraints = [models.UniqueConstraint(name="tally_once_per_round", fields=["poll", "teller", "round"])]

    def __str__(self) -> str:
        return f"赞成{self.yes} 反对{self.no} 弃权{self.abstain}"
