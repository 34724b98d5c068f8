"""The doors of 议题."""

from typing import Any

from django.db.models import QuerySet

from deliberation import choices, selectors
from deliberation.api import filters
from deliberation.api.serializers import motions as serializers
from deliberation.api.views import TAG
from deliberation.services import motions
from kit.api.representation import Row
from kit.api.verbs import changes, creates, elsewhere, verb
from kit.api.views import ResourceView
from kit.scoping import Place

S = choices.MotionState
_OPEN_TO_SECOND = (S.SUBMITTED, S.ACCEPTED, S.DEFERRED)


class MotionView(ResourceView):
    tag = TAG
    representation = serializers.MotionShown
    filters = filters.MotionFilters
    orderings = {"-id": ("-id",), "id": ("id",)}
    joins = ("body", "unit")

    def rows(self) -> QuerySet:
        return selectors.shown.motions(self.actor, on=self.caller.today)

    def plain_rows(self) -> QuerySet:
        return selectors.motions(self.actor)

    @creates("提议题", body=serializers.MotionBody)
    def create(self, data: Row) -> Any:
        return motions.propose_motion(actor=self.actor, now=self.now, **data)

    @changes(
        "修改",
        body=serializers.MotionChangeBody,
        policy="motion.propose",
        when=lambda row: row["state"] in (S.DRAFT, S.RETURNED),
    )
    def partial_update(self, row: Any, data: Row) -> None:
        motions.change_motion(motion=row, actor=self.actor, now=self.now, **data)

    @verb("submit", move="motion.submit")
    def submit(self, row: Any, data: Row) -> None:
        motions.submit_motion(motion=row, actor=self.actor, now=self.now)

    @verb(
        "second",
        "联名",
        body=serializers.SecondBody,
        when=lambda row: row["state"] in _OPEN_TO_SECOND,
        by=lambda row, caller: row["can_second"],
    )
    def second(self, row: Any, data: Row) -> None:
        motions.second_motion(motion=row, actor=self.actor, now=self.now, **data)

    @verb("accept", move="motion.accept")
    def accept(self, row: Any, data: Row) -> None:
        motions.accept_motion(motion=row, actor=self.actor, now=self.now)

    @verb("return", move="motion.return", body=serializers.GroundBody)
    def send_back(self, row: Any, data: Row) -> None:
        motions.return_motion(motion=row, actor=self.actor, now=self.now, **data)

    @verb("merge", move="motion.merge", body=serializers.MergeBody)
    def merge(self, row: Any, data: Row) -> None:
        motions.merge_motion(motion=row, actor=self.actor, now=self.now, **data)

    @verb("defer", move="motion.defer", body=serializers.GroundBody)
    def defer(self, row: Any, data: Row) -> None:
        motions.defer_motion(motion=row, actor=self.actor, now=self.now, **data)

    @verb("withdraw", move="motion.withdraw", body=serializers.GroundBody)
    def withdraw(self, row: Any, data: Row) -> None:
        motions.withdraw_motion(motion=row, actor=self.actor, now=self.now, **data)

    form_resolution = elsewhere(
        "form-resolution",
        "形成决议",
        "resolutions",
        when=lambda row: row["state"] == S.ADOPTED and not row["has_resolution"],
        by=lambda row, caller: caller.may("resolution.form", Place(row["body__path"], row["body_id"])),
    )
