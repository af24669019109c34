-- The tracebacks of a task's attempts. Only the auditor's role may read them, and only once that is recorded.
-- Returns: version, text.
-- Arguments: access, the number of the row in the access log; task_id; up_to, the last version wanted.
-- Usage: task-ledger show --traceback.
SELECT version, text
FROM task_ledger.read_tracebacks(%(access)s, %(task_id)s, %(up_to)s)
