"""Verbs on demands from the draft to the answer: write, submit, accept, return, verify, wait, close, add, object."""

from datetime import datetime

from deliberation.services import motions
from kit import facts, parameters, policies
from kit.calendar import day_of
from kit.errors import DomainError, RuleBroken
from kit.holidays import working_days
from kit.scanner import scan
from kit.services import service
from kit.validation import check_fields, refuse_blank, refuse_unknown
from orgs import selectors as orgs
from resources import events, rules, selectors
from resources.choices import DemandKind, DemandState, LayerLevel
from resources.models import DEMAND, Demand, DemandLayer, LayerConsent

# While the township has it, levels add their layers and the author may object to them.
_BEING_ANSWERED = (DemandState.ACCEPTED, DemandState.WAITING, DemandState.VERIFIED)
CHANGEABLE = ("category", "title", "text", "quantity", "quantity_unit", "needed_by_on")


@service
def write_demand(
    *,
    actor,
    unit,
    body,
    kind: str = "unit",
    category: str,
    title: str,
    text: str,
    quantity: int | None = None,
    quantity_unit: str = "",
    needed_by_on=None,
    now: datetime,
) -> Demand:
    """Draft a demand of a unit in one of its joint organizations. A clerk's draft is marked 代填.

    quantity: a whole number of ``quantity_unit``. Raises RuleBroken at the fields.
    """
    demand = Demand(
        kind=kind,
        unit=unit,
        body=body,
        author=actor,
        is_filled_in=orgs.fills_in_for(actor, unit),
        category=category,
        title=(title or "").strip(),
        text=(text or "").strip(),
        quantity=quantity,
        quantity_unit=quantity_unit.strip(),
        needed_by_on=needed_by_on,
        created_at=now,
    )
    policies.require(actor, "demand.write", demand)
    if not orgs.may_bring_before(unit, body, on=day_of(now)):
        raise RuleBroken("not_a_member", f"{unit.name}不是{body.name}的成员单位。", field="body")
    _check(demand, now)
    demand.save(force_insert=True)
    return demand


def _check(demand: Demand, now: datetime) -> None:
    check_fields(demand, only=["kind", "category", "title", "text", "quantity", "quantity_unit"])
    if demand.quantity is not None and not demand.quantity_unit:
        raise RuleBroken("quantity_without_unit", "填了数量，请写明单位，例如“亩”“台”。", field="quantity_unit")
    if demand.needed_by_on is not None and demand.needed_by_on < day_of(now):
        raise RuleBroken("date_in_past", "希望办到的日期不能早于今天。", field="needed_by_on")
    if demand.kind == DemandKind.VILLAGER_REQUEST and (found := scan(f"{demand.title}\n{demand.text}")):
        raise RuleBroken(
            "not_deidentified", f"群众诉求不写姓名和联系方式，文字里像是有{found[0].label}，请删去。", field="text"
        )


@service
def change_demand(*, actor, demand: Demand, now: datetime, **changes) -> Demand:
    """Change a draft or a returned demand. From submission the author's words are immutable."""
    row = _locked(demand)
    policies.require(actor, "demand.write", row)
    refuse_unknown(changes, CHANGEABLE)
    if row.state not in (DemandState.DRAFT, DemandState.RETURNED):
        raise DomainError("words_immutable", f"需求{row.get_state_display()}，原话不能再改；补充情况请另报。")
    for field, value in changes.items():
        setattr(row, field, value.strip() if isinstance(value, str) else value)
    _check(row, now)
    row.save(update_fields=list(changes))
    return row


@service
def submit_demand(*, actor, demand: Demand, now: datetime) -> Demand:
    """Hand it in, or hand it in again after completing it; the clock for acceptance starts (F-11)."""
    row = _locked(demand)
    policies.require(actor, "demand.write", row)
    again = row.state == DemandState.RETURNED
    days = parameters.get("resources.accept_days", on=day_of(now), path=row.unit.path)
    due = rules.accept_by(day_of(now), days=days, calendar=working_days())
    DEMAND.advance(row, "resubmit" if again else "submit", submitted_at=now, accept_by_on=due, reason="")
    _record(events.DEMAND_RESUBMITTED if again else events.DEMAND_SUBMITTED, actor, row, now)
    return row


