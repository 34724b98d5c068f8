"""Verbs of publicity: publish a reviewed text, take it down, object without a name, answer, review the answer."""

from datetime import date, datetime, timedelta

from deliberation import events, rules
from deliberation.choices import ObjectionState, Proposal, ResolutionState, Scope
from deliberation.models import MOTION, OBJECTION, RESOLUTION, Objection, PublicNotice, Resolution
from deliberation.services.conditions import drop_checklists, require_villages
from deliberation.services.locks import locked_resolution
from kit import facts, parameters, policies, tickets
from kit.actors import VISITOR
from kit.calendar import day_of
from kit.errors import DomainError, Forbidden, RuleBroken
from kit.holidays import working_days
from kit.services import service, unnamed
from kit.validation import check_fields, refuse_blank, refuse_numbers_of_people, refuse_short

# An objection says what is wrong and why.
LEAST_WORDS = 10


@service
def publish_notice(
    *, actor, resolution: Resolution, title: str, text: str, from_on: date | None = None, now: datetime
) -> PublicNotice:
    """Publish the reviewed text in the scope approved with the resolution, for the parameter's days (F-28)."""
    row = locked_resolution(resolution)
    policies.require(actor, "notice.publish", row)
    if row.scope == Scope.NONE:
        raise DomainError("not_published", "这项决议批准为不公开。")
    require_villages(row)
    start = from_on or day_of(now)
    if start < day_of(now):
        raise RuleBroken("date_in_past", "公示开始日期不能早于今天。", field="from_on")
    days = parameters.get("deliberation.publicity_days", on=day_of(now), path=row.body.path)
    notice = PublicNotice(
        resolution=row,
        title=(title or "").strip(),
        text=(text or "").strip(),
        scope=row.scope,
        from_on=start,
        to_on=start + timedelta(days=days - 1),
        publisher=actor,
        published_at=now,
    )
    check_fields(notice, only=["title", "text"])
    RESOLUTION.advance(row, "publish")
    notice.save(force_insert=True)
    # The digest is sealed with the fact: whoever keeps a print can show later that the text was changed.
    digest = rules.notice_digest(notice.title, notice.text, notice.from_on, notice.to_on)
    span = {"from_on": notice.from_on.isoformat(), "to_on": notice.to_on.isoformat()}
    _record(events.NOTICE_PUBLISHED, actor, row, notice, now, **span, scope=notice.scope, digest=digest)
    return notice


@service
def take_down_notice(*, actor, notice: PublicNotice, reason: str, now: datetime) -> PublicNotice:
    """Take a notice off the board; its resolution waits again as formed, so that a corrected text can follow."""
    row = locked_resolution(notice.resolution)
    policies.require(actor, "notice.publish", row)
    reason = refuse_blank(reason, field="reason", label="撤下原因", most=300)
    live = row.notices.live().filter(pk=notice.pk).first()
    if live is None:
        raise DomainError("already_down", "这条公示已经撤下。")
    live.taken_down_at, live.reason = now, reason
    live.save(update_fields=["taken_down_at", "reason"])
    if row.state in (ResolutionState.IN_NOTICE, ResolutionState.OBJECTED):
        RESOLUTION.advance(row, "take_down")
    _record(events.NOTICE_TAKEN_DOWN, actor, row, live, now, reason=reason)
    return live


@service
def file_objection(*, actor, notice: PublicNotice, text: str, now: datetime) -> Objection:
    """Object to a notice within its period; anyone may, without login and without a name.

    Returns the objection with its ticket, the only way to read the answer. Whoever ``actor`` is, trail and audit name
    a visitor. Raises DomainError ``notice_over``; RuleBroken at ``text`` for less than ten characters or a number that
    belongs to a person.
    """
    with unnamed():
        return _filed(notice, text, now)


def _filed(notice: PublicNotice, text: str, now: datetime) -> Objection:
    row = locked_resolution(notice.resolution)
    live = row.notices.live().filter(pk=notice.pk).first()
    today = day_of(now)
    if live is None or not live.from_on <= today <= live.to_on:
        raise DomainError("notice_over", "不在公示期内，不能提出异议；有问题请走投诉建议。")
    days = parameters.get("deliberation.objection_days", on=today, path=row.body.path)
    objection = Objection(
        notice=live,
        text=refuse_short(text, field="text", least=LEAST_WORDS),
        ticket=tickets.new_ticket(),
        received_at=now,
        answer_due_on=working_days().add(today, days),
    )
    refuse_numbers_of_people(objection.text, field="text")
    check_fields(objection, only=["text"])
    objection.save(force_insert=True)
    if row.state == ResolutionState.IN_NOTICE:
        RESOLUTION.advance(row, "object")
    _record(events.OBJECTION_RECEIVED, VISITOR, row, live, now)
    return objection


