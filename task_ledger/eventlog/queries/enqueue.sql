-- Registers a task and stores its message.
-- Returns: one task_ledger.append_result.
-- Arguments: those of task_ledger.enqueue.
-- Usage: task_ledger.enqueue.
SELECT (answer).* FROM (SELECT task_ledger.enqueue(
    %(task_id)s, %(project_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s,
    %(max_attempts)s, %(due_at)s, %(message)s::json, %(body)s) AS answer OFFSET 0) AS once
