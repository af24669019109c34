-- The partition of a task: the month of a UUIDv7 as yyyymm, 0 for a UUIDv4.
--
-- Returns: integer; null for any other id, which no task can have.
-- Arguments: p_task_id, the task's id.
-- Usage: every lookup by task: WHERE bucket = task_ledger.bucket_of(id) AND task_id = id. Inlined
--        by the planner, which to_char would prevent, because it is only STABLE.
CREATE OR REPLACE FUNCTION task_ledger.bucket_of(p_task_id uuid)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE task_ledger.version_of(p_task_id)
    WHEN 7 THEN (date_part('year', task_ledger.drawn_at(p_task_id) AT TIME ZONE 'UTC') * 100
                 + date_part('month', task_ledger.drawn_at(p_task_id) AT TIME ZONE 'UTC'))::integer
    WHEN 4 THEN 0
END;
