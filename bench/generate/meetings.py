"""What became of the demands that went before a joint conference: motions, meetings, votes, resolutions, tasks."""

from collections.abc import Iterator

from bench.generate.demands import LAST, TABLED
from bench.generate.divisions import HOME
from bench.generate.ids import chance, moment, numbered

TABLES = (
    *("deliberation_motion", "deliberation_meeting", "deliberation_agendaitem", "deliberation_attendance"),
    *("deliberation_presence", "deliberation_poll", "deliberation_resolution", "deliberation_publicnotice"),
    "deliberation_resolutiontask",
)
# Motions of one sitting; a body with more meets again the same day.
_SITTING = 12


def statements() -> Iterator[bytes]:
    yield from _motions()
    yield from _meetings()
    yield from _outcomes()


def _motions() -> Iterator[bytes]:
    """One for each demand that was tabled; those of a quarter are voted on in the quarter's conference."""
    yield f"""
        CREATE TEMP TABLE bench_motion AS
        SELECT *, row_number() OVER (PARTITION BY body, sits_on ORDER BY n) - 1 AS place
        FROM (SELECT *, CASE WHEN motion_state = 'adopted' THEN
                             least('2026-11-18', (date_trunc('quarter', submitted_at + interval '20 days')
                                                  + interval '3 months - 10 days')::date)
                             WHEN motion_state = 'scheduled' THEN '2026-12-08' END AS sits_on
              FROM (SELECT n, id AS demand, unit, body, path, author, demand_state, {moment("submitted_at", 8)} AS id,
                           submitted_at,
                           CASE WHEN demand_state <> 'tabled' THEN 'adopted'
                                ELSE (array['submitted', 'accepted', 'scheduled'])[1 + n % 3] END AS motion_state
                    FROM (SELECT n, id, unit, body, path, author, state AS demand_state,
                                 CASE WHEN state = 'tabled' THEN least('{LAST}'::timestamptz, answered_at)
                                      ELSE least('2026-11-10'::timestamptz, answered_at) END
                                 + interval '1 ms' * (n % 1000) AS submitted_at
                          FROM bench_dated WHERE {TABLED}) AS tabled) AS dated) AS sitting""".encode()
    yield """
        INSERT INTO deliberation_motion (id, body_id, unit_id, proposer_id, filled_in_by_id, title, text,
                                         classification, consultation_note, about, state, reason, merged_into_id,
                                         created_at, submitted_at, decided_at)
        SELECT m.id, m.body, m.unit, m.author, NULL, '关于' || d.title || '的议题', d.text,
               CASE n % 10 WHEN 0 THEN 'major_project' WHEN 1 THEN 'simple' ELSE 'routine' END, '',
               'resources.demand:' || m.demand, motion_state, '', NULL, m.submitted_at, m.submitted_at,
               CASE WHEN motion_state = 'adopted' THEN sits_on + interval '15 hours' END
        FROM bench_motion m JOIN resources_demand d ON d.id = m.demand
        ORDER BY m.id""".encode()


