"""Demands of the member units over two years, as they lie in a register: most settled, a fifth on their way.

States, dates and deadlines agree as the product would have left them. The counts beside the table are filled too.
"""

from collections.abc import Iterator

from bench.generate.divisions import HOME
from bench.generate.ids import chance, moment

TABLES = ("resources_demand", "resources_demandlayer", "resources_settlement", "resources_demandcount")

FIRST, LAST = "2024-11-21 09:00+08", "2026-11-20 17:30+08"
_TOWNSHIP = f"d{HOME}/t107/"
# Category → what is asked for, and the unit it is counted in.
_WANTED = {
    "water": ("提灌站维修", "山坪塘清淤", "灌溉水管更换", "处"),
    "equipment": ("育苗大棚", "烘干设备", "旋耕机", "台"),
    "land": ("撂荒地复耕", "连片种植用地", "产业用地指标", "亩"),
    "funds": ("产业周转资金", "道路维修补助", "大棚建设补助", "万元"),
    "market": ("大豆销路", "羊肚菌包销", "生猪订单", "吨"),
    "talent": ("种植技术员", "电商带头人", "财务人员", "人"),
    "technology": ("病虫害防治指导", "测土配方", "间作技术培训", "次"),
    "housing": ("冷藏用房", "闲置校舍利用", "晒场", "平方米"),
    "information": ("收购行情", "用工信息", "气象服务", "次"),
    "culture": ("文艺演出", "农家书屋图书", "乡村旅游推介", "场"),
    "ecology": ("垃圾清运", "河道整治", "污水管网", "公里"),
    "organization": ("党员活动场所", "结对共建单位", "流动党员管理", "个"),
}
# Thousandths of each state by the age of the demand; what is new is mostly open, what is old mostly settled.
_FRESH = "draft 100, submitted 600, accepted 200, returned 50, withdrawn 50"
_RECENT = (
    "draft 40, submitted 80, returned 50, accepted 290, waiting 80, verified 250, settling 40, settled 30, tabled 60,"
    " decided 20, closed 40, withdrawn 20"
)
_OLD = (
    "draft 10, submitted 6, returned 10, accepted 8, waiting 15, verified 30, settling 6, settled 20, tabled 15,"
    " decided 15, in_progress 80, fulfilled 40, confirmed 400, closed 295, withdrawn 50"
)
_TAKEN_UP = (
    "('accepted', 'waiting', 'verified', 'settling', 'settled', 'tabled', 'decided', 'in_progress', 'fulfilled',"
    " 'confirmed', 'closed')"
)
_ANSWERED = _TAKEN_UP.replace("'accepted', ", "")


# Which way a demand went: through a meeting, or settled between two units.
TABLED = (
    "(state IN ('tabled', 'decided') OR state = 'in_progress' AND n % 2 = 0 OR state = 'fulfilled' AND n % 5 < 2"
    " OR state = 'confirmed' AND n % 20 = 0)"
)
SETTLED = f"(state IN ('settling', 'settled', 'in_progress', 'fulfilled', 'confirmed') AND NOT {TABLED})"


def statements(wanted: int) -> Iterator[bytes]:
    yield from _calendar()
    yield from _members(wanted)
    yield _plan(wanted)
    yield from _rows()
    yield from _beside()


def _calendar() -> Iterator[bytes]:
    """Each day with the ends of the two terms that start on it, in working days: 3 to accept, 10 to answer (F-11)."""
    yield b"""
        CREATE TEMP TABLE bench_day AS
        WITH days AS (
            SELECT day, works, sum(works::int) OVER (ORDER BY day) AS place
            FROM (SELECT d::date AS day, CASE h.kind WHEN 'rest' THEN false WHEN 'work' THEN true
                                                     ELSE extract(isodow FROM d) < 6 END AS works
                  FROM generate_series('2024-11-01'::date, '2027-03-01'::date, '1 day') d
                  LEFT JOIN kit_holiday h ON h.day = d::date) AS listed)
        SELECT s.day, accept.day AS accept_by_on, answer.day AS answer_by_on
        FROM days s
        JOIN days accept ON accept.works AND accept.place = s.place + 3
        JOIN days answer ON answer.works AND answer.place = s.place + 10"""
    yield b"ANALYZE bench_day"


