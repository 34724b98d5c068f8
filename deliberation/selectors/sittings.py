"""What is true in the room at this moment: who is here, who may vote on an item, who has spoken."""

from deliberation.choices import Capacity, Voters
from deliberation.models import AgendaItem, Attendance, Meeting, Statement, VotingRule


def here(meeting: Meeting) -> list[Attendance]:
    """Those in the room now with their units, in order of their seats. One query."""
    return list(meeting.attendances.here().select_related("person", "unit").order_by("pk").distinct())


def roll_of(item: AgendaItem, rule: VotingRule) -> tuple[int, list[Attendance]]:
    """(should attend, those who may vote now): voters less the units that recused themselves (V9). Two queries.

    By unit, each unit counts once, for its representative who signed in first.
    """
    recused = set(item.recusals.values_list("unit_id", flat=True))
    voters = [
        a
        for a in item.meeting.attendances.filter(capacity=Capacity.VOTING)
        .select_related("person", "unit")
        .order_by("pk")
        if a.unit_id not in recused
    ]
    present_ids = set(item.meeting.attendances.here().values_list("pk", flat=True))
    present = [a for a in voters if a.pk in present_ids]
    if rule.voters == Voters.PERSONS:
        return len(voters), present
    body = item.meeting.body_id
    units = {a.unit_id for a in voters if a.unit_id != body}
    first: dict = {}
    for a in present:
        if a.unit_id in units:
            first.setdefault(a.unit_id, a)
    return len(units), list(first.values())


def units_heard(item: AgendaItem) -> set:
    """Ids of the units that have spoken to an item (F-24): shown, never scored."""
    return set(Statement.objects.filter(item=item).values_list("attendance__unit_id", flat=True))
