"""Verbs of 四议两公开: the village enters a step, corrects one with a reason, or says that it decided against."""

from datetime import date, datetime

from deliberation import events, selectors
from deliberation.choices import ChecklistState
from deliberation.models import CHECKLIST, RESOLUTION, Checklist, ChecklistEntry
from deliberation.selectors.checklists import ChecklistLine
from deliberation.services.conditions import complete_when_done, record
from deliberation.services.locks import locked_checklist
from kit import facts, policies
from kit.calendar import day_of, long_date
from kit.errors import DomainError, RuleBroken
from kit.services import service
from kit.validation import refuse_blank


@service
def mark_step(*, actor, checklist: Checklist, position: int, done_on: date, evidence: str, now: datetime) -> Checklist:
    """Enter the next step as done on a day, with the number of its decision or what else shows it.

    The last step before the effect of the resolution sets it free when every village has come so far; the last of all
    follows when everything is carried out.
    """
    row = locked_checklist(checklist)
    policies.require(actor, "checklist.mark", row)
    lines = selectors.checklist_lines(row)
    line = _next(row, lines, position)
    evidence = refuse_blank(evidence, field="evidence", label="决议文号或佐证", most=300)
    is_result = position == len(lines)
    if is_result:
        _refuse_early_result(row, done_on)
    _refuse_day(lines, line, done_on, now)
    _enter(actor, row, line, done_on, evidence, now)
    said = f"{line.name}：{_words(done_on, evidence)}"
    record(events.CHECKLIST_MARKED, row, by=actor, now=now, position=position, done_on=done_on.isoformat(), reason=said)
    if is_result:
        CHECKLIST.advance(row, "close")
        complete_when_done(row.resolution, by=actor, now=now)
    elif position == row.template.before_effect:
        CHECKLIST.advance(row, "decide", decided_on=day_of(now))
        _set_free(actor, row, now)
    return row


@service
def correct_step(
    *, actor, checklist: Checklist, position: int, done_on: date, evidence: str, reason: str, now: datetime
) -> Checklist:
    """Write what was entered anew, with the reason; what stood there before stays readable."""
    row = locked_checklist(checklist)
    policies.require(actor, "checklist.correct", row)
    if row.state in (ChecklistState.REFUSED, ChecklistState.DROPPED):
        raise DomainError("checklist_over", f"{row.get_state_display()}，不能再更正。")
    lines = selectors.checklist_lines(row)
    line = _line(lines, position)
    old = line.entry
    if old is None:
        raise DomainError("step_not_done", f"“{line.name}”还没有登记，不用更正。")
    evidence = refuse_blank(evidence, field="evidence", label="决议文号或佐证", most=300)
    reason = refuse_blank(reason, field="reason", label="更正原因", most=300)
    if (old.done_on, old.evidence) == (done_on, evidence):
        raise RuleBroken("nothing_changed", "日期和文号都没有变，不用更正。", field="evidence")
    _refuse_day(lines, line, done_on, now)
    if position == len(lines):
        _refuse_before_effect(row, done_on)
    _enter(actor, row, line, done_on, evidence, now, reason=reason)
    before, after = _words(old.done_on, old.evidence), _words(done_on, evidence)
    said = f"{line.name}由“{before}”更正为“{after}”：{reason}"
    record(events.CHECKLIST_CORRECTED, row, by=actor, now=now, position=position, old=before, new=after, reason=said)
    return row


@service
def refuse_resolution(*, actor, checklist: Checklist, decided_on: date, reason: str, now: datetime) -> Checklist:
    """The meeting of the village decided against: the resolution cannot take effect any more."""
    row = locked_checklist(checklist)
    policies.require(actor, "checklist.refuse", row)
    lines = selectors.checklist_lines(row)
    line = _next(row, lines, row.template.decides_at)
    reason = refuse_blank(reason, field="reason", label="未通过的原因", most=300)
    _refuse_day(lines, line, decided_on, now, field="decided_on")
    _enter(actor, row, line, decided_on, reason, now, is_against=True)
    CHECKLIST.advance(row, "refuse", reason=reason)
    record(events.CHECKLIST_REFUSED, row, by=actor, now=now, reason=f"{line.name}：{reason}")
    return row


def _line(lines: tuple[ChecklistLine, ...], position: int) -> ChecklistLine:
    if not 1 <= position <= len(lines):
        raise RuleBroken("no_such_step", f"步骤只有第1步到第{len(lines)}步。", field="position")
    return lines[position - 1]


def _next(row: Checklist, lines: tuple[ChecklistLine, ...], position: int) -> ChecklistLine:
    """The line at ``position``, which must be the next one without an entry."""
    if row.state in (ChecklistState.REFUSED, ChecklistState.CLOSED, ChecklistState.DROPPED):
        raise DomainError("checklist_over", f"{row.get_state_display()}，不能再登记。")
    line = _line(lines, position)
    if line.entry is not None:
        raise DomainError("step_done", f"“{line.name}”已经登记过，要改请用“更正”。")
    due = next(each for each in lines if each.entry is None)
    if due is not line:
        raise DomainError("step_too_early", f"须先办“{due.name}”，再办“{line.name}”。")
    return line


def _refuse_day(
    lines: tuple[ChecklistLine, ...], line: ChecklistLine, day: date, now: datetime, field: str = "done_on"
) -> None:
    """Not a day to come, not before the step before, not after the step that follows."""
    if day > day_of(now):
        raise RuleBroken("date_in_future", "办理日期不能晚于今天。", field=field)
    before = lines[line.position - 2].entry if line.position > 1 else None
    if before is not None and day < before.done_on:
        name = lines[line.position - 2].name
        raise RuleBroken("before_the_step_before", f"不能早于“{name}”的{_day(before.done_on)}。", field=field)
    after = lines[line.position].entry if line.position < len(lines) else None
    if after is not None and day > after.done_on:
        name = lines[line.position].name
        raise RuleBroken("after_the_step_after", f"不能晚于“{name}”的{_day(after.done_on)}。", field=field)


def _refuse_early_result(row: Checklist, done_on: date) -> None:
    if not selectors.result_is_due(row):
        raise DomainError("result_too_early", "决议生效、任务全部确认完成以后，才能公开实施结果。")
    _refuse_before_effect(row, done_on)


def _refuse_before_effect(row: Checklist, done_on: date) -> None:
    effective_at = row.resolution.effective_at
    if effective_at is not None and done_on < day_of(effective_at):
        day = _day(day_of(effective_at))
        raise RuleBroken("before_effect", f"不能早于决议生效的{day}。", field="done_on")


def _enter(actor, row: Checklist, line: ChecklistLine, done_on: date, evidence: str, now: datetime, **more) -> None:
    ChecklistEntry.objects.create(
        checklist=row,
        position=line.position,
        round=len(line.rounds) + 1,
        done_on=done_on,
        evidence=evidence,
        person=actor,
        entered_at=now,
        **more,
    )


def _set_free(actor, row: Checklist, now: datetime) -> None:
    """With the last village the resolution goes on as any other."""
    resolution = row.resolution
    if selectors.outstanding(resolution):
        return
    RESOLUTION.advance(resolution, "meet")
    about = resolution.motion.about
    facts.record(
        events.RESOLUTION_CONDITION_MET, actor=actor, org=resolution.body, subject=resolution, at=now, about=about
    )


def _day(on: date) -> str:
    return long_date(on, weekday=False)


def _words(done_on: date, evidence: str) -> str:
    return f"{_day(done_on)}，{evidence}"
