-- The last version of each of several tasks.
-- Returns: (task_id, version); version is null for an unknown task.
-- Arguments: task_ids.
-- Usage: task_ledger.server.streaming.watch.
SELECT wanted.task_id, (
    SELECT max(e.version) FROM task_ledger.task_event AS e
    WHERE e.bucket = task_ledger.bucket_of(wanted.task_id) AND e.task_id = wanted.task_id)
FROM unnest(%(task_ids)s::uuid[]) AS wanted (task_id)
