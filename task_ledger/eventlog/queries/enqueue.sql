-- Registers a task and stores its message.
-- Returns: one ledger.answer.
-- Arguments: those of ledger.enqueue.
-- Usage: task_ledger.enqueue.
SELECT (answer).* FROM (SELECT ledger.enqueue(
    %(task_id)s, %(project_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s,
    %(max_attempts)s, %(due_at)s, %(message)s::json, %(body)s) AS answer OFFSET 0) AS once
