"""The doors of 会议: prepared by the body's desk, led by its chair, answered and attended by the invited."""

from typing import Any

from django.db.models import QuerySet

from deliberation import choices, selectors
from deliberation.api import filters
from deliberation.api.serializers import meetings as serializers
from deliberation.api.serializers.motions import GroundBody
from deliberation.api.views import TAG
from deliberation.services import attendance, meetings, sittings
from kit.api.representation import Row
from kit.api.verbs import changes, creates, elsewhere, verb
from kit.api.views import ResourceView

S = choices.MeetingState
_PREPARING = (S.PLANNED, S.AGENDA_FROZEN)
_SIGNING = (S.CONVENED, S.IN_SESSION, S.ADJOURNED)


def is_chair(row: Row, caller: Any) -> bool:
    return row["chair_id"] == caller.person.pk


def _is_invited(row: Row, caller: Any) -> bool:
    return row["own_reply"] != ""


def _may_sign_in(row: Row, caller: Any) -> bool:
    invited = _is_invited(row, caller) and not row["is_here"]
    return invited and selectors.in_sign_in_window(row["starts_at"], row["body__path"], now=caller.now)


class MeetingView(ResourceView):
    tag = TAG
    representation = serializers.MeetingShown
    filters = filters.MeetingFilters
    orderings = {"-id": ("-id",), "-starts_at": ("-starts_at", "-id"), "starts_at": ("starts_at", "id")}
    joins = ("body", "chair")

    def rows(self) -> QuerySet:
        return selectors.shown.meetings(self.actor)

    def plain_rows(self) -> QuerySet:
        return selectors.meetings(self.actor)

    @creates("筹备会议", body=serializers.MeetingBody)
    def create(self, data: Row) -> Any:
        return meetings.plan_meeting(actor=self.actor, now=self.now, **data)

    @changes(
        "改时间地点",
        body=serializers.MeetingChangeBody,
        policy="meeting.plan",
        when=lambda row: row["state"] in _PREPARING,
    )
    def partial_update(self, row: Any, data: Row) -> None:
        meetings.change_meeting(meeting=row, actor=self.actor, now=self.now, **data)

    add_item = elsewhere(
        "add-item",
        "加议题",
        "agenda-items",
        policy="meeting.plan",
        when=lambda row: row["state"] in (*_PREPARING, S.CONVENED, S.IN_SESSION),
    )

    @verb("freeze", move="meeting.freeze")
    def freeze(self, row: Any, data: Row) -> None:
        meetings.freeze_agenda(meeting=row, actor=self.actor, now=self.now)

    @verb("convene", move="meeting.convene")
    def convene(self, row: Any, data: Row) -> None:
        meetings.convene(meeting=row, actor=self.actor, now=self.now)

    @verb(
        "invite",
        "邀请列席",
        body=serializers.InviteBody,
        policy="meeting.plan",
        when=lambda row: row["state"] not in choices.OVER,
    )
    def invite(self, row: Any, data: Row) -> None:
        meetings.invite_observer(meeting=row, actor=self.actor, now=self.now, **data)

    @verb("postpone", move="meeting.postpone", body=serializers.PostponeBody)
    def postpone(self, row: Any, data: Row) -> None:
        meetings.postpone(meeting=row, actor=self.actor, now=self.now, **data)

    @verb("cancel", move="meeting.cancel", body=GroundBody)
    def cancel(self, row: Any, data: Row) -> None:
        meetings.cancel(meeting=row, actor=self.actor, now=self.now, **data)

    @verb("open", move="meeting.open", by=is_chair, when=lambda row: row["somebody_is_here"])
    def open(self, row: Any, data: Row) -> None:
        sittings.open_meeting(meeting=row, actor=self.actor, now=self.now)

    @verb("adjourn", move="meeting.adjourn", by=is_chair, when=lambda row: not row["is_voting"], body=GroundBody)
    def adjourn(self, row: Any, data: Row) -> None:
        sittings.adjourn(meeting=row, actor=self.actor, now=self.now, **data)

    @verb("resume", move="meeting.resume", by=is_chair)
    def resume(self, row: Any, data: Row) -> None:
        sittings.resume(meeting=row, actor=self.actor, now=self.now)

    @verb("end", move="meeting.end", by=is_chair, when=lambda row: not row["is_voting"])
    def end(self, row: Any, data: Row) -> None:
        sittings.end_meeting(meeting=row, actor=self.actor, now=self.now)

    @verb(
        "reply",
        "回执",
        body=serializers.ReplyBody,
        by=_is_invited,
        when=lambda row: row["state"] in (S.CONVENED, S.POSTPONED),
    )
    def reply(self, row: Any, data: Row) -> None:
        attendance.reply(meeting=row, actor=self.actor, now=self.now, **data)

    @verb(
        "sign-in",
        "签到",
        body=serializers.SignInBody,
        by=_may_sign_in,
        when=lambda row: row["state"] in _SIGNING,
    )
    def sign_in(self, row: Any, data: Row) -> None:
        attendance.sign_in(meeting=row, actor=self.actor, now=self.now, **data)

    @verb("leave", "离会", by=lambda row, caller: row["is_here"])
    def leave(self, row: Any, data: Row) -> None:
        own = selectors.own_invitation(self.actor, row)
        attendance.leave_meeting(attendance=own, actor=self.actor, now=self.now)


class AttendanceView(ResourceView):
    """Those without a phone are signed in by the clerk."""

    tag = TAG
    representation = serializers.AttendanceShown
    filters = filters.AttendanceFilters
    orderings = {"-id": ("-id",), "id": ("id",)}
    joins = ("meeting__body", "person")

    def rows(self) -> QuerySet:
        return selectors.shown.attendances(self.actor)

    def plain_rows(self) -> QuerySet:
        return selectors.attendances(self.actor)

    @verb(
        "sign-in",
        "登记签到",
        when=lambda row: row["meeting__state"] in _SIGNING and not row["is_here"],
        by=lambda row, caller: serializers.is_own_or_desk(
            row, caller, named=("meeting__clerk_id",), place=serializers.at_meeting(row)
        ),
    )
    def sign_in(self, row: Any, data: Row) -> None:
        attendance.sign_in_for(attendance=row, actor=self.actor, now=self.now)

    @verb(
        "replace",
        "更换代表",
        body=serializers.ReplaceBody,
        when=lambda row: (
            row["meeting__state"] in _SIGNING
            and row["capacity"] == choices.Capacity.VOTING
            and row["replaces_id"] is None
            and row["unit_id"] != row["meeting__body_id"]
            and row["arrived_at"] is None
        ),
        by=lambda row, caller: serializers.is_own_or_desk(
            row, caller, named=("meeting__clerk_id",), place=serializers.at_meeting(row)
        ),
    )
    def replace(self, row: Any, data: Row) -> None:
        attendance.replace_representative(attendance=row, actor=self.actor, now=self.now, **data)

    @verb(
        "leave",
        "登记离会",
        when=lambda row: row["is_here"],
        by=lambda row, caller: serializers.is_own_or_desk(
            row, caller, named=("person_id", "meeting__clerk_id"), place=serializers.at_meeting(row)
        ),
    )
    def leave(self, row: Any, data: Row) -> None:
        attendance.leave_meeting(attendance=row, actor=self.actor, now=self.now)
