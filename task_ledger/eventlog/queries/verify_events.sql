-- Events to be verified, task by task in the order of their versions. Read through the primary
-- key of each partition, so nothing is sorted.
-- Returns: an event's columns; then the bucket, and whether it is the one that the task id names.
-- Arguments: none.
-- Usage: task_ledger.eventlog.verify, through a server-side cursor.
SELECT {event:e}, e.bucket, e.bucket = task_ledger.bucket_of(e.task_id)
FROM task_ledger.task_event AS e
ORDER BY e.bucket, e.task_id, e.version
