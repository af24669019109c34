-- Stores an untracked message.
-- Returns: one row without content.
-- Arguments: due_at, null for at once; message and body as of task_ledger.store_message.
-- Usage: what a task sends while it runs.
SELECT task_ledger.send(%(due_at)s, %(message)s::json, %(body)s)
