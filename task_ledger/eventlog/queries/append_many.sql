-- Appends events of any number of attempts in one transaction.
-- Returns: one task_ledger.append_result per event, in their order.
-- Arguments: events, a JSON array as of task_ledger.append_many.
-- Usage: task_ledger.eventlog.append.append_many.
SELECT outcome, version, state, attempt, claim, cancel_requested, due_at
FROM task_ledger.append_many(%(events)s::json)
ORDER BY ordinal
