-- One event per changed row, set by set: the three functions differ only in where the changed rows come from.
-- Arguments of each trigger: key column, personal columns, secret columns, ignored columns (space separated), loads.
-- SECURITY DEFINER, so that the web role needs no right to write events; the search_path is fixed, so that nobody can
-- put a table or operator of their own in front (pg_temp comes last). Compiling a plan costs more than it ever saves.
DO $do$
DECLARE
    body text := $body$
DECLARE
    key_column text := TG_ARGV[0];
    personal text[] := string_to_array(TG_ARGV[1], ' ');
    secret text[] := string_to_array(TG_ARGV[2], ' ');
    ignored text[] := string_to_array(TG_ARGV[3], ' ');
    load text := CASE TG_ARGV[4] WHEN 'loads' THEN nullif(current_setting('liancun.load', true), '') END;
    masks jsonb := coalesce((SELECT jsonb_object_agg(name, '***') FROM unnest(secret) AS name), '{}');
    who text := left(coalesce(nullif(current_setting('liancun.actor', true), ''), 'db:' || session_user), 100);
    request text := left(coalesce(current_setting('liancun.request', true), ''), 64);
    tx bigint := pg_current_xact_id()::text::bigint;
    stamp timestamptz := clock_timestamp();
    -- UUIDv7: the millisecond and the version in front, chance behind.
    ms text := lpad(to_hex((extract(epoch FROM stamp) * 1000)::bigint), 12, '0');
    head text := substr(ms, 1, 8) || '-' || substr(ms, 9, 4) || '-7';
BEGIN
    IF load IS NOT NULL THEN
        INSERT INTO kit_auditevent
            (id, recorded_at, tx, actor, session_role, request_id, table_name, row_id, op, before, after)
        SELECT (head || substr(gen_random_uuid()::text, 16))::uuid, stamp, tx, who, session_user, request,
               TG_TABLE_NAME, '', 'load', NULL,
               jsonb_build_object('source', load, 'operation', lower(TG_OP), 'rows', count(*))
        FROM {rows} HAVING count(*) > 0;
    ELSIF cardinality(personal) = 0 THEN
        INSERT INTO kit_auditevent
            (id, recorded_at, tx, actor, session_role, request_id, table_name, row_id, op, before, after)
        SELECT (head || substr(gen_random_uuid()::text, 16))::uuid, stamp, tx, who, session_user, request,
               TG_TABLE_NAME, c.row_id, c.op, c.before, c.after
        FROM ({changed}) c;
    ELSE
        WITH changed AS MATERIALIZED (
            SELECT (head || substr(gen_random_uuid()::text, 16))::uuid AS id, c.row_id, c.op, c.before, c.after
            FROM ({changed}) c
        ), bits AS MATERIALIZED (
            SELECT c.id, c.row_id, s.side, e.key, e.value, gen_random_uuid()::text || gen_random_uuid()::text AS salt
            FROM changed c
            CROSS JOIN LATERAL (VALUES ('before', c.before), ('after', c.after)) AS s (side, columns)
            CROSS JOIN LATERAL jsonb_each(s.columns) AS e
            WHERE e.key = ANY (personal) AND e.value NOT IN ('null', '""')
        ), kept AS (
            INSERT INTO kit_personalvalue (event, side, "column", table_name, row_id, salt, value)
            SELECT id, side, key, TG_TABLE_NAME, row_id, salt, value FROM bits
        ), digests AS (
            SELECT id, side, jsonb_object_agg(key, jsonb_build_object('salted_sha256',
                encode(sha256(convert_to(salt || ':' || key || ':' || value::text, 'UTF8')), 'hex'))) AS columns
            FROM bits GROUP BY id, side
        )
        INSERT INTO kit_auditevent
            (id, recorded_at, tx, actor, session_role, request_id, table_name, row_id, op, before, after)
        SELECT c.id, stamp, tx, who, session_user, request, TG_TABLE_NAME, c.row_id, c.op,
               c.before || coalesce(b.columns, '{}'), c.after || coalesce(a.columns, '{}')
        FROM changed c
        LEFT JOIN digests b ON b.id = c.id AND b.side = 'before'
        LEFT JOIN digests a ON a.id = c.id AND a.side = 'after';
    END IF;
    RETURN NULL;
END
$body$;
    inserted text := $s$
        SELECT n.columns ->> key_column AS row_id, 'insert' AS op, NULL::jsonb AS before, n.columns || masks AS after
        FROM (SELECT to_jsonb(t) - ignored AS columns FROM new_rows t OFFSET 0) n $s$;
    deleted text := $s$
        SELECT o.columns ->> key_column AS row_id, 'delete' AS op, o.columns || masks AS before, NULL::jsonb AS after
        FROM (SELECT to_jsonb(t) - ignored AS columns FROM old_rows t OFFSET 0) o $s$;
    -- A row whose key changed is paired with nothing: it left under the old key and came under the new one.
    updated text := $s$
        SELECT coalesce(n.key, o.key) AS row_id,
               CASE WHEN o.key IS NULL THEN 'insert' WHEN n.key IS NULL THEN 'delete' ELSE 'update' END AS op,
               CASE WHEN n.key IS NULL THEN o.columns || masks ELSE d.before END AS before,
               CASE WHEN o.key IS NULL THEN n.columns || masks ELSE d.after END AS after
        FROM (SELECT r.columns, r.columns ->> key_column AS key
              FROM (SELECT to_jsonb(t) - ignored AS columns FROM old_rows t OFFSET 0) r OFFSET 0) o
        FULL JOIN (SELECT r.columns, r.columns ->> key_column AS key
                   FROM (SELECT to_jsonb(t) - ignored AS columns FROM new_rows t OFFSET 0) r OFFSET 0) n
            ON n.key = o.key
        LEFT JOIN LATERAL (
            SELECT jsonb_object_agg(e.key, coalesce(masks -> e.key, e.value)) AS before,
                   jsonb_object_agg(e.key, coalesce(masks -> e.key, n.columns -> e.key)) AS after
            FROM jsonb_each(o.columns) e WHERE e.value <> n.columns -> e.key
        ) d ON true
        WHERE o.columns IS DISTINCT FROM n.columns $s$;
    head text := $h$CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET jit = off
        AS $function${body}$function$$h$;
    each record;
BEGIN
    FOR each IN SELECT * FROM (VALUES
        ('liancun_audit_insert', 'new_rows', inserted),
        ('liancun_audit_update', 'new_rows', updated),
        ('liancun_audit_delete', 'old_rows', deleted)
    ) AS v (name, rows, changed) LOOP
        EXECUTE replace(replace(replace(replace(head, '{body}', body), '{name}', each.name),
                                '{rows}', each.rows), '{changed}', each.changed);
    END LOOP;
END $do$;
