"""What a resolution waits for beside its vote: its villages. Opened and dropped with it, asked before each step."""

from collections.abc import Iterable
from datetime import date, datetime

from deliberation import events, selectors
from deliberation.choices import ChecklistState, ResolutionState
from deliberation.models import RESOLUTION, Checklist, Resolution
from kit import facts, parameters
from kit.calendar import day_of
from kit.errors import DomainError, RuleBroken
from kit.holidays import working_days
from orgs.choices import OrganizationKind


def refuse_strange_villages(body, villages: Iterable, *, on: date) -> list:
    """Each village once. Raises RuleBroken at ``villages`` for what is no member village of the body."""
    named = list({village.pk: village for village in villages}.values())
    members = {village.pk for village in selectors.villages_of(body, on=on)} if named else set()
    for village in named:
        if village.kind != OrganizationKind.VILLAGE_BRANCH or village.pk not in members:
            raise RuleBroken(
                "not_a_member_village", f"{village.name}不是{body.name}的成员村，不用走村级程序。", field="villages"
            )
    return named


def open_checklists(resolution: Resolution, villages: list, *, by, now: datetime) -> None:
    """Begin 四议两公开 in each village, with the steps and the last day of this moment."""
    today = day_of(now)
    template = selectors.checklist_template(on=today)
    RESOLUTION.advance(resolution, "condition")
    for village in villages:
        days = parameters.get("deliberation.checklist_days", on=today, path=village.path)
        checklist = Checklist.objects.create(
            resolution=resolution,
            village=village,
            template=template,
            due_on=working_days().add(today, days),
            opened_at=now,
        )
        record(events.CHECKLIST_OPENED, checklist, by=by, now=now)


def drop_checklists(resolution: Resolution) -> None:
    """The resolution goes no further, so nothing is asked of its villages any more."""
    Checklist.objects.unfinished().filter(resolution=resolution).update(state=ChecklistState.DROPPED)


def require_villages(resolution: Resolution) -> None:
    """Raises DomainError ``village_pending`` naming the villages and the step that each of them has not done."""
    if resolution.state == ResolutionState.CONDITIONAL:
        waiting = "；".join(selectors.outstanding(resolution))
        raise DomainError("village_pending", f"村级决议还没有齐备，不能公示，也不能生效：{waiting}。")


def complete_when_done(resolution: Resolution, *, by, now: datetime) -> None:
    """The last task accepted and the last result published complete a resolution in force."""
    if resolution.state == ResolutionState.EFFECTIVE and selectors.is_carried_out(resolution):
        RESOLUTION.advance(resolution, "complete")
        about = resolution.motion.about
        facts.record(
            events.RESOLUTION_COMPLETED, actor=by, org=resolution.body, subject=resolution, at=now, about=about
        )


def record(event: str, row: Checklist, *, by, now: datetime, **details) -> None:
    facts.record(
        event,
        actor=by,
        org=row.village,
        subject=row,
        at=now,
        about=row.resolution.motion.about,
        resolution=str(row.resolution_id),
        **details,
    )
