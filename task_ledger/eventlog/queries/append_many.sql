-- Appends events of any number of attempts in one transaction.
-- Returns: one ledger.answer per event, in their order.
-- Arguments: events, a JSON array as of ledger.append_many.
-- Usage: task_ledger.eventlog.append.append_many.
SELECT outcome, version, state, attempt, claim, cancel_requested, due_at
FROM ledger.append_many(%(events)s::json)
ORDER BY ordinal
