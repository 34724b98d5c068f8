"""The doors of 会议记录: written by the clerk, agreed by those who were there, confirmed by the chair, filed."""

from typing import Any

from django.db.models import QuerySet

from deliberation import choices, selectors
from deliberation.api import filters
from deliberation.api.serializers import minutes as serializers
from deliberation.api.serializers.decisions import ShortReasonBody
from deliberation.api.views import TAG
from deliberation.services import amendments, minutes
from kit.api.representation import Row
from kit.api.verbs import verb
from kit.api.views import ResourceView

S, M = choices.MinutesState, choices.MeetingState


def _writes(row: Row, caller: Any) -> bool:
    """The named clerk, or whoever does the desk work of the body."""
    named = row["meeting__clerk_id"] == caller.person.pk
    return named or caller.may("minutes.write", serializers.MinutesShown.place(row))


def _files(row: Row, caller: Any) -> bool:
    named = row["meeting__clerk_id"] == caller.person.pk
    return named or caller.may("minutes.archive", serializers.MinutesShown.place(row))


def _is_chair(row: Row, caller: Any) -> bool:
    return bool(row["meeting__chair_id"] == caller.person.pk)


def _may_confirm(row: Row, caller: Any) -> bool:
    if not _is_chair(row, caller) or row["open_amendments"]:
        return False
    return caller.today > row["confirm_by_on"] or row["agreed_count"] >= row["asked_count"]


def _may_amend(row: Row, caller: Any) -> bool:
    return row["was_there"] and row["meeting__clerk_id"] != caller.person.pk


def _may_agree(row: Row, caller: Any) -> bool:
    is_free = not row["has_agreed"] and not row["waits_for_answer"]
    return _may_amend(row, caller) and not _is_chair(row, caller) and is_free


class MinutesView(ResourceView):
    """For those who were there, the chair and whoever notes; for anybody else there are none."""

    tag = TAG
    representation = serializers.MinutesShown
    filters = filters.MinutesFilters
    orderings = {"-id": ("-id",), "confirm_by_on": ("confirm_by_on", "id")}
    joins = ("meeting__body",)

    def rows(self) -> QuerySet:
        return selectors.shown_minutes(self.actor)

    def plain_rows(self) -> QuerySet:
        return selectors.minutes(self.actor)

    @verb("note", "写记录", body=serializers.NoteBody, by=_writes, when=lambda row: row["state"] == S.DRAFT)
    def note(self, row: Any, data: Row) -> None:
        minutes.write_note(minutes=row, actor=self.actor, now=self.now, **data)

    @verb(
        "send",
        move="minutes.send",
        by=_writes,
        when=lambda row: row["meeting__state"] == M.ENDED and not row["is_bare"],
    )
    def send(self, row: Any, data: Row) -> None:
        minutes.send_minutes(minutes=row, actor=self.actor, now=self.now)

    @verb("recall", move="minutes.recall", by=_writes, body=ShortReasonBody)
    def recall(self, row: Any, data: Row) -> None:
        minutes.recall_minutes(minutes=row, actor=self.actor, now=self.now, **data)

    @verb(
        "agree",
        "确认无误",
        by=_may_agree,
        when=lambda row: row["state"] == S.CIRCULATED,
        body=serializers.EditionBody,
    )
    def agree(self, row: Any, data: Row) -> None:
        amendments.agree(minutes=row, actor=self.actor, now=self.now, **data)

    @verb(
        "amend", "提修改意见", by=_may_amend, when=lambda row: row["state"] == S.CIRCULATED, body=serializers.AmendBody
    )
    def amend(self, row: Any, data: Row) -> None:
        amendments.ask_amendment(minutes=row, actor=self.actor, now=self.now, **data)

    @verb("take-in", "采纳", by=_writes, when=lambda row: row["open_amendments"], body=serializers.TakeInBody)
    def take_in(self, row: Any, data: Row) -> None:
        amendments.take_in(minutes=row, actor=self.actor, now=self.now, **data)

    @verb("decline", "不采纳", by=_writes, when=lambda row: row["open_amendments"], body=serializers.DeclineBody)
    def decline(self, row: Any, data: Row) -> None:
        amendments.decline(minutes=row, actor=self.actor, now=self.now, **data)

    @verb("confirm", move="minutes.confirm", by=_may_confirm, body=serializers.EditionBody)
    def confirm(self, row: Any, data: Row) -> None:
        minutes.confirm_minutes(minutes=row, actor=self.actor, now=self.now, **data)

    @verb(
        "correct",
        "更正",
        by=lambda row, caller: _writes(row, caller) or _is_chair(row, caller),
        when=lambda row: row["state"] == S.CONFIRMED,
        body=serializers.CorrectionBody,
    )
    def correct(self, row: Any, data: Row) -> None:
        minutes.correct_minutes(minutes=row, actor=self.actor, now=self.now, **data)

    @verb(
        "archive",
        "归档",
        by=_files,
        when=lambda row: row["meeting__state"] == M.MINUTES_CONFIRMED,
        body=serializers.ArchiveBody,
    )
    def archive(self, row: Any, data: Row) -> None:
        minutes.archive_meeting(minutes=row, actor=self.actor, now=self.now, **data)
