"""Verbs of 投诉建议: hand in without a name, answer, pass on (F-72)."""

from datetime import datetime

from kit import facts, parameters, policies, tickets
from kit.actors import VISITOR
from kit.calendar import day_of
from kit.errors import RuleBroken
from kit.holidays import working_days
from kit.services import service, unnamed
from kit.validation import check_fields, refuse_blank, refuse_numbers_of_people, refuse_short
from orgs import selectors as orgs
from oversight import events
from oversight.models import COMPLAINT, Complaint

# It says what happened and what should be better.
LEAST_WORDS = 10


@service
def file_complaint(*, actor, organization, category: str, text: str, now: datetime) -> Complaint:
    """Say something about the work of an organization on the public list; anyone may, without login or name.

    Returns the complaint with its ticket, the only way to read the answer. Whoever ``actor`` is, trail and audit name
    a visitor. Raises RuleBroken at ``organization`` and ``text``.
    """
    with unnamed():
        return _filed(organization, category, text, now)


def _filed(organization, category: str, text: str, now: datetime) -> Complaint:
    if not orgs.answers_to_the_public(organization):
        raise RuleBroken("not_listed", "请从名单里选一个单位。", field="organization")
    today = day_of(now)
    days = parameters.get("oversight.complaint_days", on=today, path=organization.path)
    complaint = Complaint(
        organization=organization,
        category=category,
        text=refuse_short(text, field="text", least=LEAST_WORDS),
        ticket=tickets.new_ticket(),
        received_at=now,
        answer_due_on=working_days().add(today, days),
    )
    refuse_numbers_of_people(complaint.text, field="text")
    check_fields(complaint, only=["category", "text"])
    complaint.save(force_insert=True)
    _record(events.COMPLAINT_RECEIVED, VISITOR, complaint, now, category=complaint.category)
    return complaint


@service
def answer_complaint(*, actor, complaint: Complaint, answer: str, now: datetime) -> Complaint:
    """Answer it; whoever holds the ticket reads the answer."""
    row = _locked(complaint)
    policies.require(actor, "complaint.answer", row)
    answer = _checked(answer, field="answer", label="答复")
    COMPLAINT.advance(row, "answer", answer=answer, answered_by=actor, answered_at=now)
    _record(events.COMPLAINT_ANSWERED, actor, row, now)
    return row


@service
def pass_on_complaint(*, actor, complaint: Complaint, to: str, reason: str, now: datetime) -> Complaint:
    """Hand it to the office that can answer it, outside the system; the ticket shows to whom and why."""
    row = _locked(complaint)
    policies.require(actor, "complaint.answer", row)
    row.passed_to = refuse_blank(to, field="to", label="转给哪个单位")
    try:
        check_fields(row, only=["passed_to"])
    except RuleBroken as refusal:
        raise RuleBroken(refusal.code, refusal.message, errors={"to": refusal.errors["passed_to"]}) from refusal
    reason = _checked(reason, field="reason", label="转办原因")
    COMPLAINT.advance(row, "pass_on", answer=reason, passed_to=row.passed_to, answered_by=actor, answered_at=now)
    _record(events.COMPLAINT_PASSED_ON, actor, row, now, to=row.passed_to)
    return row


def _locked(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_related("organization").locked().get(pk=complaint.pk)


def _checked(words: str, *, field: str, label: str) -> str:
    text = refuse_blank(words, field=field, label=label)
    if len(text) > 1000:
        raise RuleBroken("too_long", f"不能超过1000个字，现在是{len(text)}个字。", field=field)
    refuse_numbers_of_people(text, field=field)
    return text


def _record(event: str, actor, row: Complaint, now: datetime, **details) -> None:
    facts.record(event, actor=actor, org=row.organization, subject=row, at=now, **details)
