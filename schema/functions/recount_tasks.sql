-- Recounts all records while everything runs. Its lock waits for transactions that have changed
-- counts and not committed; later ones add to the new counts.
--
-- Returns: nothing.
-- Arguments: none.
-- Usage: task-ledger rebuild, in case an owner has changed records without the triggers.
CREATE OR REPLACE FUNCTION task_ledger.recount_tasks()
RETURNS void
LANGUAGE plpgsql VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s'
AS $$
BEGIN
    LOCK TABLE task_ledger.task_count IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM task_ledger.task_count;
    INSERT INTO task_ledger.task_count
    SELECT r.project_id, r.task_type, r.status, count(*) FROM task_ledger.task_record AS r GROUP BY 1, 2, 3;
END
$$;
