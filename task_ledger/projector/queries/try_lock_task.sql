-- Takes a task's lock until the end of the transaction, if nobody holds it.
-- Returns: boolean.
-- Arguments: task_id.
-- Usage: task_ledger.projector.reconciler; what is read of the task must be read by a later statement.
SELECT pg_try_advisory_xact_lock(task_ledger.lock_key(%(task_id)s))
