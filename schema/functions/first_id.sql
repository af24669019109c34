-- The lowest UUIDv7 of a month, the lower bound of its task ids.
--
-- Returns: uuid; null for bucket 0.
-- Arguments: p_bucket, yyyymm.
-- Usage: task_ledger.forget_retired.
CREATE OR REPLACE FUNCTION task_ledger.first_id(p_bucket integer)
RETURNS uuid
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN p_bucket > 0 THEN rpad(lpad(to_hex(extract(epoch FROM
    make_timestamptz(p_bucket / 100, p_bucket % 100, 1, 0, 0, 0, 'UTC'))::bigint * 1000), 12, '0'), 32, '0')::uuid END;
