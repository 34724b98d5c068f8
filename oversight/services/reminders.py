"""The engine of reminders: makes each due reminder once, and turns what is due into notifications, set by set.

``schedule`` writes ahead what falls due within a day; the unique key decides who writes it (R1, R8). ``send_due``
claims a batch with SKIP LOCKED and asks each rule once more, in the statement that tells people, whether the subject is
still open with the same last day for the same person: what was finished or put off meanwhile is cancelled, nothing is
sent (R6, R9). Reminder and notification commit together, so a killed worker neither loses nor doubles one.
"""

import logging
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from uuid import UUID

from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from kit import clock, parameters, reminders
from kit.actors import System
from kit.calendar import day_of, moment_of
from kit.errors import DomainError
from kit.holidays import working_days
from kit.reminders import Rule, Step
from kit.services import stamp
from oversight.choices import ReminderState
from oversight.models import Reminder
from oversight.selectors import audiences
from oversight.services import digests

log = logging.getLogger(__name__)

ENGINE = System("oversight.reminders")
BATCH = 1000
# Written ahead, so that a slow pass makes no reminder late; and looked back, so that an outage loses none.
AHEAD = timedelta(days=1)
BACK_DAYS = 100
FORWARD_DAYS = 130

# UUIDv7 of this moment, as the audit triggers make it.
_NEW_ID = (
    "(overlay(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') placing '' from 13)"
    " || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"
)
_SUBJECTS = "SELECT subject_id FROM oversight_reminder WHERE id = ANY (%s)"


class RuleFailed(DomainError):
    """The query of these rules failed. Said where the keepers see it: at the job that ran into it (R10)."""

    def __init__(self, *rules: Rule) -> None:
        titles = "、".join(rule.title for rule in rules)
        super().__init__("reminder_rule_failed", f"提醒规则“{titles}”出错，这几类提醒暂时没有发出；原因见日志。")
        self.rules = rules


def schedule(*, now: datetime) -> int:
    """Write every reminder that falls due up to a day from ``now`` and is not written yet; returns how many.

    Each rule is a transaction of its own: one that fails does not stop the others. Raises RuleFailed after them.
    """
    written = 0
    failed = []
    for rule in reminders.rules():
        try:
            with transaction.atomic():
                stamp(ENGINE)
                table = _timetable(rule, day_of(now)) if rule.steps else {}
                written += sum(_schedule(rule, step, table[step.name], now) for step in rule.steps)
        except Exception:
            log.exception("reminders: rule %s failed", rule.name)
            failed.append(rule)
    if failed:
        raise RuleFailed(*failed)
    return written


def _schedule(rule: Rule, step: Step, table: list[reminders.Due], now: datetime) -> int:
    today = day_of(now)
    table = [each for each in table if each.due_at <= now + AHEAD]
    if not table:
        return 0
    lasts = [each.last for each in table]
    subjects = rule.subjects(today).filter(remind_by__gte=min(lasts), remind_by__lte=max(lasts))
    found, values = audiences.compiled(audiences.recipients(rule, step, subjects, on=today))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO oversight_reminder"  # nosec B608 - own text
            " (id, rule, step, subject_id, period, recipient_id, due_at, stale_at, state, path, body_id)"
            f" SELECT {_NEW_ID}, %s, %s, d.subject, d.last, d.recipient, t.due_at, t.stale_at, 'waiting', d.path,"
            "  d.body"
            f" FROM ({found}) AS d (subject, last, since, recipient, title, path, body, key)"
            " JOIN unnest(%s::date[], %s::timestamptz[], %s::timestamptz[]) AS t (last, due_at, stale_at)"
            "  ON t.last = d.last AND t.due_at > d.since"
            # Most are written already; asking first is cheaper than being refused by the key.
            " WHERE NOT EXISTS (SELECT 1 FROM oversight_reminder r WHERE r.subject_id = d.subject"
            "  AND r.recipient_id = d.recipient AND r.period = d.last AND r.rule = %s AND r.step = %s)"
            " ON CONFLICT DO NOTHING",
            [
                *(rule.name, step.name),
                *values,
                *(lasts, [each.due_at for each in table], [each.stale_at for each in table]),
                *(rule.name, step.name),
            ],
        )
        return cursor.rowcount


def _timetable(rule: Rule, today: date) -> dict[str, list[reminders.Due]]:
    opens = clock_time(parameters.get("oversight.quiet_until", on=today))
    lasts = [today + timedelta(days=days) for days in range(-BACK_DAYS, FORWARD_DAYS)]
    return reminders.timetable(
        rule, on=today, calendar=working_days(), lasts=lasts, moment=lambda day: moment_of(day, opens)
    )


@dataclass
class Pass:
    """What one batch came to, in reminders."""

    claimed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