def _meetings() -> Iterator[bytes]:
    yield f"""
        CREATE TEMP TABLE bench_meeting AS
        SELECT *, {moment("created_at", 9)} AS id
        FROM (SELECT s.*, row_number() OVER (ORDER BY starts_at, o.path) AS n, starts_at - interval '10 days'
                          AS created_at, o.path, p.person_id AS chair, q.person_id AS clerk
              FROM (SELECT body, sits_on, place / {_SITTING} AS turn,
                           sits_on + interval '14 hours' + interval '3 hours' * (place / {_SITTING}) AS starts_at
                    FROM bench_motion WHERE sits_on IS NOT NULL GROUP BY 1, 2, 3, 4) AS s
              JOIN orgs_organization o ON o.id = s.body
              JOIN orgs_posting p ON p.organization_id = o.id AND p.role = 'joint_secretary'
              JOIN orgs_posting q ON q.organization_id = o.parent_id AND q.role = 'township_officer'
             ) AS called""".encode()
    yield f"""
        INSERT INTO deliberation_meeting (id, body_id, form, title, quarter, ad_hoc_reason, starts_at, place_text,
                                          online_number, requirements, chair_id, clerk_id, contact_id, sign_in_code,
                                          state, reason, created_at, convened_at, opened_at, ended_at)
        SELECT id, body, 'joint_conference', to_char(sits_on, 'YYYY"年第"Q"季度联席会议"'),
               to_char(sits_on, 'YYYY"Q"Q'), '', starts_at, '乡镇二楼会议室', '', '', chair, clerk, clerk,
               substr(md5(n::text), 1, 16), CASE WHEN held THEN 'ended' ELSE 'convened' END, '', created_at,
               starts_at - interval '7 days', CASE WHEN held THEN starts_at END,
               CASE WHEN held THEN starts_at + interval '2 hours' END
        FROM (SELECT *, sits_on < '{LAST}'::date AS held FROM bench_meeting) AS m
        ORDER BY id""".encode()
    # Who is invited is written down for the home district only, where the measured pages are.
    yield f"""
        INSERT INTO deliberation_attendance (id, meeting_id, person_id, unit_id, post, capacity, reply, leave_reason,
                                             replied_at, "order")
        SELECT {numbered(10)}, meeting, author, unit, '', 'voting', 'attend', '', starts_at - interval '3 days',
               ''
        FROM (SELECT row_number() OVER (ORDER BY m.n, b.path) AS n, m.id AS meeting, m.starts_at, b.author, b.unit
              FROM bench_meeting m JOIN bench_member b ON b.body = m.body
              WHERE m.path LIKE 'd{HOME}/%') AS invited""".encode()
    yield f"""
        INSERT INTO deliberation_presence (id, attendance_id, arrived_at, left_at, signed_by_id)
        SELECT {numbered(11)}, attendance, starts_at - interval '5 minutes', starts_at + interval '2 hours', person
        FROM (SELECT row_number() OVER (ORDER BY a.id) AS n, a.id AS attendance, m.starts_at, a.person_id AS person
              FROM deliberation_attendance a JOIN deliberation_meeting m ON m.id = a.meeting_id
              WHERE m.state = 'ended') AS came""".encode()
    yield f"""
        CREATE TEMP TABLE bench_item AS
        SELECT b.n, b.id AS motion, b.unit, b.body, b.author, b.demand, b.demand_state, b.motion_state, m.id AS meeting,
               m.chair, m.clerk, m.starts_at + interval '10 minutes' * (place % {_SITTING}) AS opened_at,
               place % {_SITTING} + 1 AS position, {chance("no", "b.n")} < 300 AS divided
        FROM bench_motion b
        JOIN bench_meeting m ON m.body = b.body AND m.sits_on = b.sits_on AND m.turn = b.place / {_SITTING}""".encode()
    yield f"""
        INSERT INTO deliberation_agendaitem (id, meeting_id, motion_id, kind, title, position, reporting_unit_id,
                                             reporter, minutes_allotted, is_late, rule_id, state, outcome, opened_at,
                                             discussed_at)
        SELECT {moment("i.opened_at", 12, "i.n")}, i.meeting, i.motion, 'vote', m.title,
               i.position, i.unit, '', 10, false, r.id,
               CASE WHEN motion_state = 'adopted' THEN 'done' ELSE 'pending' END,
               CASE WHEN motion_state = 'adopted' THEN '表决通过' ELSE '' END,
               CASE WHEN motion_state = 'adopted' THEN i.opened_at END,
               CASE WHEN motion_state = 'adopted' THEN i.opened_at + interval '6 minutes' END
        FROM bench_item i
        JOIN deliberation_motion m ON m.id = i.motion
        JOIN deliberation_votingrule r ON r.code = 'JOINT' AND r.version = 1""".encode()