@service
def hand_in_demand(*, actor, now: datetime, **values) -> Demand:
    """Write and submit in one step, as the page does; both or neither."""
    return submit_demand(actor=actor, demand=write_demand(actor=actor, now=now, **values), now=now)


@service
def complete_demand(*, actor, demand: Demand, now: datetime, **changes) -> Demand:
    """Change a draft or a returned demand and submit it in one step; both or neither."""
    row = change_demand(actor=actor, demand=demand, now=now, **changes)
    return submit_demand(actor=actor, demand=row, now=now)


@service
def withdraw_demand(*, actor, demand: Demand, reason: str, now: datetime) -> Demand:
    """Take it back before it is accepted."""
    return _with_reason(actor, demand, "withdraw", events.DEMAND_WITHDRAWN, reason, now)


@service
def accept_demand(*, actor, demand: Demand, now: datetime) -> Demand:
    """Take it up; the clock for the answer starts (F-11)."""
    row = _locked(demand)
    policies.require(actor, "demand.handle", row)
    days = parameters.get("resources.answer_days", on=day_of(now), path=row.unit.path)
    due = rules.answer_by(day_of(now), days=days, calendar=working_days())
    DEMAND.advance(row, "accept", accepted_at=now, answer_by_on=due, reason="")
    _record(events.DEMAND_ACCEPTED, actor, row, now)
    return row


@service
def return_demand(*, actor, demand: Demand, reason: str, now: datetime) -> Demand:
    """待补正: back to the unit with what is missing; the clock stands still."""
    return _with_reason(actor, demand, "return", events.DEMAND_RETURNED, reason, now)


@service
def verify_demand(*, actor, demand: Demand, way_forward: str = "", now: datetime) -> Demand:
    """Verified with a way forward: the demand is answered (F-11)."""
    row = _locked(demand)
    policies.require(actor, "demand.handle", row)
    way_forward = refuse_blank(way_forward, field="way_forward", label="怎么办的意见")
    DEMAND.advance(row, "verify", answered_at=row.answered_at or now, reason=way_forward[:500])
    _record(events.DEMAND_VERIFIED, actor, row, now)
    return row


@service
def wait_demand(*, actor, demand: Demand, reason: str, now: datetime) -> Demand:
    """等外部答复: the light turns blue, with whom it waits for."""
    return _with_reason(actor, demand, "wait", events.DEMAND_WAITING, reason, now)


@service
def close_demand(*, actor, demand: Demand, reason: str, now: datetime) -> Demand:
    """Close it with a reason that the author and all members can read; that is an answer too."""
    answered_at = demand.answered_at or now
    return _with_reason(actor, demand, "close", events.DEMAND_CLOSED, reason, now, answered_at=answered_at)


def _with_reason(actor, demand: Demand, step: str, event: str, reason: str, now: datetime, **changes) -> Demand:
    row = _locked(demand)
    policies.require(actor, DEMAND.moves[step].verb, row)
    reason = refuse_blank(reason, field="reason", label="理由")
    DEMAND.advance(row, step, reason=reason, **changes)
    _record(event, actor, row, now, reason=reason)
    return row


@service
def add_layer(
    *,
    actor,
    demand: Demand,
    level: str,
    category: str,
    text: str,
    quantity: int | None = None,
    quantity_unit: str = "",
    now: datetime,
) -> DemandLayer:
    """Put a level's words beside the author's; nothing is overwritten, a difference is visible (F-10)."""
    row = _locked(demand)
    policies.require(actor, "demand.handle", row)
    if row.state not in _BEING_ANSWERED:
        raise DomainError("illegal_move", f"需求{row.get_state_display()}，现在不能加注。")
    layer = DemandLayer(
        demand=row,
        level=level,
        author=actor,
        category=category,
        text=(text or "").strip(),
        quantity=quantity,
        quantity_unit=quantity_unit.strip(),
        added_at=now,
    )
    check_fields(layer, only=["level", "category", "text", "quantity", "quantity_unit"])
    layer.save(force_insert=True)
    _record(events.DEMAND_LAYERED, actor, row, now, level=level, differs=rules.differs(wording(row), wording(layer)))
    return layer


