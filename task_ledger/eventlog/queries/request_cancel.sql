-- Requests that a task be cancelled.
-- Returns: one task_ledger.append_result.
-- Arguments: those of task_ledger.request_cancel.
-- Usage: task_ledger.eventlog.append.request_cancel.
SELECT * FROM task_ledger.request_cancel(
    %(task_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s, %(private)s::json)
