"""The rows that the verbs of a vote and of a resolution lock, with what they read of them."""

from django.db.models import OuterRef, QuerySet, Subquery

from deliberation.models import AgendaItem, Checklist, Poll, PollBoardEntry, Resolution


def locked_item(item: AgendaItem) -> AgendaItem:
    """The item and its meeting, both locked."""
    rows = AgendaItem.objects.select_related("meeting__body", "meeting__chair", "motion", "rule")
    return rows.select_for_update(of=("self", "meeting")).get(pk=item.pk)


def locked_poll(poll: Poll) -> Poll:
    """The poll, locked: casting, counting, closing and voiding one vote stand in one line."""
    return polls_with_board().select_for_update(of=("self",)).get(pk=poll.pk)


def polls_with_board() -> QuerySet[Poll]:
    """With the head of each board as ``board_serial`` and ``board_hash``, None for a vote without one."""
    last = PollBoardEntry.objects.filter(poll=OuterRef("pk")).order_by("-serial")
    return Poll.objects.select_related("item__meeting__body", "item__meeting__chair", "item__motion", "rule").annotate(
        board_serial=Subquery(last.values("serial")[:1]), board_hash=Subquery(last.values("hash")[:1])
    )


def locked_resolution(resolution: Resolution) -> Resolution:
    """The fresh row under its lock."""
    return Resolution.objects.select_related("body", "motion").locked().get(pk=resolution.pk)


def locked_checklist(checklist: Checklist) -> Checklist:
    """The fresh row under its lock and under that of its resolution, which always comes first."""
    resolution = locked_resolution(checklist.resolution)
    row = Checklist.objects.select_related("village", "template").locked().get(pk=checklist.pk)
    row.resolution = resolution
    return row
