-- One event per changed row, set by set: the three functions differ only in where the changed rows come from.
-- Arguments of each trigger: key column, personal columns, secret columns, ignored columns (space separated), loads.
-- SECURITY DEFINER, so that the web role needs no right to write events; the search_path is fixed, so that nobody can
-- put a table or operator of their own in front (pg_temp comes last).

-- UUIDv7: the millisecond in front, so that newer events sort last in every index.
CREATE OR REPLACE FUNCTION liancun_new_id() RETURNS uuid
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
        substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid
$$;

DO $do$
DECLARE
    body text := $body$
DECLARE
    key_column text := TG_ARGV[0];
    personal text[] := string_to_array(TG_ARGV[1], ' ');
    secret text[] := string_to_array(TG_ARGV[2], ' ');
    ignored text[] := string_to_array(TG_ARGV[3], ' ');
    load text := CASE TG_ARGV[4] WHEN 'loads' THEN nullif(current_setting('liancun.load', true), '') END;
    who text := left(coalesce(nullif(current_setting('liancun.actor', true), ''), 'db:' || session_user), 100);
    request text := left(coalesce(current_setting('liancun.request', true), ''), 64);
BEGIN
    IF load IS NOT NULL THEN
        INSERT INTO kit_auditevent
            (id, recorded_at, tx, actor, session_role, request_id, table_name, row_id, op, before, after)
        SELECT liancun_new_id(), clock_timestamp(), pg_current_xact_id()::text::bigint, who, session_user, request,
               TG_TABLE_NAME, '', 'load', NULL,
               jsonb_build_object('source', load, 'operation', lower(TG_OP), 'rows', count(*))
        FROM {rows} HAVING count(*) > 0;
        RETURN NULL;
    END IF;
    WITH changed AS MATERIALIZED (
        SELECT liancun_new_id() AS id, c.row_id, c.op, c.before, c.after FROM ({changed}) c
    ), bits AS MATERIALIZED (
        SELECT c.id, c.row_id, s.side, e.key, e.value, gen_random_uuid()::text || gen_random_uuid()::text AS salt
        FROM changed c
        CROSS JOIN LATERAL (VALUES ('before', c.before), ('after', c.after)) AS s (side, columns)
        CROSS JOIN LATERAL jsonb_each(s.columns) AS e
        WHERE cardinality(personal) > 0 AND e.key = ANY (personal) AND e.value NOT IN ('null', '""')
    ), kept AS (
        INSERT INTO kit_personalvalue (event, side, "column", table_name, row_id, salt, value)
        SELECT id, side, key, TG_TABLE_NAME, row_id, salt, value FROM bits
    ), digests AS (
        SELECT id, side, jsonb_object_agg(key, jsonb_build_object('salted_sha256',
            encode(sha256(convert_to(salt || ':' || key || ':' || value::text, 'UTF8')), 'hex'))) AS columns
        FROM bits GROUP BY id, side
    ), secrets AS (
        SELECT jsonb_object_agg(name, '***') AS columns FROM unnest(secret) AS name
    )
    INSERT INTO kit_auditevent
        (id, recorded_at, tx, actor, session_role, request_id, table_name, row_id, op, before, after)
    SELECT c.id, clock_timestamp(), pg_current_xact_id()::text::bigint, who, session_user, request,
           TG_TABLE_NAME, c.row_id, c.op,
           CASE WHEN cardinality(secret) + cardinality(personal) = 0 THEN c.before ELSE
               c.before || coalesce((SELECT jsonb_object_agg(s.key, s.value) FROM secrets, jsonb_each(secrets.columns) s
                                     WHERE c.before ? s.key), '{}')
                        || coalesce((SELECT d.columns FROM digests d WHERE d.id = c.id AND d.side = 'before'), '{}')
           END,
           CASE WHEN cardinality(secret) + cardinality(personal) = 0 THEN c.after ELSE
               c.after || coalesce((SELECT jsonb_object_agg(s.key, s.value) FROM secrets, jsonb_each(secrets.columns) s
                                    WHERE c.after ? s.key), '{}')
                       || coalesce((SELECT d.columns FROM digests d WHERE d.id = c.id AND d.side = 'after'), '{}')
           END
    FROM changed c;
    RETURN NULL;
END
$body$;
    inserted text := $s$
        SELECT to_jsonb(n) ->> key_column AS row_id, 'insert' AS op, NULL::jsonb AS before, to_jsonb(n) - ignored AS after
        FROM new_rows n $s$;
    deleted text := $s$
        SELECT to_jsonb(o) ->> key_column AS row_id, 'delete' AS op, to_jsonb(o) - ignored AS before, NULL::jsonb AS after
        FROM old_rows o $s$;
    -- A row whose key changed is paired with nothing: it left under the old key and came under the new one.
    updated text := $s$
        SELECT coalesce(n.row ->> key_column, o.row ->> key_column) AS row_id,
               CASE WHEN o.row IS NULL THEN 'insert' WHEN n.row IS NULL THEN 'delete' ELSE 'update' END AS op,
               CASE WHEN n.row IS NULL THEN o.row ELSE d.before END AS before,
               CASE WHEN o.row IS NULL THEN n.row ELSE d.after END AS after
        FROM (SELECT to_jsonb(t) - ignored AS row, to_jsonb(t) ->> key_column AS key FROM old_rows t) o
        FULL JOIN (SELECT to_jsonb(t) - ignored AS row, to_jsonb(t) ->> key_column AS key FROM new_rows t) n
            ON n.key = o.key
        LEFT JOIN LATERAL (
            SELECT jsonb_object_agg(e.key, e.value) AS before, jsonb_object_agg(e.key, n.row -> e.key) AS after
            FROM jsonb_each(o.row) e WHERE e.value IS DISTINCT FROM n.row -> e.key
        ) d ON true
        WHERE o.row IS NULL OR n.row IS NULL OR d.before IS NOT NULL $s$;
    head text := $h$CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $function${body}$function$$h$;
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
