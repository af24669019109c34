-- Asks for a task to be cancelled.
-- Returns: one ledger.answer.
-- Arguments: those of ledger.request_cancel.
-- Usage: task_ledger.eventlog.append.request_cancel.
SELECT * FROM ledger.request_cancel(
    %(task_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s)
