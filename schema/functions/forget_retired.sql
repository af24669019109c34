-- Deletes a retired month's tracebacks, messages and other rows of its tasks, up to 5,000 per table, and
-- the records last, because their presence shows that the deletion is not finished.
--
-- Returns: integer, number of rows deleted; 0 when nothing is left.
-- Arguments: p_bucket; nothing is deleted unless its closed_at is set.
-- Usage: task-ledger retire, after task_ledger.retire_bucket, each time in a transaction of its own,
--        until it is 0. Triggers update the task counts and groups of failures.
CREATE OR REPLACE FUNCTION task_ledger.forget_retired(p_bucket integer)
RETURNS integer
LANGUAGE plpgsql VOLATILE
SET lock_timeout = '5s'
AS $$
DECLARE
    v_first uuid := task_ledger.first_id(p_bucket);
    v_end   uuid := task_ledger.first_id(p_bucket + CASE p_bucket % 100 WHEN 12 THEN 89 ELSE 1 END);
    v_table text;
    v_rows  integer;
    v_all   integer := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM task_ledger.bucket AS b WHERE b.bucket = p_bucket AND b.closed_at IS NOT NULL) THEN
        RETURN 0;
    END IF;
    FOREACH v_table IN ARRAY ARRAY['outbox', 'message', 'redispatch', 'termination', 'dead_letter', 'traceback', 'task_record'] LOOP
        -- A UUIDv4 can lie in the range; it is of no month.
        EXECUTE format(
            'DELETE FROM task_ledger.%1$I AS t WHERE t.ctid IN ('
            'SELECT d.ctid FROM task_ledger.%1$I AS d WHERE d.task_id >= $1 AND d.task_id < $2'
            ' AND task_ledger.bucket_of(d.task_id) = $3 LIMIT 5000)', v_table)
        USING v_first, v_end, p_bucket;
        GET DIAGNOSTICS v_rows = ROW_COUNT;
        v_all := v_all + v_rows;
        EXIT WHEN v_rows = 5000;
    END LOOP;
    RETURN v_all;
END
$$;
