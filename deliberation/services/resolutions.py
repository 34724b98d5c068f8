"""Verbs on resolutions: form from an adopted motion, let take effect, terminate; and the sweep of ended notices."""

from datetime import datetime

from django.db.models import Max

from deliberation import events, selectors
from deliberation.choices import NEVER_PUBLIC, MotionState, PollState, ResolutionState, Scope
from deliberation.models import RESOLUTION, Motion, Poll, Resolution
from kit import facts, parameters, policies
from kit.calendar import day_of
from kit.errors import DomainError, RuleBroken
from kit.services import service
from kit.validation import check_fields, refuse_blank
from orgs import selectors as orgs


@service
def form_resolution(*, actor, motion: Motion, title: str, text: str, scope: str, now: datetime) -> Resolution:
    """Write the resolution of an adopted motion and number it, gapless per body and year.

    scope: who may read it; 请示报告 and 干部建议 never go to the public (F-28).
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
        formed_at=now,
    )
    check_fields(resolution, only=["title", "text", "scope"])
    resolution.save(force_insert=True)
    _record(events.RESOLUTION_FORMED, actor, resolution, now, number=resolution.number)
    return resolution


@service
def make_effective(*, actor, resolution: Resolution, now: datetime) -> Resolution:
    """Put a resolution into force: after its notice ended without an open objection, or at once if not published."""
    row = locked_resolution(resolution)
    policies.require(actor, "resolution.form", row)
    notice = row.notices.live().first()
    if row.state == ResolutionState.FORMED and row.scope != Scope.NONE:
        raise DomainError("notice_first", "须先按批准的范围公示，期满无异议后生效。")
    if notice is not None and day_of(now) <= notice.to_on:
        raise DomainError("notice_running", f"公示到{notice.to_on:%Y年%-m月%-d日}，期满后才能生效。")
    if notice is not None and notice.objections.open().exists():
        raise DomainError("objection_open", "还有异议没有答复，不能生效。")
    RESOLUTION.advance(row, "take_effect", effective_at=now)
    _record(events.RESOLUTION_EFFECTIVE, actor, row, now)
    return row


@service
def terminate_resolution(*, actor, resolution: Resolution, reason: str, now: datetime) -> Resolution:
    """End a resolution before it is carried out; the reason stays with it."""
    row = locked_resolution(resolution)
    policies.require(actor, "resolution.form", row)
    reason = refuse_blank(reason, field="reason", label="终止原因", most=300)
    RESOLUTION.advance(row, "terminate", reason=reason)
    row.notices.live().update(taken_down_at=now, reason=reason)
    _record(events.RESOLUTION_TERMINATED, actor, row, now, reason=reason)
    return row


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


def locked_resolution(resolution: Resolution) -> Resolution:
    """The fresh row under its lock."""
    return Resolution.objects.select_related("body", "motion").locked().get(pk=resolution.pk)


def _record(event: str, actor, row: Resolution, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.body, subject=row, at=now, about=row.motion.about, **details)
