-- Whether a task is in quarantine.
-- Returns: one row if it is.
-- Arguments: follower; task_id.
-- Usage: task_ledger.projector.quarantine.
SELECT FROM task_ledger.dead_letter AS d WHERE d.follower = %(follower)s AND d.task_id = %(task_id)s
