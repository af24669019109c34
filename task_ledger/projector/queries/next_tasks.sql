-- Tasks of the log in the order of its key.
-- Returns: (bucket, task_id).
-- Arguments: bucket and task_id, those to continue behind; limit.
-- Usage: task_ledger.projector.rebuild.
SELECT bucket, task_id
FROM task_ledger.task_event
WHERE version = 1 AND (bucket, task_id) > (%(bucket)s, %(task_id)s)
ORDER BY bucket, task_id
LIMIT %(limit)s