def send_due(*, now: datetime, limit: int = BATCH, without: Collection[str] = ()) -> Pass:
    """Turn up to ``limit`` reminders that are due at ``now`` into notifications. Any number of workers may run.

    without: names of rules to leave alone. Raises RuleFailed when a rule's query fails; then nothing of it happened.
    """
    done = Pass()
    told: set[UUID] = set()
    with transaction.atomic():
        stamp(ENGINE)
        for name, step_name, claimed in _claim(now, limit, without):
            done.claimed += len(claimed)
            rule = reminders.rule(name)
            if rule is None or step_name not in {step.name for step in rule.steps}:
                done.outcomes["cancelled"] += _cancel(claimed, now)
                continue
            try:
                outcomes = _tell(rule, rule.step(step_name), claimed, now)
            except Exception as fault:
                raise RuleFailed(rule) from fault
            for state, count, people in outcomes:
                done.outcomes[state] += count
                told.update(people or ())
        digests.announce(told, now=now)
    return done


def drain(*, seconds: float) -> int:
    """Batch after batch until nothing more is due, or the time is over. Returns how many reminders were settled.

    A rule that fails is left out and does not stop the others; its reminders wait. Raises RuleFailed after them.
    """
    end = time.monotonic() + seconds
    settled = 0
    failed: dict[str, Rule] = {}
    while time.monotonic() < end:
        try:
            done = send_due(now=clock.database_now(), without=failed)
        except RuleFailed as fault:
            log.exception("reminders: rule %s failed", fault.rules[0].name)
            failed |= {rule.name: rule for rule in fault.rules}
            continue
        settled += done.claimed
        if not done.claimed:
            break
    if failed:
        raise RuleFailed(*failed.values())
    return settled


def _claim(now: datetime, limit: int, without: Collection[str] = ()) -> Iterator[tuple[str, str, list[UUID]]]:
    """Lock the oldest due reminders that nobody else has in hand, by rule and step."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH due AS (SELECT id, rule, step FROM oversight_reminder WHERE state = 'waiting' AND due_at <= %s"
            "  AND rule <> ALL (%s) ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)"
            " SELECT rule, step, array_agg(id) FROM due GROUP BY rule, step ORDER BY rule, step",
            [now, list(without), limit],
        )
        yield from cursor.fetchall()


def _tell(rule: Rule, step: Step, claimed: Sequence[UUID], now: datetime) -> list[tuple[str, int, list[UUID] | None]]:
    """One statement: which of the claimed are still due, a notification for each of them, the outcome of all."""
    today = day_of(now)
    subjects = rule.subjects(today).filter(pk__in=RawSQL(_SUBJECTS, [list(claimed)]))  # nosec B611 - own text
    found, values = audiences.compiled(audiences.recipients(rule, step, subjects, on=today))
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH mine AS MATERIALIZED (SELECT id, subject_id, recipient_id, period, stale_at FROM oversight_reminder"  # nosec B608 - own text
            "  WHERE id = ANY (%s)),"
            " live AS MATERIALIZED (SELECT DISTINCT ON (m.id) m.id, m.recipient_id, m.period, d.title, d.path, d.body,"
            f"  d.key FROM mine m JOIN ({found}) AS d (subject, last, since, recipient, title, path, body, key)"
            "  ON d.subject = m.subject_id AND d.recipient = m.recipient_id AND d.last = m.period"
            "  WHERE m.stale_at IS NULL OR m.stale_at > %s ORDER BY m.id),"
            " told AS (INSERT INTO oversight_notification (id, recipient_id, kind, cause, topic, heading, title, note,"
            "  light, until, page, key, path, body_id, told_at, is_late)"
            f" SELECT {_NEW_ID}, recipient_id, 'reminder', id, %s, %s, left(title, 80), %s, %s, period, %s, key,"
            "  CASE WHEN %s THEN '' ELSE path END, body, %s, false FROM live ON CONFLICT DO NOTHING),"
            " settled AS (UPDATE oversight_reminder r SET settled_at = %s, state = CASE WHEN live.id IS NOT NULL"
            "  THEN 'sent' WHEN mine.stale_at <= %s THEN 'stale' ELSE 'cancelled' END"
            "  FROM mine LEFT JOIN live ON live.id = mine.id WHERE r.id = mine.id RETURNING r.state, r.recipient_id)"
            " SELECT state, count(*), CASE WHEN %s AND state = 'sent' THEN array_agg(DISTINCT recipient_id) END"
            " FROM settled GROUP BY state",
            [
                list(claimed),
                *values,
                *(now, rule.name, rule.title, step.says, step.light, step.page or rule.page, rule.is_personal),
                *(now, now, now),
                digests.is_on(),
            ],
        )
        return cursor.fetchall()


def _cancel(claimed: Sequence[UUID], now: datetime) -> int:
    """A rule or a step that is declared no more."""
    return Reminder.objects.filter(pk__in=claimed).update(state=ReminderState.CANCELLED, settled_at=now)
