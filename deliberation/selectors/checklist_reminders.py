"""What 四议两公开 reminds villages of, who is told of it, and who waits."""

from datetime import date

from django.db.models import F, QuerySet

from deliberation.choices import ChecklistState
from deliberation.models import Checklist
from deliberation.selectors.reminders import clerks_of, sits_at
from kit.calendar import day_of
from kit.reminders import HeardFact, Told


def checklists_running(on: date) -> QuerySet:
    """Villages that have not yet decided about a resolution that touches what is theirs (F-28)."""
    return Checklist.objects.filter(state=ChecklistState.RUNNING).annotate(
        remind_by=F("due_on"),
        remind_since=F("opened_at"),
        remind_title=F("resolution__title"),
        remind_path=F("village__path"),
        remind_body=F("resolution__body_id"),
        remind_key=F("pk"),
    )


def told_to_village(fact: HeardFact) -> Told | None:
    """The village hears that a resolution waits for its decision."""
    row = Checklist.objects.select_related("village", "resolution").filter(pk=fact.subject.partition(":")[2]).first()
    if row is None:
        return None
    return Told(
        people=clerks_of(row.village, on=day_of(fact.at)),
        title=row.resolution.title,
        page="checklist",
        key=row.pk,
        path=row.village.path,
        body_id=None,
    )


def waits_for_checklist(person, checklist: Checklist) -> bool:
    """The body waits for the village, and whoever sits there may nudge; not the village itself. No query."""
    running = checklist.state == ChecklistState.RUNNING
    return running and sits_at(person, checklist.resolution.body_id) and not sits_at(person, checklist.village_id)
