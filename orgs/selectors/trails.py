"""办理过程: facts as a page shows them, with the names of those who acted."""

from collections.abc import Iterable

from kit import facts
from kit.actors import VISITOR, actor_label
from kit.components import TrailEntry
from orgs.models import Person

SYSTEM = "系统"
NAMELESS = {actor_label(VISITOR): "来访者"}


def trail_entries(recorded: Iterable) -> tuple[TrailEntry, ...]:
    """Facts in order as 姓名/单位/时间/意见. Two queries, whatever their number."""
    rows = list(recorded)
    actors = Person.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id}).select_related("organization")
    known = {person.pk: (person.name, person.organization.name) for person in actors}
    return tuple(
        TrailEntry(
            name=known.get(row.actor_id, (NAMELESS.get(row.actor, SYSTEM), ""))[0],
            unit=known.get(row.actor_id, (SYSTEM, ""))[1],
            at=row.at,
            did=facts.title(row.event),
            said=str(row.details.get("reason", "")),
        )
        for row in rows
    )
