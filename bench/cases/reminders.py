"""P8: what is due becomes notifications, by two workers in batches, against one statement for everything."""

import statistics
import subprocess
import sys
import time

import psycopg

from bench import generate
from bench.cases.results import Result, verdict
from bench.database import PREFIX, connect, environment, recreate
from bench.floor.telling import tell_all
from bench.generate import Amounts
from bench.measure import DRIFT, ROUNDS, Drifted
from bench.processes import ROOT, WORKERS

DATABASE = PREFIX + "reminders"
DUE = {"country": 100_000}
FEWER = 10_000
BUDGET, ROWS_A_MESSAGE = 2.0, 100

# Every demand waits to be accepted today by the officer of its township, who has a login; the reminder is due.
_FILL = (
    "SET session_replication_role = replica",
    "UPDATE orgs_person SET username = 'b' || id, is_active = true WHERE username IS NULL AND id IN"
    " (SELECT person_id FROM orgs_posting WHERE role = 'township_officer')",
    "UPDATE resources_demand SET state = 'submitted', submitted_at = now() - interval '9 days', answered_at = NULL,"
    " accept_by_on = (now() AT TIME ZONE 'Asia/Shanghai')::date",
    "INSERT INTO oversight_reminder (id, rule, step, subject_id, period, recipient_id, due_at, state, path, body_id)"
    " SELECT gen_random_uuid(), 'resources.demand_accept', 'at', d.id, d.accept_by_on, p.person_id,"
    "  now() - interval '1 minute', 'waiting', u.path, d.body_id"
    " FROM resources_demand d JOIN orgs_organization u ON u.id = d.unit_id"
    " JOIN LATERAL (SELECT person_id FROM orgs_posting WHERE organization_id = u.parent_id"
    "  AND role = 'township_officer' AND from_on <= current_date AND (to_on IS NULL OR to_on >= current_date)"
    "  ORDER BY id LIMIT 1) p ON true LIMIT {wanted}",
    "SET session_replication_role = origin",
    "VACUUM ANALYZE",
)
_AGAIN = (
    "TRUNCATE oversight_notification",
    "UPDATE oversight_reminder SET state = 'waiting', settled_at = NULL",
    "VACUUM ANALYZE oversight_reminder",
    "CHECKPOINT",
)


def measure(*, rounds: int, seconds: float, scale: str, say=print) -> list[Result]:
    """One statement and two workers in turn on the same rows, medians. Raises Drifted when the floor was not steady."""
    wanted = DUE.get(scale, FEWER)
    recreate(DATABASE)
    floors, workers, messages = [], [], 0
    with connect(DATABASE) as link:
        # A tenth more: here and there a township's officer has just left.
        generate.fill(link, "district", Amounts(demands=wanted * 11 // 10))
        for statement in _FILL:
            link.execute(statement.format(wanted=wanted).encode())
        due = _count(link, "oversight_reminder WHERE state = 'waiting'")
        for number in range(max(rounds, ROUNDS)):
            floors.append(tell_all(link))
            _check(link, due)
            taken, messages = _work()
            workers.append(taken)
            _check(link, due)
            say(f"P8 第{number + 1}轮：一条语句 {floors[-1]:.2f} 秒，两个任务进程 {workers[-1]:.2f} 秒")
    if (spread := (max(floors) - min(floors)) / min(floors)) > DRIFT:
        raise Drifted(f"一条语句几次读数相差 {spread:.0%}")
    floor, taken = statistics.median(floors), statistics.median(workers)
    ratio, rows = taken / floor, due / messages
    return [
        Result(
            "P8",
            f"提醒：{due} 条到期的变成通知",
            ("", "量得", "与一条语句之比", "预算", "结论"),
            [
                ["一条 SQL 语句，不核对、不分批（地板）", f"{floor:.2f} 秒", "1", "", ""],
                [
                    f"{WORKERS} 个任务进程，每批 1000 条，逐条核对是否仍然到期",
                    f"{taken:.2f} 秒",
                    f"{ratio:.2f}",
                    f"≤ {BUDGET:g}",
                    verdict(ratio <= BUDGET),
                ],
                [
                    "经过消息队列的消息",
                    f"{messages} 条，每条 {rows:.0f} 行",
                    "",
                    f"每 {ROWS_A_MESSAGE} 行至多 1 条",
                    verdict(rows >= ROWS_A_MESSAGE),
                ],
            ],
            ["每轮之后核对：每条提醒恰有一条通知。杀掉任务进程也恰好一次，见 tests/faults/test_reminder_kills.py。"],
        )
    ]


def _work() -> tuple[float, int]:
    """Seconds from the word to the last of the workers, and the messages that moved them."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.reminding"],
            env=environment(DATABASE),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(WORKERS)
    ]
    try:
        for each in started:
            if each.stdout.readline() != "ready\n":
                raise RuntimeError("a worker did not start")
        began = time.perf_counter()
        for each in started:
            each.stdin.write("go\n")
            each.stdin.flush()
        messages = sum(int(each.stdout.readline()) for each in started)
        return time.perf_counter() - began, messages
    finally:
        for each in started:
            each.kill()
            each.wait()


def _check(link: psycopg.Connection, due: int) -> None:
    """Each reminder has exactly one notification; then everything is made due again. Raises RuntimeError."""
    told = _count(link, "oversight_notification n JOIN oversight_reminder r ON r.id = n.cause AND r.state = 'sent'")
    if (told, _count(link, "oversight_notification")) != (due, due):
        raise RuntimeError(f"{due} reminders, {told} notifications")
    for statement in _AGAIN:
        link.execute(statement.encode())


def _count(link: psycopg.Connection, what: str) -> int:
    found = link.execute(f"SELECT count(*) FROM {what}".encode()).fetchone()  # nosec B608 - own text
    assert found is not None
    return found[0]
