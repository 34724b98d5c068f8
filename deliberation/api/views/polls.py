"""The doors of 表决: opened and closed by the chair, counted by each teller alone, cast by the person themselves."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from deliberation import choices, selectors
from deliberation.api import filters
from deliberation.api.serializers import polls as serializers
from deliberation.api.serializers.polls import is_chair
from deliberation.api.views import TAG
from deliberation.services import polls, sealed, tallies, voting_rules
from kit import sessions
from kit.api.representation import Row
from kit.api.verbs import creates, verb
from kit.api.views import ResourceView
from kit.errors import Forbidden

PREPARED, OPEN = choices.PollState.PREPARED, choices.PollState.OPEN
# As on the page: voting asks for the password or PIN again unless it was given this recently; the vote uses it up.
FRESH = timedelta(minutes=10)


def _may_vote(row: Row, caller: Any) -> bool:
    return row["is_on_roll"] and not row["has_voted"]


def _may_count(row: Row, caller: Any) -> bool:
    counting = serializers.counting(row)
    turn = counting.agreed is None and str(caller.person.pk) not in counting.counted
    return serializers.is_teller(row, caller) and turn


def _is_counted(row: Row) -> bool:
    return not serializers.is_sealed(row) and _is_agreed(row)


def _collects(row: Row) -> bool:
    return row["state"] == OPEN and serializers.is_sealed(row) and row["stopped_at"] is None


def _is_agreed(row: Row) -> bool:
    return not serializers.has_tellers(row) or serializers.counting(row).agreed is not None


class PollView(ResourceView):
    tag = TAG
    representation = serializers.PollShown
    filters = filters.PollFilters
    orderings = {"-id": ("-id",), "id": ("id",)}
    joins = ("item__meeting__body", "item__meeting__chair")

    def rows(self) -> QuerySet:
        return selectors.shown.polls(self.actor)

    def plain_rows(self) -> QuerySet:
        return selectors.polls(self.actor)

    def _require_person(self) -> None:
        if self.request.auth is not None:
            raise Forbidden("表决须本人登录后办理，程序不能用令牌代投。", code="session_needed")
        sessions.require_fresh_login(self.request, FRESH, once=True)

    @creates("开始表决", body=serializers.PollBody)
    def create(self, data: Row) -> Any:
        return polls.open_poll(actor=self.actor, now=self.now, **data)

    @verb(
        "cast",
        "表决",
        body=serializers.CastBody,
        by=_may_vote,
        when=lambda row: row["state"] == OPEN and serializers.takes_ballots(row),
    )
    def cast(self, row: Any, data: Row) -> None:
        """By the person in the browser, who proved themselves just now; never by a program's token."""
        self._require_person()
        polls.cast_ballot(poll=row, actor=self.actor, now=self.now, **data)

    @verb(
        "key",
        "登记公钥",
        body=serializers.KeyBody,
        by=serializers.is_key_keeper,
        when=lambda row: row["state"] == PREPARED and not row["public_key"],
    )
    def key(self, row: Any, data: Row) -> None:
        sealed.register_key(poll=row, actor=self.actor, now=self.now, **data)

    @verb("begin", move="poll.begin", by=is_chair, when=lambda row: bool(row["public_key"]))
    def begin(self, row: Any, data: Row) -> None:
        sealed.begin_poll(poll=row, actor=self.actor, now=self.now)

    @verb("seal", "投密封票", body=serializers.SealBody, by=_may_vote, when=_collects)
    def seal(self, row: Any, data: Row) -> None:
        """As ``cast``: by the person in the browser, who proved themselves just now. Sealed before it is sent."""
        self._require_person()
        sealed.cast_sealed(poll=row, actor=self.actor, now=self.now, **data)

    @verb("stop", "停止收票", by=is_chair, when=_collects)
    def stop(self, row: Any, data: Row) -> None:
        sealed.stop_poll(poll=row, actor=self.actor, now=self.now)

    @verb(
        "unseal",
        "开票",
        body=serializers.UnsealBody,
        by=serializers.is_key_keeper,
        when=lambda row: row["state"] == OPEN and row["stopped_at"] is not None,
    )
    def unseal(self, row: Any, data: Row) -> None:
        sealed.open_ballots(poll=row, actor=self.actor, now=self.now, **data)

    @verb("tally", "录入票数", body=serializers.TallyBody, by=_may_count, when=lambda row: row["state"] == OPEN)
    def tally(self, row: Any, data: Row) -> None:
        tallies.enter_tally(poll=row, actor=self.actor, now=self.now, **data)

    @verb("close", move="poll.close", by=is_chair, when=_is_counted)
    def close(self, row: Any, data: Row) -> None:
        polls.close_poll(poll=row, actor=self.actor, now=self.now)

    @verb("void", move="poll.void", by=is_chair, body=serializers.VoidBody)
    def void(self, row: Any, data: Row) -> None:
        polls.void_poll(poll=row, actor=self.actor, now=self.now, **data)


class VotingRuleView(ResourceView):
    """The same for everybody; changed only by a new version."""

    tag = TAG
    representation = serializers.VotingRuleShown
    filters = filters.VotingRuleFilters
    orderings = {"-id": ("-id",), "code": ("code", "version")}

    def rows(self) -> QuerySet:
        return selectors.shown.voting_rules(on=self.caller.today)

    @creates("增加版本", body=serializers.VotingRuleBody)
    def create(self, data: Row) -> Any:
        return voting_rules.add_rule_version(actor=self.actor, now=self.now, **data)
