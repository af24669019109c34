-- The numbers of a task's events in its project's timeline.
-- Returns: seq, version; oldest first.
-- Arguments: project_id; task_id.
-- Usage: task_ledger.sealer.postgres.
SELECT t.seq, t.version
FROM task_ledger.project_timeline AS t
WHERE t.bucket = task_ledger.bucket_of(%(task_id)s) AND t.task_id = %(task_id)s
    AND t.project_id = %(project_id)s
ORDER BY t.seq
