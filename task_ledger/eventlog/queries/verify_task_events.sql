-- The events of one task to be verified, in whatever partition they lie.
-- Returns: as verify_events.
-- Arguments: task_id.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT {event:e}, e.bucket, e.bucket = task_ledger.bucket_of(e.task_id)
FROM task_ledger.task_event AS e
WHERE e.task_id = %(task_id)s
ORDER BY e.bucket, e.version
