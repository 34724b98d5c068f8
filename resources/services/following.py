"""Verbs that carry a demand out: settle it between two units, follow the body's decision, report, confirm."""

from datetime import datetime

from kit import facts, policies
from kit.calendar import day_of
from kit.errors import DomainError, Forbidden, RuleBroken
from kit.scoping import standing_of
from kit.services import service
from kit.validation import check_fields, refuse_blank
from orgs import selectors as orgs
from orgs.choices import Role
from resources import events
from resources.models import DEMAND, Demand, Settlement


@service
def offer_settlement(*, actor, demand: Demand, partner, terms: str, now: datetime) -> Settlement:
    """简易事项: propose to settle it with one other member unit, without a meeting."""
    row = _locked(demand)
    policies.require(actor, "demand.settle", row)
    if partner.pk == row.unit_id or not orgs.may_bring_before(partner, row.body, on=day_of(now)):
        raise RuleBroken("not_a_partner", "对方须是同一联村党组织的另一个成员单位。", field="partner")
    Settlement.objects.filter(demand=row, agreed_at=None).delete()
    settlement = Settlement(demand=row, partner=partner, terms=(terms or "").strip(), offered_by=actor, offered_at=now)
    check_fields(settlement, only=["terms"])
    DEMAND.advance(row, "offer")
    settlement.save(force_insert=True)
    _record(events.SETTLEMENT_OFFERED, actor, row, now, partner=str(partner.pk))
    return settlement


@service
def agree_settlement(*, actor, demand: Demand, now: datetime) -> Demand:
    """The partner's secretary agrees; it is reported at the next meeting."""
    row, settlement = _offered(actor, demand)
    DEMAND.advance(row, "settle")
    settlement.agreed_by, settlement.agreed_at = actor, now
    settlement.save(update_fields=["agreed_by", "agreed_at"])
    _record(events.DEMAND_SETTLED, actor, row, now, partner=str(settlement.partner_id))
    return row


@service
def decline_settlement(*, actor, demand: Demand, reason: str, now: datetime) -> Demand:
    """The partner declines, with a reason; the demand waits again as verified."""
    row, _ = _offered(actor, demand)
    reason = refuse_blank(reason, field="reason", label="不同意的原因")
    DEMAND.advance(row, "decline", reason=reason)
    _record(events.SETTLEMENT_DECLINED, actor, row, now, reason=reason)
    return row


def _offered(actor, demand: Demand) -> tuple[Demand, Settlement]:
    row = _locked(demand)
    settlement = Settlement.objects.filter(demand=row, agreed_at=None).first()
    if settlement is None:
        raise DomainError("nothing_offered", "没有等待同意的简易办理。")
    seats = {post.org_id for post in standing_of(actor).posts if post.role == Role.UNIT_SECRETARY}
    if settlement.partner_id not in seats:
        raise Forbidden("由对方单位负责人答复。", code="not_the_partner")
    return row, settlement


@service
def follow_outcome(*, actor, demand: Demand, step: str, event: str, now: datetime, **details) -> Demand | None:
    """Take over what the body did with the demand's motion. None when the demand is not waiting for it."""
    row = _locked(demand)
    if row.state not in DEMAND.moves[step].sources:
        return None
    DEMAND.advance(row, step)
    _record(event, actor, row, now, **details)
    return row


@service
def fulfil_demand(*, actor, demand: Demand, now: datetime) -> Demand:
    """Report that what was asked for is there."""
    row = _locked(demand)
    policies.require(actor, "demand.follow", row)
    DEMAND.advance(row, "fulfil")
    _record(events.DEMAND_FULFILLED, actor, row, now)
    return row


@service
def confirm_demand(*, actor, demand: Demand, now: datetime) -> Demand:
    """The unit's secretary confirms: only now it is done. A clerk may not."""
    row = _locked(demand)
    policies.require(actor, "demand.confirm", row)
    DEMAND.advance(row, "confirm")
    _record(events.DEMAND_CONFIRMED, actor, row, now)
    return row


@service
def reopen_demand(*, actor, demand: Demand, reason: str, now: datetime) -> Demand:
    """Not there yet: it goes on, with what is missing."""
    row = _locked(demand)
    policies.require(actor, "demand.confirm", row)
    reason = refuse_blank(reason, field="reason", label="还缺什么")
    DEMAND.advance(row, "reopen", reason=reason)
    _record(events.DEMAND_REOPENED, actor, row, now, reason=reason)
    return row


def _locked(demand: Demand) -> Demand:
    return Demand.objects.select_related("unit", "body").locked().get(pk=demand.pk)


def _record(event: str, actor, row: Demand, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.unit, subject=row, at=now, **details)
