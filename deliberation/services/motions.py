"""Verbs on motions: propose, second, accept, return, merge, defer, withdraw. A submitted motion is never deleted."""

from datetime import datetime

from deliberation import events, rules
from deliberation.choices import MAJOR_CLASSES, MotionState
from deliberation.models import MOTION, Motion, Seconding
from kit import facts, policies
from kit.calendar import day_of
from kit.errors import DomainError, Forbidden, RuleBroken
from kit.services import service
from kit.validation import check_fields, refuse_blank, refuse_unknown
from orgs import selectors as orgs

CHANGEABLE = ("title", "text", "classification", "consultation_note")


@service
def propose_motion(*, actor, now: datetime, **values) -> Motion:
    """Draft a motion of a unit to a body it belongs to; ``values`` as in ``_draft``. A clerk's draft is marked 代填.

    Raises RuleBroken at title, text, classification or body.
    """
    return _draft(actor, now, **values)


def _draft(
    actor,
    now: datetime,
    *,
    body,
    unit,
    title: str,
    text: str,
    classification: str = "routine",
    consultation_note: str = "",
    about: str = "",
) -> Motion:
    motion = Motion(
        body=body,
        unit=unit,
        proposer=actor,
        title=(title or "").strip(),
        text=(text or "").strip(),
        classification=classification,
        consultation_note=(consultation_note or "").strip(),
        about=about,
        created_at=now,
    )
    policies.require(actor, "motion.propose", motion)
    check_fields(motion, only=["title", "text", "classification", "consultation_note"])
    _check_member(motion.unit, motion.body, now)
    _mark_filled_in(motion, actor)
    motion.save(force_insert=True)
    return motion


def _check_member(unit, body, now: datetime) -> None:
    if not orgs.may_bring_before(unit, body, on=day_of(now)):
        raise RuleBroken("not_a_member", f"{unit.name}不是{body.name}的成员单位。", field="unit")


def _mark_filled_in(motion: Motion, actor) -> None:
    """A clerk or stationed cadre fills in for the unit's secretary, and it says so (代填)."""
    motion.filled_in_by = actor if orgs.fills_in_for(actor, motion.unit) else None


@service
def change_motion(*, actor, motion: Motion, now: datetime, **changes: str) -> Motion:
    """Change the words of a draft or of a returned motion."""
    row = _locked(motion)
    policies.require(actor, "motion.propose", row)
    refuse_unknown(changes, CHANGEABLE)
    if row.state not in (MotionState.DRAFT, MotionState.RETURNED):
        raise DomainError("illegal_move", f"议题{row.get_state_display()}，文字不能再改；可以撤回后重提。")
    for field, value in changes.items():
        setattr(row, field, (value or "").strip())
    check_fields(row, only=list(changes))
    row.save(update_fields=list(changes))
    return row


@service
def submit_motion(*, actor, motion: Motion, now: datetime) -> Motion:
    """Hand a draft in. From now on nobody can delete it, and its fate is shown to all with its reason."""
    return _submit(actor, _locked(motion), now)


def _submit(actor, row: Motion, now: datetime) -> Motion:
    """``row``: locked, or made in this very transaction."""
    policies.require(actor, "motion.propose", row)
    if row.classification in MAJOR_CLASSES and not row.consultation_note:
        raise RuleBroken(
            "consultation_missing", "三重一大议题须先个别酝酿，请填写酝酿情况。", field="consultation_note"
        )
    MOTION.advance(row, "submit", submitted_at=now, reason="")
    _record(events.MOTION_SUBMITTED, actor, row, now)
    return row


@service
def hand_in_motion(*, actor, now: datetime, **values) -> Motion:
    """Propose and submit in one step, as the page does; both or neither."""
    return _submit(actor, _draft(actor, now, **values), now)


@service
def complete_motion(*, actor, motion: Motion, now: datetime, **changes: str) -> Motion:
    """Change a draft or a returned motion and submit it in one step; both or neither."""
    return _submit(actor, change_motion(actor=actor, motion=motion, now=now, **changes), now)


