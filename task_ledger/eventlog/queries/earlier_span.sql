-- The span of the attempt before the newest one.
-- Returns: its traceparent, null if it had no span; no row when there was no other attempt.
-- Arguments: task_id; claim, of the newest attempt.
-- Usage: task_ledger.celery.run.attempt_span, to link to it.
SELECT data ->> 'traceparent'
FROM task_ledger.task_event
WHERE bucket = task_ledger.bucket_of(%(task_id)s) AND task_id = %(task_id)s
    AND type = 'started' AND claim <> %(claim)s
ORDER BY version DESC
LIMIT 1
