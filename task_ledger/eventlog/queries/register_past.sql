-- Registers a task that ended elsewhere, without a dispatch.
-- Returns: one task_ledger.append_result.
-- Arguments: those of task_ledger.register.
-- Usage: task_ledger.eventlog.import_history.
SELECT * FROM task_ledger.register(
    %(task_id)s, %(project_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s,
    NULL, NULL, %(private)s::json)
