-- Locks a schedule's entry until the end of the transaction, waiting for another beat that holds
-- it.
-- Returns: (last_run_at).
-- Arguments: name.
-- Usage: task_ledger.celery.beat.
SELECT last_run_at FROM task_ledger.beat_entry WHERE name = %(name)s FOR UPDATE