def _outcomes() -> Iterator[bytes]:
    """Votes, resolutions, notices and tasks of the adopted motions, as far as the demand has come."""
    yield f"""
        INSERT INTO deliberation_poll (id, item_id, rule_id, method, channel, teller_a_id, teller_b_id, should_attend,
                                       present, roll_hash, state, reason, public_key, opened_at, closed_at, yes, no,
                                       abstain, votes_needed, is_adopted, sentence)
        SELECT {moment("p.opened_at", 13, "p.n")}, a.id, a.rule_id, 'show_of_hands', 'paper', chair,
               clerk, 5, 5, md5(a.id::text) || md5(p.motion::text), 'closed', '', '',
               p.opened_at + interval '6 minutes', p.opened_at + interval '8 minutes',
               5 - divided::int, divided::int, 0, 3, true,
               '按《联席会议规则》第1版：应到5人，实到5人；赞成' || 5 - divided::int || '票、反对' || divided::int
               || '票、弃权0票、未投0票。赞成须超过到会人数5的半数，即3票；表决通过。'
        FROM bench_item p JOIN deliberation_agendaitem a ON a.motion_id = p.motion
        WHERE motion_state = 'adopted'""".encode()
    yield f"""
        INSERT INTO deliberation_resolution (id, body_id, motion_id, poll_id, year, serial, number, title, text, scope,
                                             state, reason, formed_at, effective_at)
        SELECT {moment("formed_at", 14)}, body, motion, poll, year, serial, '联村〔' || year || '〕' || serial || '号',
               title, text, 'members',
               CASE WHEN demand_state = 'decided' THEN CASE WHEN n % 2 = 0 THEN 'formed' ELSE 'in_notice' END
                    WHEN demand_state = 'confirmed' THEN 'completed' ELSE 'effective' END, '', formed_at,
               CASE WHEN demand_state <> 'decided' THEN formed_at + interval '8 days' END
        FROM (SELECT i.n, i.body, i.motion, i.demand_state, p.id AS poll, extract(year FROM p.closed_at)::int AS year,
                     row_number() OVER (PARTITION BY i.body, extract(year FROM p.closed_at) ORDER BY i.n) AS serial,
                     replace(m.title, '的议题', '的决议') AS title, '会议同意' || m.text AS text,
                     p.closed_at + interval '1 hour' AS formed_at
              FROM bench_item i
              JOIN deliberation_motion m ON m.id = i.motion
              JOIN deliberation_agendaitem a ON a.motion_id = i.motion
              JOIN deliberation_poll p ON p.item_id = a.id) AS formed""".encode()
    yield f"""
        INSERT INTO deliberation_publicnotice (id, resolution_id, title, text, scope, from_on, to_on, publisher_id,
                                               published_at, taken_down_at, reason)
        SELECT {moment("formed_at", 15)}, id, title, text, scope, formed_at::date + 1, formed_at::date + 8, clerk,
               formed_at, NULL, ''
        FROM (SELECT i.n, i.clerk, r.* FROM deliberation_resolution r JOIN bench_item i ON i.motion = r.motion_id
              WHERE r.state <> 'formed') AS published""".encode()
    yield f"""
        INSERT INTO deliberation_resolutiontask (id, resolution_id, title, owner_id, outside_body, due_on, state,
                                                 progress, reason, assigned_at, reported_at, finished_on)
        SELECT {moment("effective_at", 16)}, id, title, unit, '', formed_at::date + 60,
               CASE demand_state WHEN 'in_progress' THEN 'assigned' WHEN 'fulfilled' THEN 'accepted'
                                 ELSE 'confirmed' END,
               CASE WHEN done THEN '已经办好。' ELSE '' END, '', effective_at,
               CASE WHEN done THEN least('{LAST}'::timestamptz, effective_at + interval '30 days') END,
               CASE WHEN done THEN least('{LAST}'::timestamptz, effective_at + interval '32 days')::date END
        FROM (SELECT i.n, i.unit, i.demand_state, i.demand_state <> 'in_progress' AS done, r.*
              FROM deliberation_resolution r JOIN bench_item i ON i.motion = r.motion_id
              WHERE r.effective_at IS NOT NULL) AS effective""".encode()
