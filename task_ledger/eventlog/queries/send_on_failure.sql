-- Stores an error callback of a task.
-- Returns: one row without content.
-- Arguments: those of task_ledger.send_on_failure.
-- Usage: task_ledger.enqueue.
SELECT task_ledger.send_on_failure(%(task_id)s, %(on_upstream)s, %(message)s::json, %(body)s)