def _members(wanted: int) -> Iterator[bytes]:
    """The units that may ask, with their share of all demands: one township a tenth of the home district's quarter."""
    yield f"""
        CREATE TEMP TABLE bench_member AS
        SELECT *, row_number() OVER (PARTITION BY body ORDER BY path) AS place,
               count(*) OVER (PARTITION BY body) AS places,
               row_number() OVER (PARTITION BY region ORDER BY md5(path)) AS turn,
               count(*) OVER (PARTITION BY region) AS turns
        FROM (SELECT m.unit_id AS unit, m.joint_org_id AS body, u.parent_id AS home, u.path, u.kind,
                     p.person_id AS author,
                     CASE WHEN u.path LIKE '{_TOWNSHIP}%' THEN 25 WHEN u.path LIKE 'd{HOME}/%' THEN 225 ELSE 750
                     END AS region
              FROM orgs_membership m
              JOIN orgs_organization u ON u.id = m.unit_id
              JOIN orgs_posting p ON p.organization_id = u.id AND p.role = 'unit_secretary') AS member""".encode()
    yield f"""
        CREATE TEMP TABLE bench_share AS
        SELECT unit, body, home, path, kind, author, quota / turns + (turn <= quota % turns)::int AS times
        FROM (SELECT *, round({wanted} * region::numeric / (SELECT sum(DISTINCT region) FROM bench_member))::int
                     AS quota
              FROM bench_member) AS member""".encode()


def _by_chance(states: str) -> str:
    cases, total = [], 0
    for state, share in (each.split() for each in states.split(",")):
        total += int(share)
        cases.append(f"WHEN draw < {total} THEN '{state}'")
    if total != 1000:
        raise ValueError("the shares are thousandths")
    return f"CASE {' '.join(cases)} END"


def _plan(wanted: int) -> bytes:
    """One row a demand: who asks, when, and how far it has come."""
    step = f"('{LAST}'::timestamptz - '{FIRST}'::timestamptz) / {max(wanted, 1)}"
    return f"""
        CREATE TEMP TABLE bench_demand AS
        SELECT *, CASE WHEN created_at > '{LAST}'::timestamptz - interval '4 days' THEN {_by_chance(_FRESH)}
                       WHEN created_at > '{LAST}'::timestamptz - interval '40 days' THEN {_by_chance(_RECENT)}
                       ELSE {_by_chance(_OLD)} END AS state
        FROM (SELECT *, {chance("state")} AS draw, {chance("category")} % {len(_WANTED)} AS category,
                     '{FIRST}'::timestamptz + {step} * (n - 1) AS created_at
              FROM (SELECT row_number() OVER (ORDER BY md5(path || k)) AS n, unit, body, home, path, kind, author
                    FROM bench_share, generate_series(1, times) k) AS asked) AS drawn""".encode()


def _until(instant: str) -> str:
    return f"least('{LAST}'::timestamptz, {instant})"


