-- Whether a transaction holds the task's lock, and so may still commit an event recorded before now. If
-- false before the events are read, the state as of an earlier time is final.
--
-- Returns: boolean.
-- Arguments: p_task_id.
-- Usage: in its own statement, before reading a state as of a time.
CREATE OR REPLACE FUNCTION task_ledger.unsettled(p_task_id uuid)
RETURNS boolean
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (classid::bigint << 32 | objid::bigint) = task_ledger.lock_key(p_task_id));
$$;