@service
def consent_layer(*, actor, layer: DemandLayer, now: datetime) -> LayerConsent:
    """The unit's secretary agrees to a layer's other category or quantity; then it is no distortion (F-10)."""
    row = _locked(layer.demand)
    policies.require(actor, "demand.consent", row)
    if not rules.differs(wording(row), wording(layer)):
        raise DomainError("nothing_changed", "这条加注没有改动类别和数量，不用另外同意。")
    if LayerConsent.objects.filter(layer=layer).exists():
        raise DomainError("already_consented", "已经同意过这处改动。")
    consent = LayerConsent.objects.create(layer=layer, person=actor, given_at=now)
    _record(events.LAYER_CONSENTED, actor, row, now, layer=str(layer.pk))
    return consent


def wording(row: Demand | DemandLayer) -> rules.Wording:
    """The parts of a demand or a layer whose change is a distortion."""
    return rules.Wording(row.category, row.quantity, row.quantity_unit)


@service
def object_demand(*, actor, demand: Demand, reason: str, now: datetime) -> Demand:
    """The author objects, once, to what a level made of the words; it goes one level further up (F-10)."""
    row = _locked(demand)
    policies.require(actor, "demand.object", row)
    reason = refuse_blank(reason, field="reason", label="异议")
    if row.objected_at is not None:
        raise DomainError("already_objected", "已经提过一次异议，由上级答复。")
    if row.state not in _BEING_ANSWERED:
        raise DomainError("illegal_move", f"需求{row.get_state_display()}，现在不能再提异议。")
    if not row.layers.filter(level=LayerLevel.CHECK).exists():
        raise DomainError("nothing_to_object", "还没有初核意见。")
    row.objection, row.objected_at = reason[:500], now
    row.save(update_fields=["objection", "objected_at"])
    _record(events.DEMAND_OBJECTED, actor, row, now)
    return row


@service
def table_demand(*, actor, demand: Demand, title: str = "", text: str = "", now: datetime) -> Demand:
    """Make a verified demand a motion of the unit before its joint organization."""
    row = _locked(demand)
    policies.require(actor, "demand.table", row)
    DEMAND.advance(row, "table")
    motion = motions.hand_in_motion(
        actor=actor,
        body=row.body,
        unit=row.unit,
        title=title or f"关于{row.title}的议题"[:60],
        text=text or row.text,
        about=facts.subject_label(row),
        now=now,
    )
    _record(events.DEMAND_TABLED, actor, row, now, motion=str(motion.pk))
    return row


@service
def escalate_demand(*, actor, demand: Demand, now: datetime) -> Demand:
    """Red for five working days: goes by itself to the level above, once (F-11)."""
    row = _locked(demand)
    if row.escalated_at is None:
        row.escalated_at = now
        row.save(update_fields=["escalated_at"])
        _record(events.DEMAND_ESCALATED, actor, row, now)
    return row


def escalate_overdue(*, actor, now: datetime) -> int:
    """Escalate every demand that has been red for the parameter's working days. Returns how many."""
    days = parameters.get("resources.escalate_days", on=day_of(now))
    overdue = selectors.escalating(on=day_of(now), days=days)
    for demand in overdue:
        escalate_demand(actor=actor, demand=demand, now=now)
    return len(overdue)


def _locked(demand: Demand) -> Demand:
    return Demand.objects.select_related("unit", "body").locked().get(pk=demand.pk)


def _record(event: str, actor, row: Demand, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.unit, subject=row, at=now, **details)