def _rows() -> Iterator[bytes]:
    categories = "array[" + ", ".join(f"'{name}'" for name in _WANTED) + "]"
    titles = "array[" + ", ".join("'" + "', '".join(words[:3]) + "'" for words in _WANTED.values()) + "]"
    counted = "array[" + ", ".join(f"'{words[3]}'" for words in _WANTED.values()) + "]"
    yield f"""
        CREATE TEMP TABLE bench_dated AS
        SELECT d.*, {moment("created_at", 5)} AS id, a.accept_by_on, b.answer_by_on,
               CASE WHEN state IN {_ANSWERED} AND (state <> 'waiting' OR n % 2 = 0) THEN
                    {_until(f"accepted_at + interval '1 day' * (2 + {chance('answered')} % 8)")} END AS answered_at
        FROM (SELECT *, CASE WHEN state IN {_TAKEN_UP} THEN
                             {_until(f"submitted_at + interval '1 day' * (1 + {chance('accepted')} % 3)")}
                        END AS accepted_at
              FROM (SELECT *, CASE WHEN state <> 'draft' AND (state <> 'withdrawn' OR n % 2 = 0) THEN
                                   {_until("created_at + interval '2 hours'")} END AS submitted_at
                    FROM bench_demand) AS handed_in) AS d
        LEFT JOIN bench_day a ON a.day = submitted_at::date
        LEFT JOIN bench_day b ON b.day = accepted_at::date""".encode()
    # Red for about five working days: it went up by itself.
    up_on = "(CASE state WHEN 'submitted' THEN accept_by_on WHEN 'accepted' THEN answer_by_on END + 8)"
    yield f"""
        INSERT INTO resources_demand (id, kind, unit_id, home_id, body_id, author_id, is_filled_in, category, title,
                                      text, quantity, quantity_unit, needed_by_on, state, reason, objection,
                                      objected_at, created_at, submitted_at, accept_by_on, accepted_at,
                                      answer_by_on, answered_at, escalated_at)
        SELECT id, CASE WHEN kind = 'village_branch' AND n % 6 = 0 THEN 'villager_request' ELSE 'unit' END,
               unit, home, body, author, false, ({categories})[category + 1], title,
               '我们需要' || title || '，请帮助解决。',
               CASE WHEN counted THEN 1 + {chance("quantity")} % 60 END,
               CASE WHEN counted THEN ({counted})[category + 1] ELSE '' END,
               CASE WHEN n % 3 = 0 THEN created_at::date + 30 + {chance("needed")} % 90 END, state,
               CASE state WHEN 'returned' THEN '请写明位置和面积。' WHEN 'waiting' THEN '等县水利局答复。'
                          WHEN 'closed' THEN '已由村里自行解决。' WHEN 'withdrawn' THEN '情况有变。'
                          WHEN 'verified' THEN '建议由两家商定。' ELSE '' END,
               '', NULL, created_at, submitted_at, accept_by_on, accepted_at, answer_by_on, answered_at,
               CASE WHEN {up_on} < '{LAST}'::date THEN {up_on}::timestamptz END
        FROM (SELECT *, ({titles})[category * 3 + 1 + {chance("title")} % 3] AS title,
                     {chance("counted")} < 700 AS counted FROM bench_dated) AS demand
        ORDER BY n""".encode()


def _beside() -> Iterator[bytes]:
    """A check by the township on one in thirty, a settlement where two units settled it, and the counts."""
    yield f"""
        INSERT INTO resources_demandlayer (id, demand_id, level, author_id, category, text, quantity, quantity_unit,
                                           added_at)
        SELECT {moment("accepted_at", 6)}, id, 'check', officer, category, '经核实，情况属实。',
               quantity + (n % 5 = 0)::int, quantity_unit, accepted_at
        FROM (SELECT b.n, d.*, p.person_id AS officer
              FROM bench_dated b
              JOIN resources_demand d ON d.id = b.id
              JOIN orgs_organization u ON u.id = b.unit
              JOIN orgs_posting p ON p.organization_id = u.parent_id AND p.role = 'township_officer'
              WHERE b.accepted_at IS NOT NULL AND b.n % 30 = 0) AS checked""".encode()
    yield f"""
        INSERT INTO resources_settlement (id, demand_id, partner_id, terms, offered_by_id, offered_at, agreed_by_id,
                                          agreed_at)
        SELECT {moment("answered_at", 7)}, id, partner, '由双方各出一半，月底前办好。', author, answered_at,
               CASE WHEN state <> 'settling' THEN partner_author END,
               CASE WHEN state <> 'settling' THEN {_until("answered_at + interval '1 day'")} END
        FROM (SELECT d.*, p.unit AS partner, p.author AS partner_author
              FROM bench_dated d
              JOIN bench_member m ON m.unit = d.unit AND m.body = d.body
              JOIN bench_member p ON p.body = m.body AND p.place = m.place % m.places + 1
              WHERE {SETTLED}) AS settled""".encode()
    yield b"""
        INSERT INTO resources_demandcount (home_id, body_id, state, quarter, due_on, number)
        SELECT coalesce(u.parent_id, u.id), d.body_id, d.state,
               to_char(d.submitted_at, 'YYYY"Q"Q'),
               CASE d.state WHEN 'submitted' THEN d.accept_by_on WHEN 'accepted' THEN d.answer_by_on END, count(*)
        FROM resources_demand d JOIN orgs_organization u ON u.id = d.unit_id
        WHERE d.state <> 'draft' AND d.submitted_at IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5"""
