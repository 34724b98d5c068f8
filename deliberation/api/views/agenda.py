"""The doors of 会议议题 and 发言: ordered by the desk before the meeting, led by the chair in it."""

from typing import Any

from django.db.models import QuerySet

from deliberation import choices, selectors
from deliberation.api import filters
from deliberation.api.serializers import meetings as serializers
from deliberation.api.serializers.motions import GroundBody
from deliberation.api.views import TAG
from deliberation.api.views.meetings import MeetingView
from deliberation.services import meetings, sittings
from kit.api.representation import Row
from kit.api.verbs import creates, elsewhere, verb
from kit.api.views import ResourceView
from kit.idempotency import Answer

S, M = choices.ItemState, choices.MeetingState
_ON_THE_TABLE = (S.DISCUSSING, S.DISCUSSED)


def _is_chair(row: Row, caller: Any) -> bool:
    return row["meeting__chair_id"] == caller.person.pk


def _notes(row: Row, caller: Any) -> bool:
    """Chair, clerk, and whoever may stand in for the clerk."""
    named = (row["meeting__chair_id"], row["meeting__clerk_id"])
    return caller.person.pk in named or caller.may("meeting.clerk", serializers.at_meeting(row))


def _sits(row: Row) -> bool:
    return row["meeting__state"] == M.IN_SESSION


class AgendaItemView(ResourceView):
    tag = TAG
    representation = serializers.AgendaItemShown
    filters = filters.AgendaItemFilters
    orderings = {"-id": ("-id",), "position": ("meeting_id", "position")}
    joins = ("meeting__body", "meeting__chair")

    def rows(self) -> QuerySet:
        return selectors.shown.agenda_items(self.actor)

    def plain_rows(self) -> QuerySet:
        return selectors.agenda_items(self.actor)

    @creates("加议题", body=serializers.AgendaItemBody)
    def create(self, data: Row) -> Any:
        return meetings.add_item(actor=self.actor, now=self.now, **data)

    @verb(
        "remove",
        "移出",
        policy="meeting.plan",
        when=lambda row: row["meeting__state"] in (M.PLANNED, M.AGENDA_FROZEN),
    )
    def remove(self, row: Any, data: Row) -> Answer:
        """The item is gone; answered with its meeting."""
        meeting = meetings.remove_item(item=row, actor=self.actor, now=self.now)
        return Answer(200, self.shown_by(MeetingView, meeting.pk))

    remove.answers = serializers.MeetingShown.serializer()

    @verb(
        "move",
        "调整次序",
        body=serializers.MoveItemBody,
        policy="meeting.plan",
        when=lambda row: row["state"] == S.PENDING and row["meeting__state"] not in choices.OVER,
    )
    def move(self, row: Any, data: Row) -> None:
        meetings.move_item(item=row, actor=self.actor, now=self.now, **data)

    @verb("open", move="agenda_item.open", by=_is_chair, when=lambda row: _sits(row) and not row["table_is_taken"])
    def open(self, row: Any, data: Row) -> None:
        sittings.open_item(item=row, actor=self.actor, now=self.now)

    note_statement = elsewhere(
        "note-statement",
        "记发言",
        "statements",
        by=_notes,
        when=lambda row: _sits(row) and row["state"] == S.DISCUSSING,
    )

    @verb("confirm-discussed", move="agenda_item.discussed", by=_is_chair, when=_sits)
    def confirm_discussed(self, row: Any, data: Row) -> None:
        sittings.confirm_discussed(item=row, actor=self.actor, now=self.now)

    open_poll = elsewhere(
        "open-poll",
        "开始表决",
        "polls",
        by=_is_chair,
        when=lambda row: (
            _sits(row) and row["kind"] == choices.ItemKind.VOTE and row["state"] == S.DISCUSSED and not row["has_poll"]
        ),
    )

    @verb(
        "finish",
        move="agenda_item.finish",
        by=_is_chair,
        when=lambda row: _sits(row) and row["kind"] != choices.ItemKind.VOTE,
        body=serializers.FinishBody,
    )
    def finish(self, row: Any, data: Row) -> None:
        sittings.finish_item(item=row, actor=self.actor, now=self.now, **data)

    @verb(
        "recuse",
        "回避",
        by=_is_chair,
        when=lambda row: _sits(row) and row["state"] in (S.PENDING, *_ON_THE_TABLE) and not row["has_poll"],
        body=serializers.RecuseBody,
    )
    def recuse(self, row: Any, data: Row) -> None:
        sittings.recuse_unit(item=row, actor=self.actor, now=self.now, **data)

    @verb(
        "defer",
        move="agenda_item.defer",
        by=_is_chair,
        when=lambda row: _sits(row) and not row["is_voting"],
        body=GroundBody,
    )
    def defer(self, row: Any, data: Row) -> None:
        sittings.defer_item(item=row, actor=self.actor, now=self.now, **data)


class StatementView(ResourceView):
    """For those who attended, the chair and whoever notes; for anybody else there are none."""

    tag = TAG
    representation = serializers.StatementShown
    filters = filters.StatementFilters
    orderings = {"-id": ("-id",), "id": ("id",)}

    def rows(self) -> QuerySet:
        return selectors.shown.statements(self.actor)

    @creates("记发言", body=serializers.StatementBody)
    def create(self, data: Row) -> Any:
        return sittings.note_statement(actor=self.actor, now=self.now, **data)
