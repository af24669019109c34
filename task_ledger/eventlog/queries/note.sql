-- Appends a note, which changes no state.
-- Returns: one task_ledger.append_result.
-- Arguments: those of task_ledger.note.
-- Usage: task_ledger.eventlog.append.note.
SELECT * FROM task_ledger.note(
    %(task_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s, %(private)s::json)
