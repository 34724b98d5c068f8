"""The doors of 资源整合: each verb parses, makes one service call, and shows the row again."""

from typing import Any

from django.db.models import QuerySet

from kit.api.representation import Row
from kit.api.verbs import changes, creates, verb
from kit.api.views import ResourceView
from kit.scoping import Place
from resources import choices, selectors
from resources.api import filters, serializers
from resources.services import demands, following

TAG = "资源整合"
S = choices.DemandState
_UNCHECKED = (S.DRAFT, S.RETURNED)
_BEING_ANSWERED = (S.ACCEPTED, S.WAITING, S.VERIFIED)


def _in(*states: str) -> Any:
    return lambda row: row["state"] in states


def _may_object(row: Row) -> bool:
    """Once, after the township put its check beside the words."""
    if row["state"] not in _BEING_ANSWERED or row["objection"]:
        return False
    return any(layer["level"] == choices.LayerLevel.CHECK for layer in row["shown_layers"])


def _is_partner(row: Row, caller: Any) -> bool:
    """The other unit of a settlement answers, not the unit of the demand."""
    return caller.may("demand.settle", Place(row["settlement__partner__path"]))


def _differs_unconsented(row: Row) -> bool:
    return serializers.layer_differs(row) and row["consent__given_at"] is None


class DemandView(ResourceView):
    tag = TAG
    representation = serializers.DemandShown
    filters = filters.DemandFilters
    orderings = {"-id": ("-id",), "id": ("id",)}
    joins = ("unit", "body")

    def rows(self) -> QuerySet:
        return selectors.demand_rows(self.actor)

    def plain_rows(self) -> QuerySet:
        return selectors.demands(self.actor)

    @creates("起草", body=serializers.DemandBody)
    def create(self, data: Row) -> Any:
        return demands.write_demand(actor=self.actor, now=self.now, **data)

    @changes("修改", body=serializers.DemandChangeBody, policy="demand.write", when=_in(*_UNCHECKED))
    def partial_update(self, row: Any, data: Row) -> None:
        demands.change_demand(demand=row, actor=self.actor, now=self.now, **data)

    @verb("submit", "提交", policy="demand.write", when=_in(*_UNCHECKED))
    def submit(self, row: Any, data: Row) -> None:
        demands.submit_demand(demand=row, actor=self.actor, now=self.now)

    @verb("withdraw", move="demand.withdraw", body=serializers.DemandReasonBody)
    def withdraw(self, row: Any, data: Row) -> None:
        demands.withdraw_demand(demand=row, actor=self.actor, now=self.now, **data)

    @verb("accept", move="demand.accept")
    def accept(self, row: Any, data: Row) -> None:
        demands.accept_demand(demand=row, actor=self.actor, now=self.now)

    @verb("return", move="demand.return", body=serializers.DemandReasonBody)
    def send_back(self, row: Any, data: Row) -> None:
        demands.return_demand(demand=row, actor=self.actor, now=self.now, **data)

    @verb("verify", move="demand.verify", body=serializers.WayForwardBody)
    def verify(self, row: Any, data: Row) -> None:
        demands.verify_demand(demand=row, actor=self.actor, now=self.now, **data)

    @verb("wait", move="demand.wait", body=serializers.DemandReasonBody)
    def wait(self, row: Any, data: Row) -> None:
        demands.wait_demand(demand=row, actor=self.actor, now=self.now, **data)

    @verb("close", move="demand.close", body=serializers.DemandReasonBody)
    def close(self, row: Any, data: Row) -> None:
        demands.close_demand(demand=row, actor=self.actor, now=self.now, **data)

    @verb("add-layer", "加注", body=serializers.LayerBody, policy="demand.handle", when=_in(*_BEING_ANSWERED))
    def add_layer(self, row: Any, data: Row) -> None:
        demands.add_layer(demand=row, actor=self.actor, now=self.now, **data)

    @verb("object", "提出异议", body=serializers.DemandReasonBody, policy="demand.object", when=_may_object)
    def object(self, row: Any, data: Row) -> None:
        demands.object_demand(demand=row, actor=self.actor, now=self.now, **data)

    @verb("offer-settlement", move="demand.offer", body=serializers.SettlementBody)
    def offer_settlement(self, row: Any, data: Row) -> None:
        following.offer_settlement(demand=row, actor=self.actor, now=self.now, **data)

    @verb("agree-settlement", move="demand.settle", by=_is_partner)
    def agree_settlement(self, row: Any, data: Row) -> None:
        following.agree_settlement(demand=row, actor=self.actor, now=self.now)

    @verb("decline-settlement", move="demand.decline", body=serializers.DemandReasonBody, by=_is_partner)
    def decline_settlement(self, row: Any, data: Row) -> None:
        following.decline_settlement(demand=row, actor=self.actor, now=self.now, **data)

    @verb("table", move="demand.table", body=serializers.TableBody)
    def table(self, row: Any, data: Row) -> None:
        demands.table_demand(demand=row, actor=self.actor, now=self.now, **data)

    @verb("fulfil", move="demand.fulfil")
    def fulfil(self, row: Any, data: Row) -> None:
        following.fulfil_demand(demand=row, actor=self.actor, now=self.now)

    @verb("confirm", move="demand.confirm")
    def confirm(self, row: Any, data: Row) -> None:
        following.confirm_demand(demand=row, actor=self.actor, now=self.now)

    @verb("reopen", move="demand.reopen", body=serializers.DemandReasonBody)
    def reopen(self, row: Any, data: Row) -> None:
        following.reopen_demand(demand=row, actor=self.actor, now=self.now, **data)


class DemandLayerView(ResourceView):
    """Layers are added by a verb of their demand; here they are read and agreed to."""

    tag = TAG
    representation = serializers.DemandLayerShown
    filters = filters.DemandLayerFilters
    orderings = {"-id": ("-id",), "id": ("id",)}
    joins = ("demand__unit", "demand__body")

    def rows(self) -> QuerySet:
        return selectors.layers(self.actor)

    @verb("consent", "同意改动", policy="demand.consent", when=_differs_unconsented)
    def consent(self, row: Any, data: Row) -> None:
        demands.consent_layer(layer=row, actor=self.actor, now=self.now)
