-- Puts a task into quarantine, or notes that another try has failed.
-- Returns: nothing.
-- Arguments: follower; task_id; version, the event at which it was noticed; reason.
-- Usage: task_ledger.projector.quarantine, in the transaction that holds the task's shard.
INSERT INTO task_ledger.dead_letter AS d (follower, task_id, version, reason)
VALUES (%(follower)s, %(task_id)s, %(version)s, %(reason)s)
ON CONFLICT (follower, task_id) DO UPDATE
SET version = excluded.version, reason = excluded.reason, failed_at = clock_timestamp(),
    tries = d.tries + 1
