"""The rule table: presets seeded once, changed only by a new version (F-23)."""

from datetime import date, datetime

from deliberation import events
from deliberation.models import VotingRule
from kit import database, facts, policies
from kit.calendar import day_of
from kit.errors import RuleBroken
from kit.services import service
from kit.validation import check_fields
from orgs.choices import OrganizationKind

SINCE = date(2022, 7, 28)
_REPORT = "《片区联合党委运行规则》，报告 §3.2.2；到会比例为本系统所加"

# code, name, base, quorum of those who should attend, threshold, strict, voters, paper only, source
PRESETS = (
    ("JOINT", "联席会议规则", "present", (2, 3), (1, 2), True, "persons", False, _REPORT),
    ("JOINT-UNITS", "成员单位表决规则", "present", (2, 3), (1, 2), True, "units", False, _REPORT),
    ("BRANCH", "支部党员大会规则", "should_attend", (1, 2), (1, 2), True, "persons", False, "党支部工作条例"),
    ("ELECTION-RECORD", "选举结果记录规则", "present", (4, 5), (1, 2), True, "persons", True, "基层组织选举工作条例"),
    ("VILLAGERS", "村民会议规则", "present", (1, 2), (1, 2), True, "persons", True, "村民委员会组织法第二十二条"),
    (
        "VILLAGE-REPS",
        "村民代表会议规则",
        "present",
        (2, 3),
        (1, 2),
        True,
        "persons",
        True,
        "村民委员会组织法第二十五条",
    ),
    (
        *("COLLECTIVE-ALL", "集体经济组织成员大会规则", "all_members", (2, 3), (2, 3), False, "persons", True),
        "农村集体经济组织法",
    ),
    ("BOARD", "理事会规则", "all_members", (1, 2), (1, 2), True, "persons", False, "合作社、集体经济组织章程"),
)


@database.seed("voting_rules")
def seed(*, now: datetime) -> None:
    """Write version 1 of every preset that is not there yet."""
    known = set(VotingRule.objects.values_list("code", flat=True))
    VotingRule.objects.bulk_create(
        VotingRule(
            code=code,
            name=name,
            version=1,
            base=base,
            quorum_numerator=quorum[0],
            quorum_denominator=quorum[1],
            threshold_numerator=threshold[0],
            threshold_denominator=threshold[1],
            is_strict=strict,
            voters=voters,
            is_paper_only=paper,
            source=source,
            effective_on=SINCE,
        )
        for code, name, base, quorum, threshold, strict, voters, paper, source in PRESETS
        if code not in known
    )


@service
def add_rule_version(
    *,
    actor,
    district,
    code: str,
    name: str,
    base: str,
    quorum: tuple[int, int] | None,
    threshold: tuple[int, int],
    is_strict: bool,
    voters: str,
    is_paper_only: bool,
    source: str,
    effective_on: date,
    now: datetime,
) -> VotingRule:
    """Write the next version of a rule; polls already open keep the version they were opened with.

    Shares are (numerator, denominator). Raises RuleBroken at the fields.
    """
    policies.require(actor, "voting_rule.add", district)
    if district.kind != OrganizationKind.DISTRICT_COMMITTEE:
        raise RuleBroken("not_a_district", "表决规则由区委统一规定，请选区委。", field="district")
    if effective_on <= day_of(now):
        raise RuleBroken("effective_tomorrow", "新版本最早从明天起施行。", field="effective_on")
    for field, share in (("quorum", quorum), ("threshold", threshold)):
        if share is not None and not 0 < share[0] <= share[1] <= 100:
            raise RuleBroken("bad_share", "比例写成分子和分母，例如三分之二。", field=field)
    versions = VotingRule.objects.filter(code=code).values_list("version", flat=True)
    rule = VotingRule(
        code=code,
        name=(name or "").strip(),
        version=max(versions, default=0) + 1,
        base=base,
        quorum_numerator=quorum[0] if quorum else None,
        quorum_denominator=quorum[1] if quorum else None,
        threshold_numerator=threshold[0],
        threshold_denominator=threshold[1],
        is_strict=is_strict,
        voters=voters,
        is_paper_only=is_paper_only,
        source=(source or "").strip(),
        effective_on=effective_on,
    )
    check_fields(rule, only=["code", "name", "base", "voters", "source"])
    rule.save(force_insert=True)
    facts.record(events.RULE_ADDED, actor=actor, org=district, subject=rule, at=now, code=code, version=rule.version)
    return rule
