-- Marks a schedule's entry as started.
-- Returns: nothing.
-- Arguments: name; now; task_id, of the registered task, or null.
-- Usage: task_ledger.celery.beat.
UPDATE task_ledger.beat_entry
SET last_run_at = %(now)s, runs = runs + 1, last_task_id = %(task_id)s, failure = NULL
WHERE name = %(name)s
