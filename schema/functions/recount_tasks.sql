-- Recounts all records, without downtime. Its lock waits for open transactions that have changed counts;
-- later ones add to the new counts.
--
-- Returns: nothing.
-- Arguments: none.
-- Usage: task-ledger rebuild, because an owner may have changed records with the triggers disabled.
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
