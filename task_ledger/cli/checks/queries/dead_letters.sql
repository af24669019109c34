-- Tasks that a follower could not process.
-- Returns: follower, task_id, version, reason.
-- Arguments: limit.
-- Usage: task-ledger doctor.
SELECT d.follower, d.task_id, d.version, d.reason
FROM task_ledger.dead_letter AS d
ORDER BY d.failed_at
LIMIT %(limit)s
