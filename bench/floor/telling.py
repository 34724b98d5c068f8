"""Floor of P8: one statement that claims everything due and writes the notifications. No rule is asked again, no batch,
no second worker; killed in the middle it starts from the beginning."""

import time

import psycopg

_TELL = """
WITH due AS (
    UPDATE oversight_reminder SET state = 'sent', settled_at = clock_timestamp()
    WHERE state = 'waiting' AND due_at <= clock_timestamp()
    RETURNING id, recipient_id, subject_id, period)
INSERT INTO oversight_notification
    (id, recipient_id, kind, cause, topic, heading, title, note, light, until, page, key, path, body_id, told_at,
     is_late)
SELECT gen_random_uuid(), due.recipient_id, 'reminder', due.id, 'resources.demand_accept', '受理需求', d.title,
       '今天到期', 'yellow', due.period, 'demand', d.id, u.path, d.body_id, clock_timestamp(), false
FROM due JOIN resources_demand d ON d.id = due.subject_id JOIN orgs_organization u ON u.id = d.unit_id
"""


def tell_all(link: psycopg.Connection) -> float:
    """Seconds of the one statement."""
    began = time.perf_counter()
    link.execute(_TELL)
    return time.perf_counter() - began