@service
def answer_objection(*, actor, objection: Objection, upheld: bool, answer: str, now: datetime) -> Objection:
    """Draft the answer to an objection, with a reason that does not identify the objector, and propose what follows.

    Nothing comes of it and nobody outside reads it before ``confirm_answer``; the deadline runs on until then.
    """
    row = locked_resolution(objection.notice.resolution)
    policies.require(actor, "objection.answer", row)
    answer = refuse_blank(answer, field="answer", label="答复", most=1000)
    refuse_numbers_of_people(answer, field="answer")
    fresh = _locked(objection)
    proposal = Proposal.UPHOLD if upheld else Proposal.DISMISS
    OBJECTION.advance(fresh, "answer", proposal=proposal, answer=answer, answered_by=actor, drafted_at=now)
    # Neither the proposal nor, when it is returned, the ground: members of the body read the trail.
    _record(events.OBJECTION_DRAFTED, actor, row, fresh.notice, now)
    return fresh


@service
def confirm_answer(*, actor, objection: Objection, drafted_at: datetime, now: datetime) -> Objection:
    """Give the answer that was reviewed: the draft of ``drafted_at``, which is the one the reviewer has read.

    An upheld objection sends the motion back to the body; when the last open one is dismissed, the notice goes on.
    Raises Forbidden ``own_answer`` for one's own draft; DomainError ``draft_changed`` when there is another one now.
    """
    row = locked_resolution(objection.notice.resolution)
    policies.require(actor, "objection.review", row)
    fresh = _draft_of_another(actor, objection, row)
    if fresh.state == ObjectionState.IN_REVIEW and fresh.drafted_at != drafted_at:
        raise DomainError("draft_changed", "答复在您打开以后改过了，请看过现在的文字再审核。")
    upheld = fresh.proposal == Proposal.UPHOLD
    OBJECTION.advance(fresh, "uphold" if upheld else "dismiss", reviewed_by=actor, answered_at=now)
    if row.state == ResolutionState.OBJECTED:
        if upheld:
            _send_back(actor, row, fresh.answer, now)
        elif not Objection.objects.open().filter(notice__resolution=row).exists():
            RESOLUTION.advance(row, "clear")
    _record(events.OBJECTION_ANSWERED, actor, row, fresh.notice, now, upheld=upheld)
    return fresh


@service
def return_answer(*, actor, objection: Objection, reason: str, now: datetime) -> Objection:
    """Give a draft back to whoever answers, with what is to be changed; the draft is kept. Never one's own."""
    row = locked_resolution(objection.notice.resolution)
    policies.require(actor, "objection.review", row)
    reason = refuse_blank(reason, field="reason", label="退回意见", most=300)
    fresh = _draft_of_another(actor, objection, row)
    OBJECTION.advance(fresh, "return", reason=reason)
    _record(events.OBJECTION_RETURNED, actor, row, fresh.notice, now)
    return fresh


def _locked(objection: Objection) -> Objection:
    return Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)


def _draft_of_another(actor, objection: Objection, row: Resolution) -> Objection:
    fresh = _locked(objection)
    if fresh.state == ObjectionState.IN_REVIEW and fresh.answered_by_id == actor.pk:
        reviewer = rules.reviewing_role(row.body.kind).label
        raise Forbidden(f"答复是您起草的，须由另一位{reviewer}审核。", code="own_answer")
    return fresh


def _send_back(actor, row: Resolution, reason: str, now: datetime) -> None:
    RESOLUTION.advance(row, "send_back", reason=reason[:500])
    row.notices.live().update(taken_down_at=now, reason="异议成立，退回审议")
    drop_checklists(row)
    MOTION.advance(row.motion, "send_back", reason="异议成立，重新审议")
    facts.record(events.RESOLUTION_SENT_BACK, actor=actor, org=row.body, subject=row, at=now, about=row.motion.about)


def _record(event: str, actor, row: Resolution, notice: PublicNotice, now: datetime, **details) -> None:
    facts.record(
        event, actor=actor, org=row.body, subject=row, at=now, about=row.motion.about, notice=str(notice.pk), **details
    )
