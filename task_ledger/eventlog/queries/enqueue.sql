-- Registers a task and stores its message.
-- Returns: one task_ledger.append_result.
-- Arguments: those of task_ledger.enqueue; due_in_s, when due_at is null: seconds from now, by this server's
--            clock; null for at once.
-- Usage: task_ledger.enqueue.
SELECT (answer).* FROM (SELECT task_ledger.enqueue(
    %(task_id)s, %(project_id)s, %(actor)s, %(occurred_at)s, %(data)s::json, %(schema_version)s,
    %(max_attempts)s, coalesce(%(due_at)s, clock_timestamp() + make_interval(secs => %(due_in_s)s)),
    %(message)s::json, %(body)s, %(private)s::json) AS answer OFFSET 0) AS once
