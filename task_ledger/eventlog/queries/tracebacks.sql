-- The tracebacks of a task's attempts. Only the auditor's role may read them.
-- Returns: version, text.
-- Arguments: task_id; up_to, the last version wanted.
-- Usage: task-ledger show --traceback.
SELECT version, text
FROM task_ledger.traceback
WHERE task_id = %(task_id)s AND version <= %(up_to)s
ORDER BY version
