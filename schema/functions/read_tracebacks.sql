-- The tracebacks of a task, for a reader whose access was recorded in an earlier, committed transaction,
-- so that nobody can read and then roll the record back.
--
-- Returns: version and text, in order; raises TL004 without such a record.
-- Arguments: p_access, the number of an access log row with action `traceback` and this task, written by
--            this login within the last minute; p_task_id; p_up_to, the last version to return.
-- Usage: task-ledger show --traceback, after task_ledger.record_access. No role but the owner may read
--        the table itself.
CREATE OR REPLACE FUNCTION task_ledger.read_tracebacks(p_access bigint, p_task_id uuid, p_up_to integer)
RETURNS TABLE (version integer, text text)
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Whoever inserts into the access log holds this lock until the end of the transaction.
    IF EXISTS (
        SELECT FROM pg_locks AS l
        WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.mode = 'ShareRowExclusiveLock'
            AND l.relation = 'task_ledger.access_log'::regclass)
        OR NOT EXISTS (
            SELECT FROM task_ledger.access_log AS a
            WHERE a.seq = p_access AND a.action = 'traceback' AND a.task_id = p_task_id
                AND a.detail = 'login ' || session_user AND a.at > clock_timestamp() - interval '1 min') THEN
        RAISE EXCEPTION 'reading the tracebacks of task % is not recorded', p_task_id
            USING ERRCODE = 'TL004',
                  HINT = 'Call task_ledger.record_access, commit, and pass the number that it returns.';
    END IF;
    RETURN QUERY
        SELECT t.version, t.text FROM task_ledger.traceback AS t
        WHERE t.task_id = p_task_id AND t.version <= p_up_to
        ORDER BY t.version;
END
$$;
