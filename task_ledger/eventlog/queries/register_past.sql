-- Registers a task that has ended elsewhere; nothing of it is dispatched.
-- Returns: one ledger.answer.
-- Arguments: those of ledger.register.
-- Usage: task_ledger.eventlog.import_history.
SELECT * FROM ledger.register(
    %(task_id)s, %(project_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s,
    NULL, NULL)
