-- Like task_ledger.begin_write, but does not wait for the lock, for callers with a fallback.
--
-- Returns: boolean, true as task_ledger.begin_write; false also while another transaction holds the lock.
-- Arguments: p_task_id.
-- Usage: task_ledger.append; inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.try_begin_write(p_task_id uuid)
RETURNS boolean
LANGUAGE sql VOLATILE
RETURN current_setting('transaction_isolation') = 'read committed'
    AND pg_try_advisory_xact_lock(task_ledger.lock_key(p_task_id))
    AND pg_current_xact_id() IS NOT NULL;
