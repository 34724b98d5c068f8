"""Organizations, people, postings and memberships upon the divisions, all as SQL."""

from collections.abc import Iterator

from bench.generate.divisions import HOME
from bench.generate.ids import numbered

TABLES = (
    "orgs_division",
    "orgs_organization",
    "orgs_jointorg",
    "orgs_membership",
    "orgs_person",
    "orgs_posting",
)


def statements(*, units: int, home_units: int) -> Iterator[bytes]:
    """Organizations, joint organizations, memberships, people and postings; ``units`` per township, more at home."""
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
                 generate_series(1, CASE WHEN code LIKE {home} THEN {home_units} ELSE {units} END) k
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
        FROM (SELECT *, {numbered(1)} AS id, '2026-01-01+08'::timestamptz + n * interval '20 s' AS created_at
              FROM bench_organization) AS o
        LEFT JOIN (SELECT path, {numbered(1)} AS id FROM bench_organization) AS p ON p.path = o.parent
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
        SELECT {numbered(2)}, joint, unit, place % 4 = 1 AND kind = 'village_branch', '2026-01-05', NULL
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
        SELECT '!', {numbered(3)},
               substr('赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜', 1 + (n % 32)::int, 1)
               || substr('建国明顺守田立兴农长河启正春生志远家和', 1 + (n / 32 % 18)::int, 2),
               '', '', organization, '', 'village_cadre', '139' || lpad((n % 10000)::text, 4, '0') || '0000', NULL,
               true, false, '2026-01-01+08'::timestamptz + n * interval '20 s'
        FROM bench_posting ORDER BY n""".encode()
    # One posting in twelve has ended, but none of the offices from which the benchmark looks (``bench.callers``).
    yield f"""
        INSERT INTO orgs_posting (id, person_id, organization_id, role, field, from_on, to_on, recruitment_channel,
                                  document)
        SELECT {numbered(4)}, {numbered(3)}, organization, role,
               CASE WHEN role = 'township_officer' THEN 'organization' ELSE '' END,
               '2024-01-01'::date + (n % 700)::int,
               CASE WHEN n % 12 = 0 AND path NOT IN ('d{HOME}/', 'd{HOME}/a1/', 'd{HOME}/t107/', 'd{HOME}/t107/v205/')
                    THEN '2026-06-30'::date END, '', ''
        FROM bench_posting ORDER BY n""".encode()
