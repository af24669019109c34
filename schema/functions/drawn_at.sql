-- When a UUIDv7 was generated: its first 48 bits are milliseconds since 1970 (RFC 9562, section
-- 5.7). (uuid_extract_timestamp reads UUIDv7 only from PostgreSQL 18 on.)
--
-- Returns: timestamptz; meaningless for other ids.
-- Arguments: p_task_id, a UUIDv7.
-- Usage: task_ledger.bucket_of, task_ledger.registrable, task_ledger.check_task; inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.drawn_at(p_task_id uuid)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_timestamp(('x' || encode(substr(uuid_send(p_task_id), 1, 6), 'hex'))::bit(48)::bigint / 1000::float8);

-- The built-in function is faster, where the server has it.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 180000 THEN
        CREATE OR REPLACE FUNCTION task_ledger.drawn_at(p_task_id uuid)
        RETURNS timestamptz
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN uuid_extract_timestamp(p_task_id);
    END IF;
END
$$;
