"""The steps of 四议两公开: seeded once, changed only by a new version; a running checklist keeps its own (F-28)."""

from collections.abc import Sequence
from datetime import date, datetime

from deliberation import events
from deliberation.models import ChecklistTemplate
from kit import database, facts, policies
from kit.calendar import day_of
from kit.errors import RuleBroken
from kit.services import service
from kit.validation import check_fields
from orgs import selectors as orgs
from orgs.choices import OrganizationKind

SINCE = date(2022, 7, 28)
STEPS = (
    "党支部会提议",
    "“两委”会商议",
    "党员大会审议",
    "村民会议或村民代表会议决议",
    "决议公开",
    "实施结果公开",
)
DECIDES_AT = 4
_SOURCE = "四议两公开工作法"
# What a person can tick off; a list longer than this is no procedure any more.
MOST_STEPS, LONGEST_STEP = 12, 40


@database.seed("checklist_templates")
def seed(*, now: datetime) -> None:
    """Write version 1 if there is none yet."""
    if not ChecklistTemplate.objects.exists():
        ChecklistTemplate.objects.create(
            version=1, steps=list(STEPS), decides_at=DECIDES_AT, source=_SOURCE, effective_on=SINCE
        )


@service
def add_template_version(
    *,
    actor,
    district,
    steps: Sequence[str],
    decides_at: int,
    source: str,
    effective_on: date,
    now: datetime,
) -> ChecklistTemplate:
    """Write the next version of the steps, from a coming day on.

    ``decides_at`` counts the step of the village's vote; after it come at least the publication of the decision and,
    last of all, that of the result. Raises RuleBroken at the fields.
    """
    policies.require(actor, "checklist_template.add", district)
    if district.kind != OrganizationKind.DISTRICT_COMMITTEE:
        raise RuleBroken("not_a_district", "四议两公开步骤由区委统一规定，请选区委。", field="district")
    if effective_on <= day_of(now):
        raise RuleBroken("effective_tomorrow", "新版本最早从明天起施行。", field="effective_on")
    named = [step.strip() for step in steps]
    if not 3 <= len(named) <= MOST_STEPS:
        raise RuleBroken("bad_steps", f"步骤须有3步到{MOST_STEPS}步，一行一步。", field="steps")
    if not all(0 < len(step) <= LONGEST_STEP for step in named):
        raise RuleBroken("bad_steps", f"每一步须有名称，不超过{LONGEST_STEP}个字。", field="steps")
    if len(set(named)) < len(named):
        raise RuleBroken("bad_steps", "步骤的名称不能重复。", field="steps")
    if not 1 <= decides_at <= len(named) - 2:
        raise RuleBroken("bad_decision_step", "村民表决以后，至少还有决议公开和实施结果公开两步。", field="decides_at")
    # One numbering at a time.
    orgs.under_lock(district)
    last = ChecklistTemplate.objects.order_by("-version").values_list("version", flat=True).first()
    template = ChecklistTemplate(
        version=(last or 0) + 1,
        steps=named,
        decides_at=decides_at,
        source=(source or "").strip(),
        effective_on=effective_on,
    )
    check_fields(template, only=["source"])
    template.save(force_insert=True)
    facts.record(
        events.CHECKLIST_STEPS_ADDED, actor=actor, org=district, subject=template, at=now, version=template.version
    )
    return template
