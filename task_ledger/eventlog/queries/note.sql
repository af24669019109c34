-- Notes a fact that changes no state.
-- Returns: one ledger.answer.
-- Arguments: those of ledger.note.
-- Usage: task_ledger.eventlog.append.note.
SELECT * FROM ledger.note(
    %(task_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s)
