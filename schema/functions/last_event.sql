-- A task's last event, which determines which events are legal.
--
-- Returns: one task_ledger.task_event, or no row.
-- Arguments: p_task_id.
-- Usage: after task_ledger.begin_write, in a statement of its own, so that it sees what committed
--        while the lock was awaited.
CREATE OR REPLACE FUNCTION task_ledger.last_event(p_task_id uuid)
RETURNS SETOF task_ledger.task_event
LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
    SELECT * FROM task_ledger.task_event
    WHERE bucket = task_ledger.bucket_of(p_task_id) AND task_id = p_task_id
    ORDER BY version DESC LIMIT 1;
END;
