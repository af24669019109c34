-- Counts another dispatch of an attempt that the transaction took.
-- Returns: nothing.
-- Arguments: task_id.
-- Usage: task_ledger.projector.redispatch.
UPDATE task_ledger.redispatch
SET dispatches = dispatches + 1, dispatched_at = clock_timestamp()
WHERE task_id = %(task_id)s
