-- Ends the countdown to a task's next attempt.
-- Returns: one task_ledger.append_result.
-- Arguments: those of task_ledger.request_retry.
-- Usage: task_ledger.eventlog.append.request_retry.
SELECT * FROM task_ledger.request_retry(
    %(task_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s, %(private)s::json)
