"""Data sets from one township to the country: divisions, organizations, people, postings, memberships.

Every row follows from the scale and the row's own place, so the same scale gives the same rows and ids everywhere.
Codes repeat the published shape of 巴州区 under derived county codes: valid in form, not meant to be anybody's.
Rows are written by SQL with triggers asleep; checks and unique indexes are built afterwards and hold. So do exclusion
constraints up to a city; beyond, building their GiST takes longer than everything else, and no read uses it.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
BAZHOU = ROOT / "orgs/data/bazhou.csv"
HOME = "511902"
# Villages by scale; the country's number is the published one.
SCALES = {"township": 8, "district": 326, "city": 1_809, "province": 34_412, "country": 620_573}
_PROVINCES = (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
_TABLES = (
    "orgs_division",
    "orgs_organization",
    "orgs_jointorg",
    "orgs_membership",
    "orgs_person",
    "orgs_posting",
)


def divisions(scale: str) -> Iterator[tuple[str, str]]:
    """(code, name) of every division of a scale, parents before children."""
    wanted = SCALES[scale]
    with BAZHOU.open(encoding="utf-8") as stream:
        rows = sorted(((row["code"], row["name"]) for row in csv.DictReader(stream)), key=lambda r: (len(r[0]), r[0]))
    if scale == "township":
        rows = [row for row in rows if row[0] in (HOME, HOME + "107") or row[0].startswith(HOME + "107")]
    for county in _counties():
        villages = [row for row in rows if len(row[0]) == 12][:wanted]
        wanted -= len(villages)
        townships = {code[:9] for code, _ in villages}
        yield county, next(name for code, name in rows if code == HOME)
        yield from ((county + code[6:], name) for code, name in rows if code in townships)
        yield from ((county + code[6:], name) for code, name in villages)
        if not wanted:
            return


def _counties() -> Iterator[str]:
    """巴州区 first, then derived six-digit codes: province, city 01–99, county 02–11."""
    yield HOME
    for index in range(990):
        for province in _PROVINCES:
            code = f"{province}{1 + index // 10:02d}{2 + index % 10:02d}"
            if code != HOME:
                yield code


@dataclass(frozen=True)
class Amounts:
    """Units per township beside its villages; the home district gets about 5,000 organizations at every scale."""

    units: int = 4
    home_units: int = 175


@contextmanager
def _without_indexes(link: psycopg.Connection, *, exclusions: bool) -> Iterator[None]:
    """Drop what a bulk write would have to keep up row by row, and build it again afterwards (exclusions if wanted)."""
    constraints = link.execute(
        "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = ANY(%s::regclass[]) AND contype = 'x'",
        [list(_TABLES)],
    ).fetchall()
    indexes = link.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [list(_TABLES)],
    ).fetchall()
    for table, name, _ in constraints:
        link.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name)))
    for name, _ in indexes:
        link.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in indexes:
        link.execute(definition.encode())
    for table, name, definition in constraints if exclusions else ():
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(sql.Identifier(table), sql.Identifier(name))
        link.execute(add + sql.SQL(definition))


def fill(link: psycopg.Connection, scale: str, amounts: Amounts | None = None) -> dict[str, int]:
    """Fill an empty, migrated database over a superuser's connection (autocommit). Returns table → rows."""
    amounts = amounts or Amounts()
    link.execute("SET session_replication_role = replica")
    link.execute("SET maintenance_work_mem = '512MB'")
    link.execute("SET work_mem = '128MB'")
    with _without_indexes(link, exclusions=SCALES[scale] <= SCALES["city"]):
        with link.cursor().copy("COPY orgs_division (code, name, level, parent_id) FROM STDIN") as copy:
            for code, name in divisions(scale):
                copy.write_row((code, name, len(code), code[:-3] if len(code) > 6 else None))
        link.execute("ANALYZE orgs_division")
        for statement in _statements(amounts):
            link.execute(statement)
    for table in _TABLES:
        link.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
    link.execute("DROP TABLE bench_organization, bench_posting")
    link.execute("RESET session_replication_role")
    counts = {}
    for table in _TABLES:
        (counts[table],) = link.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return counts


