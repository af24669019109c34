-- Tasks that wait for an attempt although their time is over.
-- Returns: (task_id, attempt), attempt the one that the task waits for.
-- Arguments: limit.
-- Usage: task_ledger.projector.redispatch; the log decides.
SELECT r.task_id, r.attempt + 1
FROM task_ledger.task_record AS r
WHERE r.completed_at IS NULL AND r.state IN ('registered', 'retrying') AND r.expires_at < now()
LIMIT %(limit)s
