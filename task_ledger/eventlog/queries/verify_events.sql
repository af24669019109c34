-- Events to be verified, task by task in the order of their versions. Read through the primary
-- key of each partition, so nothing is sorted.
-- Returns: an event's columns; with the first, the task's record as JSON; then the bucket, and whether it is the one that the task id names.
-- Arguments: none.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT {event:e}, to_json(r), e.bucket, e.bucket = task_ledger.bucket_of(e.task_id)
FROM task_ledger.task_event AS e
LEFT JOIN task_ledger.task_record AS r ON e.version = 1 AND r.task_id = e.task_id
ORDER BY e.bucket, e.task_id, e.version
