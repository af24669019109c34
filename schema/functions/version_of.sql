-- The version of a UUID of the RFC 9562 variant: the high four bits of its seventh byte.
-- (uuid_extract_version needs PostgreSQL 17.)
--
-- Returns: integer; null for another variant.
-- Arguments: p_task_id.
-- Usage: task_ledger.bucket_of, task_ledger.registrable; inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.version_of(p_task_id uuid)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE get_byte(uuid_send(p_task_id), 8) >> 6
    WHEN 2 THEN get_byte(uuid_send(p_task_id), 6) >> 4
END;

-- The built-in function is faster, where the server has it.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 170000 THEN
        CREATE OR REPLACE FUNCTION task_ledger.version_of(p_task_id uuid)
        RETURNS integer
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN uuid_extract_version(p_task_id);
    END IF;
END
$$;