@service
def second_motion(*, actor, motion: Motion, unit, now: datetime) -> Motion:
    """Another unit of the body supports the motion; a third of the units puts it on the next agenda (F-21)."""
    row = _locked(motion)
    policies.require(actor, "motion.second", Motion(body=row.body, unit=unit))
    if not orgs.stands_for(actor, unit):
        raise Forbidden(f"您不在{unit.name}任职，不能代它联名。", code="not_your_unit")
    if row.state not in (MotionState.SUBMITTED, MotionState.ACCEPTED, MotionState.DEFERRED):
        raise DomainError("illegal_move", f"议题{row.get_state_display()}，现在不能联名。")
    if unit.pk == row.unit_id:
        raise RuleBroken("own_motion", "提出单位不用再联名。", field="unit")
    if unit.pk == row.body_id:
        raise RuleBroken("not_a_member", "联名的是成员单位，联村党组织自己不用联名。", field="unit")
    _check_member(unit, row.body, now)
    if Seconding.objects.filter(motion=row, unit=unit).exists():
        raise DomainError("already_seconded", f"{unit.name}已经联名。")
    Seconding.objects.create(motion=row, unit=unit, person=actor, seconded_at=now)
    _record(events.MOTION_SECONDED, actor, row, now, unit=str(unit.pk))
    return row


@service
def accept_motion(*, actor, motion: Motion, now: datetime) -> Motion:
    """Take the motion up for one of the next meetings."""
    row = _locked(motion)
    policies.require(actor, "motion.handle", row)
    MOTION.advance(row, "accept", reason="")
    _record(events.MOTION_ACCEPTED, actor, row, now)
    return row


@service
def return_motion(*, actor, motion: Motion, reason: str, now: datetime) -> Motion:
    """Give it back to the unit to be completed; the reason is shown to all."""
    return _put_aside(actor, motion, "return", events.MOTION_RETURNED, reason, now)


@service
def defer_motion(*, actor, motion: Motion, reason: str, now: datetime) -> Motion:
    """缓议, with a reason shown to all. Refused when a third of the units second it."""
    row = _locked(motion)
    policies.require(actor, "motion.handle", row)
    units = orgs.units_of(row.body, on=day_of(now)).count()
    if row.secondings.count() >= rules.seconding_needed(units):
        raise DomainError("seconded_by_a_third", "联名已达成员单位的三分之一，须列入下次会议，不能缓议。")
    return _put_aside(actor, motion, "defer", events.MOTION_DEFERRED, reason, now)


@service
def withdraw_motion(*, actor, motion: Motion, reason: str, now: datetime) -> Motion:
    """The unit takes its motion back before it is scheduled."""
    return _put_aside(actor, motion, "withdraw", events.MOTION_WITHDRAWN, reason, now)


def _put_aside(actor, motion: Motion, step: str, event: str, reason: str, now: datetime) -> Motion:
    row = _locked(motion)
    policies.require(actor, MOTION.moves[step].verb, row)
    reason = refuse_blank(reason, field="reason", label="理由")
    MOTION.advance(row, step, reason=reason)
    _record(event, actor, row, now, reason=reason)
    return row


@service
def merge_motion(*, actor, motion: Motion, into: Motion, reason: str, now: datetime) -> Motion:
    """Merge one motion into another of the same body; both stay readable."""
    row = _locked(motion)
    policies.require(actor, "motion.handle", row)
    reason = refuse_blank(reason, field="reason", label="理由")
    if into.pk == row.pk or into.body_id != row.body_id:
        raise RuleBroken("other_body", "只能并入同一组织的另一个议题。", field="into")
    if into.state not in (MotionState.SUBMITTED, MotionState.ACCEPTED, MotionState.DEFERRED):
        raise RuleBroken("target_closed", f"“{into.title}”{into.get_state_display()}，不能并入。", field="into")
    MOTION.advance(row, "merge", merged_into=into, reason=reason)
    _record(events.MOTION_MERGED, actor, row, now, into=str(into.pk), reason=reason)
    return row


def _locked(motion: Motion) -> Motion:
    return Motion.objects.select_related("body", "unit").locked().get(pk=motion.pk)


def _record(event: str, actor, row: Motion, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.body, subject=row, at=now, about=row.about, **details)
