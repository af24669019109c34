-- The events of one task to be verified, in whatever partition they lie.
-- Returns: as verify_events.
-- Arguments: task_id.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT {event:e}, to_json(r), e.bucket, e.bucket = task_ledger.bucket_of(e.task_id)
FROM task_ledger.task_event AS e
LEFT JOIN task_ledger.task_record AS r ON e.version = 1 AND r.task_id = e.task_id
WHERE e.task_id = %(task_id)s
ORDER BY e.bucket, e.version
