-- Says which task was started outside the schedule, or why none could be.
-- Returns: nothing.
-- Arguments: name; task_id, or null; failure, the type of the error, or null.
-- Usage: task_ledger.celery.beat.
UPDATE task_ledger.beat_entry
SET last_task_id = coalesce(%(task_id)s, last_task_id), failure = %(failure)s
WHERE name = %(name)s
