-- Erases the private text of a task's events.
-- Returns: (events, tracebacks, messages, message_left) as of task_ledger.erase; no row for an unknown task.
-- Arguments: those of task_ledger.erase.
-- Usage: task_ledger.eventlog.erasure.erase.
SELECT events, tracebacks, messages, message_left
FROM task_ledger.erase(%(task_id)s, %(versions)s::integer[], %(actor)s, %(reason)s)