def _id(table: int) -> str:
    """A UUIDv7 in the order of ``n``: milliseconds of 2026 with the table in the random part, the rest from n."""
    time_part, rest = "lpad(to_hex(1767225600000 + n), 12, '0')", f"substr(md5(n::text || '{table}'), 1, 15)"
    return f"({time_part} || '7{table:03x}8' || {rest})::uuid"


def _statements(amounts: Amounts) -> Iterator[bytes]:
    home = f"'{HOME}%'"
    yield f"""
        CREATE TEMP TABLE bench_organization AS
        SELECT row_number() OVER (ORDER BY md5(path)) AS n, *
        FROM (
            SELECT 'district_committee' AS kind, name || '委' AS name, code AS division, NULL AS parent,
                   'd' || code || '/' AS path
            FROM orgs_division WHERE level = 6
            UNION ALL
            SELECT 'area_committee', '第' || k || '片区联合党委', NULL, 'd' || code || '/',
                   'd' || code || '/a' || k || '/'
            FROM (SELECT d.code, 1 + count(t.code) / 4 AS areas
                  FROM orgs_division d JOIN orgs_division t ON t.parent_id = d.code
                  WHERE d.level = 6 GROUP BY d.code) AS district, generate_series(1, areas) k
            UNION ALL
            SELECT 'township_committee', name || '党委', code, 'd' || left(code, 6) || '/',
                   'd' || left(code, 6) || '/t' || right(code, 3) || '/'
            FROM orgs_division WHERE level = 9
            UNION ALL
            SELECT 'discipline_commission', name || '纪委', NULL, 'd' || left(code, 6) || '/t' || right(code, 3) || '/',
                   'd' || left(code, 6) || '/t' || right(code, 3) || '/c1/'
            FROM orgs_division WHERE level = 9
            UNION ALL
            SELECT 'joint_org', name || '第' || k || '联村党委', NULL,
                   'd' || left(code, 6) || '/t' || right(code, 3) || '/',
                   'd' || left(code, 6) || '/t' || right(code, 3) || '/j' || k || '/'
            FROM orgs_division, generate_series(1, 2) k WHERE level = 9
            UNION ALL
            SELECT (array['enterprise', 'cooperative', 'collective_economy', 'institution'])[1 + k % 4],
                   '某农业单位' || k, NULL, 'd' || left(code, 6) || '/t' || right(code, 3) || '/',
                   'd' || left(code, 6) || '/t' || right(code, 3) || '/u' || k || '/'
            FROM orgs_division,
                 generate_series(1, CASE WHEN code LIKE {home} THEN {amounts.home_units} ELSE {amounts.units} END) k
            WHERE level = 9
            UNION ALL
            SELECT 'village_branch', replace(name, '村民委员会', '村') || '党支部', code,
                   'd' || left(code, 6) || '/t' || substr(code, 7, 3) || '/',
                   'd' || left(code, 6) || '/t' || substr(code, 7, 3) || '/v' || right(code, 3) || '/'
            FROM orgs_division WHERE level = 12
        ) AS plan""".encode()
    yield f"""
        INSERT INTO orgs_organization (id, kind, name, initials, parent_id, path, division_id, credit_code,
                                       contact_phone, state, created_at)
        SELECT o.id, o.kind, o.name, '', p.id, o.path, o.division, '', '', 'active', o.created_at
        FROM (SELECT *, {_id(1)} AS id, '2026-01-01+08'::timestamptz + n * interval '20 s' AS created_at
              FROM bench_organization) AS o
        LEFT JOIN (SELECT path, {_id(1)} AS id FROM bench_organization) AS p ON p.path = o.parent
        ORDER BY o.n""".encode()
    yield b"ANALYZE orgs_organization"
    yield b"""
        INSERT INTO orgs_jointorg (organization_id, type, subtype, content_areas, superior_id, approval_number,
                                   approved_on, funds_source, founded_on, state)
        SELECT o.id, 'village_alliance', 'mutual_aid', '{industry,organization}', a.id, '2026-' || right(o.path, 3),
               '2026-01-05', '', '2026-01-05', 'active'
        FROM orgs_organization o
        JOIN (SELECT id, parent_id, row_number() OVER (PARTITION BY parent_id ORDER BY path) AS place
              FROM orgs_organization WHERE kind = 'township_committee') AS t ON t.id = o.parent_id
        JOIN orgs_organization a
          ON a.path = split_part(o.path, '/', 1) || '/a' || (t.place + 3) / 4 || '/'
        WHERE o.kind = 'joint_org'"""
    # The first four villages and first unit of a township join its first joint organization, the next ones its second.
    yield f"""
        INSERT INTO orgs_membership (id, joint_org_id, unit_id, is_hub, from_on, to_on)
        SELECT {_id(2)}, joint, unit, place % 4 = 1 AND kind = 'village_branch', '2026-01-05', NULL
        FROM (
            SELECT row_number() OVER (ORDER BY md5(u.path)) AS n, j.id AS joint, u.id AS unit, u.kind, u.place
            FROM (SELECT *, row_number() OVER (PARTITION BY parent_id, kind = 'village_branch' ORDER BY path) AS place
                  FROM orgs_organization
                  WHERE kind IN ('village_branch', 'enterprise', 'cooperative', 'collective_economy', 'institution')) u
            JOIN orgs_organization t ON t.id = u.parent_id
            JOIN orgs_organization j ON j.path = t.path || CASE WHEN place <= 4 THEN 'j1/' ELSE 'j2/' END
            WHERE place <= 8 AND (u.kind = 'village_branch' OR place IN (1, 5))
        ) AS member""".encode()
    yield b"""
        CREATE TEMP TABLE bench_posting AS
        SELECT row_number() OVER (ORDER BY md5(path || role)) AS n, *
        FROM (
            SELECT o.id AS organization, o.kind, o.path, r.role
            FROM orgs_organization o
            CROSS JOIN LATERAL unnest(CASE o.kind
                WHEN 'district_committee' THEN array['organization_officer', 'district_viewer', 'system_admin',
                                                     'security_admin', 'audit_admin']
                WHEN 'area_committee' THEN array['area_secretary', 'area_officer']
                WHEN 'township_committee' THEN array['township_secretary', 'township_officer']
                WHEN 'discipline_commission' THEN array['discipline_officer']
                WHEN 'joint_org' THEN array['joint_secretary']
                ELSE array['unit_secretary'] END) AS r (role)
        ) AS plan"""
    yield f"""
        INSERT INTO orgs_person (password, id, name, initials, sex, organization_id, party_post, identity_type,
                                 work_phone, username, is_active, must_change_password, created_at)
        SELECT '!', {_id(3)},
               substr('赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜', 1 + (n % 32)::int, 1)
               || substr('建国明顺守田立兴农长河启正春生志远家和', 1 + (n / 32 % 18)::int, 2),
               '', '', organization, '', 'village_cadre', '139' || lpad((n % 10000)::text, 4, '0') || '0000', NULL,
               true, false, '2026-01-01+08'::timestamptz + n * interval '20 s'
        FROM bench_posting ORDER BY n""".encode()
    # One posting in twelve has ended.
    yield f"""
        INSERT INTO orgs_posting (id, person_id, organization_id, role, field, from_on, to_on, recruitment_channel,
                                  document)
        SELECT {_id(4)}, {_id(3)}, organization, role,
               CASE WHEN role = 'township_officer' THEN 'organization' ELSE '' END,
               '2024-01-01'::date + (n % 700)::int, CASE WHEN n % 12 = 0 THEN '2026-06-30'::date END, '', ''
        FROM bench_posting ORDER BY n""".encode()
