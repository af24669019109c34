-- Takes the task's lock until the end of the transaction and draws the transaction id that must come
-- before a feed number; the first step of every writer of an existing task.
--
-- The lock makes a task's versions become visible in order. The transaction id comes first because
-- followers fence gaps by it: a number taken before it could be forgotten while it can still appear. Any
-- isolation level except READ COMMITTED is refused: an older snapshot gives wrong results.
--
-- Returns: boolean, true; false, and no lock, at another isolation level or without a task id.
-- Arguments: p_task_id.
-- Usage: IF NOT task_ledger.begin_write(p_task_id) THEN PERFORM task_ledger.refuse_isolation(); the
--        task's last event is read by a later statement, which sees what committed while the lock was
--        awaited. Inlined by the planner.
CREATE OR REPLACE FUNCTION task_ledger.begin_write(p_task_id uuid)
RETURNS boolean
LANGUAGE sql VOLATILE
RETURN current_setting('transaction_isolation') = 'read committed'
    AND pg_advisory_xact_lock(task_ledger.lock_key(p_task_id)) IS NOT NULL
    AND pg_current_xact_id() IS NOT NULL;
