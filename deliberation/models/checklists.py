"""四议两公开: the village's own decision procedure about a resolution that touches its assets, money or land (F-28)."""

from collections.abc import Iterator

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from deliberation.choices import DECIDED_CHECKLIST, ChecklistState
from deliberation.querysets import ChecklistQuerySet
from kit import guards
from kit.guards import Trigger
from kit.ids import new_id
from kit.lifecycle import Lifecycle, move
from kit.scoping import Place

S = ChecklistState

CHECKLIST = Lifecycle(
    "checklist",
    S,
    [
        move("decide", "村级决议公开", sources=[S.RUNNING], target=S.DECIDED, verb="checklist.mark"),
        move("refuse", "村级未通过", sources=[S.RUNNING], target=S.REFUSED, verb="checklist.refuse", needs_reason=True),
        move("close", "实施结果公开", sources=[S.DECIDED], target=S.CLOSED, verb="checklist.mark"),
    ],
)


class ChecklistTemplate(models.Model):
    """四议两公开步骤: one version of the steps and their order; a change is a new version. Append-only.

    ``decides_at`` counts the step at which the village says yes or no. The last step follows when all is carried out;
    those before it come before the resolution takes effect.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveSmallIntegerField("版本", unique=True)
    steps = ArrayField(models.CharField(max_length=40), verbose_name="步骤")
    decides_at = models.PositiveSmallIntegerField("第几步由村民表决")
    source = models.CharField("依据", max_length=120)
    effective_on = models.DateField("施行日期")

    class Meta:
        verbose_name = verbose_name_plural = "四议两公开步骤"
        constraints = [
            # After the decision comes at least its publication, and at the end that of the result.
            models.CheckConstraint(
                name="checklist_template_steps",
                condition=Q(decides_at__gte=1, steps__len__gte=F("decides_at") + 2),
            ),
        ]

    def __str__(self) -> str:
        return f"四议两公开步骤（第{self.version}版）"

    @property
    def before_effect(self) -> int:
        """How many steps come before the resolution takes effect."""
        return len(self.steps) - 1


class Checklist(models.Model):
    """四议两公开 of one village about one resolution; it keeps the steps it began with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resolution = models.ForeignKey(
        "deliberation.Resolution", verbose_name="决议", on_delete=models.PROTECT, related_name="checklists"
    )
    village = models.ForeignKey("orgs.Organization", verbose_name="村", on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(ChecklistTemplate, verbose_name="步骤", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=8, choices=S.choices, default=S.RUNNING, editable=False)
    due_on = models.DateField("办理期限")
    opened_at = models.DateTimeField("开始时间")
    decided_on = models.DateField("村级决议齐备日期", null=True, blank=True)
    reason = models.CharField("未通过原因", max_length=300, blank=True)

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "四议两公开"
        constraints = [
            CHECKLIST.constraint("checklist_state"),
            models.UniqueConstraint(name="checklist_once_a_village", fields=["resolution", "village"]),
            models.CheckConstraint(
                name="checklist_decided_on",
                condition=Q(state=S.DROPPED)
                | Q(state__in=DECIDED_CHECKLIST, decided_on__isnull=False)
                | Q(state__in=[S.RUNNING, S.REFUSED], decided_on=None),
            ),
            models.CheckConstraint(
                name="checklist_refused_with_reason",
                condition=Q(state=S.REFUSED) & ~Q(reason="") | ~Q(state=S.REFUSED) & Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(name="checklist_by_village", fields=["village", "state", "due_on"]),
            models.Index(name="checklist_by_due_day", fields=["due_on", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.village.name}四议两公开"

    @property
    def place(self) -> Place:
        return Place(self.village.path, self.resolution.body_id)


class ChecklistEntry(models.Model):
    """One step as the village entered it. Append-only: a correction is a new round with its reason; the last counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checklist = models.ForeignKey(Checklist, verbose_name="清单", on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField("第几步")
    round = models.PositiveSmallIntegerField("第几次填写")
    done_on = models.DateField("办理日期")
    evidence = models.CharField("决议文号或佐证", max_length=300)
    is_against = models.BooleanField("未通过", default=False)
    reason = models.CharField("更正原因", max_length=300, blank=True)
    person = models.ForeignKey("orgs.Person", verbose_name="填写人", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("填写时间")

    class Meta:
        verbose_name = verbose_name_plural = "四议两公开记录"
        constraints = [
            models.UniqueConstraint(name="checklist_entry_once", fields=["checklist", "position", "round"]),
            models.CheckConstraint(
                name="checklist_correction_has_reason",
                condition=Q(round=1, reason="") | Q(round__gt=1, is_against=False) & ~Q(reason=""),
            ),
            models.CheckConstraint(name="checklist_entry_says_something", condition=~Q(evidence="")),
        ]

    def __str__(self) -> str:
        return f"第{self.position}步 第{self.round}次"

    @property
    def place(self) -> Place:
        return self.checklist.place


# The database's last word (F-28): what a village has not decided is neither published nor in force, whoever writes it.
_HELD = """
CREATE OR REPLACE FUNCTION liancun_village_decisions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $function$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state AND EXISTS (
        SELECT 1 FROM deliberation_checklist c WHERE c.resolution_id = NEW.id AND (
            NEW.state IN ('in_notice', 'effective') AND c.state NOT IN ('decided', 'closed')
            OR NEW.state = 'completed' AND c.state <> 'closed')
    ) THEN
        RAISE EXCEPTION 'resolution % waits for its villages', NEW.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $function$
"""
_COUNTED = """
CREATE OR REPLACE FUNCTION liancun_checklist_steps() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $function$
DECLARE
    needed integer;
    found integer;
BEGIN
    IF NEW.state IN ('decided', 'closed') THEN
        SELECT cardinality(t.steps) - (NEW.state = 'decided')::integer INTO needed
        FROM deliberation_checklisttemplate t WHERE t.id = NEW.template_id;
        SELECT count(DISTINCT e.position) INTO found FROM deliberation_checklistentry e
        WHERE e.checklist_id = NEW.id AND e.position BETWEEN 1 AND needed AND NOT e.is_against;
        IF found < needed THEN
            RAISE EXCEPTION 'checklist % has % of % steps', NEW.id, found, needed USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $function$
"""


@guards.functions_from
def _functions() -> Iterator[str]:
    """What the triggers below run."""
    yield from (_HELD, _COUNTED)


@guards.triggers_from
def _triggers() -> Iterator[Trigger]:
    """A resolution waits for its villages; a checklist is done when its steps are entered."""
    yield Trigger(
        "deliberation_resolution",
        "liancun_village_decisions",
        ("UPDATE",),
        "liancun_village_decisions",
        each_row=True,
    )
    yield Trigger(
        "deliberation_checklist",
        "liancun_checklist_steps",
        ("INSERT", "UPDATE"),
        "liancun_checklist_steps",
        each_row=True,
    )
