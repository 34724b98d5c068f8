"""Verbs on resolutions: form, let take effect, send back, terminate; and the sweep of ended notices."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from deliberation import events, selectors
from deliberation.choices import NEVER_PUBLIC, MotionState, PollState, ResolutionState, Scope
from deliberation.models import MOTION, RESOLUTION, Motion, Poll, Resolution
from deliberation.services import conditions
from deliberation.services.locks import locked_resolution
from kit import facts, parameters, policies
from kit.calendar import day_of
from kit.errors import DomainError, RuleBroken
from kit.services import service
from kit.validation import check_fields, refuse_blank
from orgs import selectors as orgs


@service
def form_resolution(
    *,
    actor,
    motion: Motion,
    title: str,
    text: str,
    scope: str,
    villages: Iterable = (),
    replaces: Resolution | None = None,
    now: datetime,
) -> Resolution:
    """Write the resolution of an adopted motion and number it, gapless per body and year.

    scope: who may read it; 请示报告 and 干部建议 never go to the public (F-28). villages: those whose assets, money or
    land it touches; it stays conditional until each of them has decided by 四议两公开. replaces: the resolution of the
    same body in force that it changes or ends.
    """
    row = Motion.objects.select_related("body").locked().get(pk=motion.pk)
    policies.require(actor, "resolution.form", Motion(body=row.body, unit=row.body))
    if row.state != MotionState.ADOPTED:
        raise DomainError("motion_not_adopted", f"议题{row.get_state_display()}，只有表决通过的议题才能形成决议。")
    poll = Poll.objects.filter(item__motion=row, state=PollState.CLOSED, is_adopted=True).latest("closed_at")
    if Resolution.objects.filter(poll=poll).exists():
        raise DomainError("resolution_exists", "这个议题已经形成决议。")
    if scope == Scope.PUBLIC and row.classification in NEVER_PUBLIC:
        raise RuleBroken("never_public", "请示报告和干部任免建议不向社会公开。", field="scope")
    named = conditions.refuse_strange_villages(row.body, villages, on=day_of(now))
    if replaces is not None:
        _refuse_replacing(row, locked_resolution(replaces))
    # One numbering at a time for a body.
    body = orgs.under_lock(row.body)
    year = day_of(now).year
    last = Resolution.objects.filter(body=body, year=year).aggregate(last=Max("serial"))["last"] or 0
    mark = parameters.get("deliberation.document_mark", on=day_of(now), path=body.path)
    resolution = Resolution(
        body=body,
        motion=row,
        poll=poll,
        year=year,
        serial=last + 1,
        number=f"{mark}〔{year}〕{last + 1}号",
        title=(title or "").strip(),
        text=(text or "").strip(),
        scope=scope,
        replaces=replaces,
        formed_at=now,
    )
    check_fields(resolution, only=["title", "text", "scope"])
    resolution.save(force_insert=True)
    _record(events.RESOLUTION_FORMED, actor, resolution, now, number=resolution.number)
    if named:
        conditions.open_checklists(resolution, named, by=actor, now=now)
    return resolution


def _refuse_replacing(motion: Motion, replaces: Resolution) -> None:
    if replaces.body_id != motion.body_id:
        raise RuleBroken("other_body", "只能变更或终止本组织的决议。", field="replaces")
    if replaces.state != ResolutionState.EFFECTIVE:
        raise RuleBroken(
            "not_in_force",
            f"{replaces.number}{replaces.get_state_display()}，只有已生效的决议才由新的决议变更或终止。",
            field="replaces",
        )
    over = (ResolutionState.SENT_BACK, ResolutionState.TERMINATED)
    other = replaces.replaced_by.exclude(state__in=over).first()
    if other is not None:
        raise RuleBroken("replaced_already", f"{replaces.number}已由{other.number}变更或终止。", field="replaces")


@service
def make_effective(*, actor, resolution: Resolution, now: datetime) -> Resolution:
    """Put a resolution into force: after its notice ended without an open objection, or at once if not published."""
    row = locked_resolution(resolution)
    policies.require(actor, "resolution.form", row)
    conditions.require_villages(row)
    notice = row.notices.live().first()
    if row.state == ResolutionState.FORMED and row.scope != Scope.NONE:
        raise DomainError("notice_first", "须先按批准的范围公示，期满无异议后生效。")
    if notice is not None and day_of(now) <= notice.to_on:
        raise DomainError("notice_running", f"公示到{notice.to_on:%Y年%-m月%-d日}，期满后才能生效。")
    if notice is not None and notice.objections.open().exists():
        raise DomainError("objection_open", "还有异议没有答复，不能生效。")
    RESOLUTION.advance(row, "take_effect", effective_at=now)
    if row.replaces_id is not None:
        _end_replaced(actor, row, now)
    _record(events.RESOLUTION_EFFECTIVE, actor, row, now)
    return row


def _end_replaced(actor, row: Resolution, now: datetime) -> None:
    """The one that was changed or ended is over; one that was carried out in the meantime stays completed."""
    assert row.replaces is not None
    old = locked_resolution(row.replaces)
    if old.state == ResolutionState.EFFECTIVE:
        _end(actor, old, "replace", f"由{row.number}变更或终止", now)


@service
def return_resolution(*, actor, resolution: Resolution, reason: str, now: datetime) -> Resolution:
    """A village decided against: the motion goes back to the body, with the reason."""
    row = locked_resolution(resolution)
    policies.require(actor, "resolution.form", row)
    reason = refuse_blank(reason, field="reason", label="退回原因", most=300)
    if row.state == ResolutionState.CONDITIONAL and not selectors.has_refused(row):
        raise DomainError("no_village_against", "各村都没有表决不通过，不用退回审议；不再实施的请终止。")
    RESOLUTION.advance(row, "return", reason=reason)
    conditions.drop_checklists(row)
    MOTION.advance(row.motion, "send_back", reason="村级未通过，重新审议")
    _record(events.RESOLUTION_SENT_BACK, actor, row, now, reason=reason)
    return row


@service
def terminate_resolution(*, actor, resolution: Resolution, reason: str, now: datetime) -> Resolution:
    """End a resolution before it takes effect, with a reason; afterwards only a new resolution does (F-28)."""
    row = locked_resolution(resolution)
    policies.require(actor, "resolution.form", row)
    reason = refuse_blank(reason, field="reason", label="终止原因", most=300)
    if row.state == ResolutionState.EFFECTIVE:
        raise DomainError(
            "needs_new_resolution",
            f"决议已经生效，变更或终止须经会议形成新的决议，并在新决议里选“变更或终止{row.number}”。",
        )
    _end(actor, row, "terminate", reason, now)
    return row


def _end(actor, row: Resolution, step: str, reason: str, now: datetime) -> None:
    RESOLUTION.advance(row, step, reason=reason)
    row.notices.live().update(taken_down_at=now, reason=reason)
    conditions.drop_checklists(row)
    _record(events.RESOLUTION_TERMINATED, actor, row, now, reason=reason)


def effect_ended_notices(*, actor, now: datetime) -> int:
    """Let every resolution take effect whose notice ended without an open objection. Returns how many did."""
    done = 0
    for resolution in selectors.ended_notices(on=day_of(now)):
        try:
            make_effective(actor=actor, resolution=resolution, now=now)
            done += 1
        except DomainError:
            continue  # decided by somebody else in the meantime
    return done


def _record(event: str, actor, row: Resolution, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.body, subject=row, at=now, about=row.motion.about, **details)
