-- The month of a task, if it has left.
-- Returns: month as yyyy-mm, the archive's name; no row otherwise.
-- Arguments: task_id.
-- Usage: task_ledger.eventlog.retired, for a task that is not in the log.
SELECT b.bucket / 100 || '-' || lpad((b.bucket %% 100)::text, 2, '0'), b.archive
FROM task_ledger.bucket AS b
WHERE b.bucket = task_ledger.bucket_of(%(task_id)s::uuid) AND b.closed_at IS NOT NULL
