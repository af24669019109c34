-- Registers a task that comes after others.
-- Returns: one task_ledger.append_result.
-- Arguments: those of task_ledger.enqueue_next.
-- Usage: task_ledger.enqueue.
SELECT * FROM task_ledger.enqueue_next(
    %(task_id)s, %(project_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s,
    %(max_attempts)s, %(due_at)s, %(message)s::json, %(body)s, %(waits_for)s::uuid[], %(delay_s)s,
    %(private)s::json)
